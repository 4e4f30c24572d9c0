package site

import (
	"strings"
	"testing"

	"lede/paper"
)

func TestPaperMaySetItselfInATypefaceOfItsOwn(t *testing.T) {
	sh := &sheet{}
	if at := sh.sheetOfFace(); at != "" {
		t.Errorf("a paper without one asks for %s", at)
	}
	sh.paper.Face = paper.Face{Family: "Piazzolla", Files: []paper.FaceFile{{Name: strings.Repeat("a", 32) + ".woff2"}, {Name: strings.Repeat("b", 32) + ".woff2", Italic: true}}}
	at := sh.sheetOfFace()
	if !strings.HasPrefix(at, faceAt) || !strings.HasSuffix(at, ".css") {
		t.Errorf("its sheet stands at %q", at)
	}
	css := sh.paper.Face.Sheet(faceAt)
	for _, want := range []string{`font-family:"Piazzolla"`, "font-display:optional", "font-style:italic", faceAt + strings.Repeat("b", 32) + ".woff2"} {
		if !strings.Contains(css, want) {
			t.Errorf("the sheet lacks %s:\n%s", want, css)
		}
	}
	sh.paper.Face.Family = `x";}`
	if sh.paper.Zone, sh.paper.Name, sh.paper.Langs = "UTC", "A", []string{"en"}; sh.paper.Check() == nil {
		t.Error("a family that ends the sheet is taken")
	}
}
