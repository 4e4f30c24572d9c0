package newsroom

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Of two templates of one name the second is drawn for both.
func TestNoTwoTemplatesHaveOneName(t *testing.T) {
	for _, folder := range []string{".", "../site"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.html"))
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		in := map[string]string{}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`\{\{-? *define "([^"]+)"`).FindAllSubmatch(text, -1) {
				name := string(m[1])
				if in[name] != "" {
					t.Errorf("%q is defined in %s and in %s", name, in[name], file)
				}
				in[name] = file
			}
		}
	}
}
