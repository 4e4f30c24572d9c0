package move

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// readFile reads one of the pages in testdata.
func readFile(t *testing.T, name string) Page {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := ReadPage(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// kindsOf writes the kinds of a page's blocks as letters: p h l q t …
func kindsOf(p Page) string {
	var out []string
	for _, b := range p.Body.Blocks {
		short := b.Type[:1]
		if b.Type == "picture" || b.Type == "embed" || b.Type == "pull" {
			short = b.Type
		}
		out = append(out, short)
	}
	return strings.Join(out, " ")
}

func dayOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2006-01-02")
}
