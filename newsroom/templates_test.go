package newsroom

import (
	"regexp"
	"testing"
)

// TestEachPartHasANameOfItsOwn keeps a part of one page from taking the place of another's: the last one read would win.
func TestEachPartHasANameOfItsOwn(t *testing.T) {
	files, err := sources.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]string{}
	for _, f := range files {
		text, err := sources.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`{{-?\s*(?:define|block) "([^"]+)"`).FindAllSubmatch(text, -1) {
			name := string(found[1])
			if first, twice := in[name]; twice {
				t.Errorf("%q is defined in %s and in %s", name, first, f.Name())
			}
			in[name] = f.Name()
		}
	}
	if len(in) < 50 {
		t.Errorf("only %d parts were found", len(in))
	}
}
