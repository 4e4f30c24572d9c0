package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The arrows of ARCHITECTURE.md: main -> faces -> press -> words -> internal. What stands here is all there is; a new arrow between
// two words is a decision, and is written down in speaksOf.
var (
	faces = []string{"site", "newsroom", "api"}

	// speaksOf says of which words a word speaks. A word that is not here is no word yet.
	speaksOf = map[string][]string{
		"paper":   nil,
		"section": {"paper"},
		"staff":   {"paper"},
		"media":   nil,
		"feed":    nil,
		"article": {"paper", "section", "staff", "media"},
		"desk":    {"article", "paper"},
		"front":   {"article", "paper", "section"},
		"move":    {"article", "comment", "media", "paper", "section", "staff"},
		"comment": {"article", "paper", "section", "staff"},
		"reader":  {"paper"},
		"ad":      {"media", "paper", "section"},
		"weather": {"paper"},
		"search":  {"article", "paper", "section", "staff"},
	}

	// programs stand above the faces, as main does: each is run, none is imported but by another program.
	programs = []string{"", "bench", "torture", "simulate", "demo", "leak", "ledetest", "tools"}
)

// imported is one package and what it imports, as `go list` tells it.
type imported struct {
	ImportPath string
	Imports    []string
}

// TestArrowsPointDown holds the one rule for arrows over the packages as they are. Tests may import what they like.
func TestArrowsPointDown(t *testing.T) {
	for _, wrong := range wrongArrows(t, ".") {
		t.Error(wrong)
	}
}

// TestPlantedImportIsFound plants an import in a small paper of its own and looks whether the rule sees it there.
func TestPlantedImportIsFound(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":             "module lede\n\ngo 1.26\n",
		"article/article.go": "package article\n\nimport _ \"lede/front\"\n",
		"front/front.go":     "package front\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"lede/article imports lede/front: a word imports only the words it speaks of"}
	if got := wrongArrows(t, dir); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// wrongArrows lists what is wrong with the imports of the module in dir.
func wrongArrows(t *testing.T, dir string) []string {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = dir
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", reason(err))
	}
	var found []string
	packages := 0
	for in := json.NewDecoder(bytes.NewReader(out)); ; packages++ {
		var p imported
		if err := in.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, to := range p.Imports {
			if wrong := arrow(p.ImportPath, to); wrong != "" {
				found = append(found, fmt.Sprintf("%s imports %s: %s", p.ImportPath, to, wrong))
			}
		}
	}
	if packages == 0 {
		t.Fatal("go list found no packages")
	}
	return found
}

func TestPlantedArrowsAreFound(t *testing.T) {
	for _, c := range []struct {
		from, to string
		good     bool
	}{
		{"lede", "lede/site", true},
		{"lede", "lede/internal/db", true},
		{"lede/site", "lede/press", true},
		{"lede/site", "lede/internal/web", true},
		{"lede/press", "lede/article", true},
		{"lede/front", "lede/article", true},
		{"lede/media", "lede/media/drawing", true},
		{"lede/article", "database/sql", true},
		{"lede/internal/job", "lede/internal/db", true},
		{"lede/internal/web", "net/http", true},
		{"lede/bench", "lede/press", true},

		{"lede/article", "lede/front", false},
		{"lede/article", "lede/press", false},
		{"lede/article", "lede/site", false},
		{"lede/media/drawing", "lede/article", false},
		{"lede/article", "html/template", false},
		{"lede/article", "lede/internal/web", false},
		{"lede/weather", "lede/paper", true},
		{"lede/weather", "lede/internal/fetch", true},
		{"lede/weather", "lede/article", false},
		{"lede/nothing", "lede/paper", false},
		{"lede/press", "lede/site", false},
		{"lede/site", "lede/newsroom", false},
		{"lede/site", "lede/internal/db", false},
		{"lede/site", "database/sql", false},
		{"lede/internal/db", "lede/article", false},
		{"lede/internal/web", "lede/site", false},
		{"lede/site", "lede/bench", false},
		{"lede/article", "lede", false},
	} {
		if wrong := arrow(c.from, c.to); (wrong == "") != c.good {
			t.Errorf("%s -> %s: allowed is %v, want %v (%s)", c.from, c.to, wrong == "", c.good, wrong)
		}
	}
}

// arrow says what is wrong with an import, "" when nothing is.
func arrow(from, to string) string {
	here, there := part(from), part(to)
	if here == there || slices.Contains(programs, here) {
		return ""
	}
	switch of, known := speaksOf[here]; {
	case here == "internal":
		return when(there != outside, "the machinery knows nothing of the newspaper")
	case slices.Contains(faces, here):
		return face(there, to)
	case here == "press":
		return when(there != outside && there != "internal" && !isWord(there), "the press knows words and machinery")
	case !known:
		return fmt.Sprintf("%q is no word; say in speaksOf (arrows_test.go) of which words it speaks", here)
	default:
		return word(of, there, to)
	}
}

// face holds what a face may import: press, words and machinery; no SQL and no other face.
func face(there, to string) string {
	if to == "database/sql" || within(to, "lede/internal/db") {
		return "faces know no SQL"
	}
	return when(there != outside && there != "internal" && there != "press" && !isWord(there), "a face knows the press, words and machinery, and no other face")
}

// word holds what a word may import: the words it speaks of and machinery; nothing that makes pages.
func word(of []string, there, to string) string {
	if to == "html/template" || to == "text/template" || within(to, "lede/internal/web") {
		return "words know no pages"
	}
	return when(there != outside && there != "internal" && !slices.Contains(of, there), "a word imports only the words it speaks of")
}

const outside = "outside"

// part is the top folder a package of ours is in: "" for main itself, outside for what is not ours.
func part(path string) string {
	if path == "lede" {
		return ""
	}
	rest, ours := strings.CutPrefix(path, "lede/")
	if !ours {
		return outside
	}
	top, _, _ := strings.Cut(rest, "/")
	return top
}

func isWord(part string) bool { _, ok := speaksOf[part]; return ok }

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func when(wrong bool, why string) string {
	if wrong {
		return why
	}
	return ""
}

// reason adds what a command said before it failed.
func reason(err error) error {
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return fmt.Errorf("%w: %s", err, failed.Stderr)
	}
	return err
}
