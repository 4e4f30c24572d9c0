package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var errDown = errors.New("database gone")

func openPaper(t *testing.T, dir string) *Cache {
	t.Helper()
	c := NewCache(CacheOptions{Dir: dir, Log: quiet()})
	t.Cleanup(c.Close)
	return c
}

func keep(c *Cache, key, body string, tags ...string) {
	ask(c, key, func(context.Context) (Page, error) {
		return Page{Body: []byte(body), Tags: tags, Keep: true, Type: "text/x-test"}, nil
	})
	c.kept.flush()
}

func TestLastGoodPageOutlivesRestart(t *testing.T) {
	dir := t.TempDir()
	c := openPaper(t, dir)
	c.Shared(func(context.Context, string, time.Time) ([]byte, time.Time, error) {
		return []byte("Tuesday"), time.Time{}, nil
	})
	keep(c, "/a", "On "+Slot("today/en")+" it rained.")
	c.Close()
	c = openPaper(t, dir)
	c.Shared(func(context.Context, string, time.Time) ([]byte, time.Time, error) { return nil, time.Time{}, errDown })
	w := ask(c, "/a", failing(errDown), "Accept-Encoding", "gzip")
	if got := unpack(t, w.Body.Bytes()); got != "On Tuesday it rained." || w.Header().Get("Content-Type") != "text/x-test" {
		t.Errorf("got %q as %q", got, w.Header().Get("Content-Type"))
	}
	if w := ask(c, "/b", failing(errDown)); w.Code != 599 {
		t.Errorf("a page never made: got %q", w.Body)
	}
}

func TestForgottenPageStaysGoneAfterRestart(t *testing.T) {
	dir := t.TempDir()
	c := openPaper(t, dir)
	keep(c, "/a", "the minor's name", "article/1")
	keep(c, "/b", "something else", "article/2")
	saved := readAll(t, dir)
	if err := c.Forget("article/1"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	for name, data := range saved { // the disk lost the removals, as after a power cut
		if filepath.Base(name) != tombsName {
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 { // the second time the list was shortened already
		c = openPaper(t, dir)
		if w := ask(c, "/a", failing(errDown)); w.Code != 599 {
			t.Errorf("what was forgotten came back: %q", w.Body)
		}
		wantBody(t, ask(c, "/b", failing(errDown)), "something else")
		c.kept.flush()
		c.Close()
		if _, err := os.Stat(filepath.Join(dir, keptName("/a"))); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the file is still there: %v", err)
		}
	}
	c = openPaper(t, dir)
	keep(c, "/a", "corrected", "article/1")
	wantBody(t, ask(c, "/a", failing(errDown)), "corrected")
}

func readAll(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[name], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A page that was being made when its article was withdrawn is neither kept nor written.
func TestForgetDuringRender(t *testing.T) {
	c := openPaper(t, t.TempDir())
	ask(c, "/a", func(context.Context) (Page, error) {
		if err := c.Forget("article/1"); err != nil {
			t.Error(err)
		}
		return Page{Body: []byte("old"), Tags: []string{"article/1"}, Keep: true}, nil
	})
	c.kept.flush()
	if w := ask(c, "/a", failing(errDown)); w.Code != 599 {
		t.Errorf("came back: %q", w.Body)
	}
}

func TestForgetClearsSharedPieces(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"first start", "second start"} {
		c := openPaper(t, dir)
		down := false
		c.Shared(func(context.Context, string, time.Time) ([]byte, time.Time, error) {
			if down {
				return nil, time.Time{}, errDown
			}
			return []byte("secret headline"), time.Time{}, nil
		})
		render := func(context.Context) (Page, error) { return Page{Body: []byte("<" + Slot("latest") + ">")}, nil }
		if name == "first start" {
			wantBody(t, ask(c, "/", render), "<secret headline>")
			c.kept.flush()
			if err := c.Forget("article/1"); err != nil {
				t.Fatal(err)
			}
		}
		down = true
		wantBody(t, ask(c, "/", render), "<>")
		c.Close()
	}
}

func TestDamagedFileIsAbsent(t *testing.T) {
	dir := t.TempDir()
	c := openPaper(t, dir)
	keep(c, "/a", "a page", "t")
	name := filepath.Join(dir, keptName("/a"))
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 1 << (i % 8)
		if _, err := decodeKept(bad); err == nil {
			t.Fatalf("a page with byte %d changed was read", i)
		}
		if _, err := decodeKept(good[:i]); err == nil {
			t.Fatalf("a page cut at byte %d was read", i)
		}
	}
}

func TestDamagedListOfForgottenServesNothingOld(t *testing.T) {
	for name, harm := range map[string]func(file string) error{
		"changed": func(f string) error { return os.WriteFile(f, make([]byte, tombRecord*2), 0o600) },
		"missing": os.Remove,
		"empty":   func(f string) error { return os.Truncate(f, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c := openPaper(t, dir)
			keep(c, "/a", "perhaps forgotten", "article/1")
			c.Close()
			if err := harm(filepath.Join(dir, tombsName)); err != nil {
				t.Fatal(err)
			}
			c = openPaper(t, dir)
			if w := ask(c, "/a", failing(errDown)); w.Code != 599 {
				t.Errorf("served %q", w.Body)
			}
			c.kept.flush()
			keep(c, "/a", "new", "article/1")
			c.Close()
			wantBody(t, ask(openPaper(t, dir), "/a", failing(errDown)), "new")
		})
	}
}

func TestRecordCutShortIsNoDamage(t *testing.T) {
	dir := t.TempDir()
	c := openPaper(t, dir)
	keep(c, "/a", "fine", "a")
	keep(c, "/b", "bad", "b")
	if err := c.Forget("b"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	f, err := os.OpenFile(filepath.Join(dir, tombsName), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, 11)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	c = openPaper(t, dir)
	wantBody(t, ask(c, "/a", failing(errDown)), "fine")
	if w := ask(c, "/b", failing(errDown)); w.Code != 599 {
		t.Errorf("served %q", w.Body)
	}
}

func TestFolderKeepsItsBound(t *testing.T) {
	dir := t.TempDir()
	c := NewCache(CacheOptions{Dir: dir, DiskFiles: 10, Log: quiet()})
	for i := range 30 {
		keep(c, fmt.Sprint("/", i), "page")
	}
	c.Close()
	if n := len(readAll(t, dir)); n > 11 {
		t.Errorf("%d files, want 10 and the list", n)
	}
	c = NewCache(CacheOptions{Dir: dir, DiskBytes: 1, Log: quiet()})
	c.kept.flush()
	c.Close()
	if n := len(readAll(t, dir)); n != 1 {
		t.Errorf("%d files, want the list alone", n)
	}
}

func TestReadOnlyFolderStillServes(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root may write everywhere: only the missing folder is tried")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := openPaper(t, filepath.Join(file, "sub"))
	wantBody(t, ask(c, "/", func(context.Context) (Page, error) { return Page{Body: []byte("reads"), Keep: true}, nil }), "reads")
	if err := c.Forget("x"); err != nil {
		t.Errorf("nothing is kept, so nothing can come back: %v", err)
	}
}

func FuzzDecodeKept(f *testing.F) {
	good, err := encodeKept(newEntry("/a", Page{Body: []byte("a" + Slot("s") + "b"), Tags: []string{"t"}}, 3))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _, _ = headOf(b)
		if e, err := decodeKept(b); err == nil && len(e.segs) != len(e.slots)+1 {
			t.Error("pieces do not fit")
		}
	})
}
