package site

import (
	"strings"
	"testing"
)

func TestANameplateIsOnlyItsLines(t *testing.T) {
	p, err := PlateOf(`<svg viewBox="0 -2 964 104" onload="alert(1)"><script>alert(1)</script><path d="M0 0h74v26Z" onclick="x"/><g><path d="m1,2l-3.5e1 4"/></g></svg>`)
	if err != nil {
		t.Fatal(err)
	}
	if p.Path != "M0 0h74v26Zm1,2l-3.5e1 4" || p.Box != "0 -2 964 104" || p.Width != 964 || p.Height != 104 {
		t.Errorf("nameplate %+v", p)
	}
}

func TestWhatIsNoNameplateIsRefused(t *testing.T) {
	for _, svg := range []string{"", "<svg>", "plain", `<svg viewBox="0 0 9 9"></svg>`, `<svg><path d="M0 0"/></svg>`, `<svg viewBox="0 0 0 9"><path d="M0 0"/></svg>`,
		`<svg viewBox="0 0 nan 9"><path d="M0 0"/></svg>`, `<svg viewBox="0 0 9 9"><path d="M0 0url(x)"/></svg>`,
		`<svg viewBox="0 0 9 9"><path d="M` + strings.Repeat("0 0 ", 4000) + `"/></svg>`} {
		if p, err := PlateOf(svg); err == nil {
			t.Errorf("%.60q became the nameplate %+v", svg, p)
		}
	}
}

func FuzzPlate(f *testing.F) {
	f.Add(`<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>`)
	f.Add(`<svg viewBox="0,0,1e3,9"><path d="M"/><path d="&lt;"/>`)
	f.Fuzz(func(t *testing.T, svg string) {
		p, err := PlateOf(svg)
		if err == nil && (strings.ContainsAny(p.Path+p.Box, `<>"'&(`) || p.Width < 1 || p.Height < 1) {
			t.Errorf("%q became %+v", svg, p)
		}
	})
}
