package site

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
)

func drawn(t *testing.T, v *Views) string {
	t.Helper()
	var b bytes.Buffer
	page := StandingPage{Frame: Frame{Lang: "en", Dir: "ltr", Paper: "The Narrows", Home: "/", Motto: "News of the water"}, Name: "Imprint"}
	if err := v.Draw(&b, "en", viewStanding, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOperatorsPartIsLaidOverOurs(t *testing.T) {
	for name, one := range map[string]struct {
		file, text, want string
		warned           bool
	}{
		"a footer of their own":       {"bottom.html", "{{/* lede templates 1 */}}\n<footer>Set in {{.Paper}} &amp; {{t \"Sections\"}}</footer>", "<footer>Set in The Narrows &amp; Sections</footer>", false},
		"one for another version":     {"bottom.html", "{{/* lede templates 0 */}}\n<footer>old</footer>", "News of the water", true},
		"one that cannot be read":     {"bottom.html", "{{/* lede templates 1 */}}\n{{if}}", "News of the water", true},
		"one that fails when drawn":   {"bottom.html", "{{/* lede templates 1 */}}\n{{.Nothing}}", "News of the water", true},
		"one that is no part of ours": {"top.html", "{{/* lede templates 1 */}}\nhello", "News of the water", true},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := parse(func(s string) string { return s }, func(s string) string { return s })
			if err != nil {
				t.Fatal(err)
			}
			var warned []string
			v.warn = func(part string, err error) { warned = append(warned, part+": "+err.Error()) }
			if err := v.lay(fstest.MapFS{one.file: {Data: []byte(one.text)}}); err != nil {
				t.Fatal(err)
			}
			if got := drawn(t, v); !strings.Contains(got, one.want) {
				t.Errorf("the page lacks %q:\n%s", one.want, got)
			}
			if (len(warned) > 0) != one.warned {
				t.Errorf("the warnings were %q", warned)
			}
		})
	}
}
