package blob_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lede/internal/blob"
	"lede/internal/blob/blobtest"
	"lede/internal/fault"
)

type reopening struct {
	*blob.DiskStore
	reopen func() *blob.DiskStore
}

func (r reopening) Reopen() blob.Store { return r.reopen() }

func disk(t *testing.T, dir string) *blob.DiskStore {
	t.Helper()
	s, err := blob.Disk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestDiskKeepsThePromise(t *testing.T) {
	blobtest.Promise(t, func(t *testing.T) blob.Store {
		dir := filepath.Join(t.TempDir(), "files")
		s := disk(t, dir)
		return reopening{s, func() *blob.DiskStore {
			s.Close()
			return disk(t, dir)
		}}
	})
}

// placeOf finds the one file that stands in a store's folder.
func placeOf(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "??", "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the folder holds %v, %v, want one file", found, err)
	}
	return found[0]
}

func TestDiskFollowsNoLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	s := disk(t, dir)
	if err := s.Put(t.Context(), "one", strings.NewReader("mine")); err != nil {
		t.Fatal(err)
	}
	secret, inside := filepath.Join(outside, "secret"), filepath.Join(dir, "other")
	for _, target := range []string{secret, inside} {
		if err := os.WriteFile(target, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		relative, err := filepath.Rel(filepath.Dir(placeOf(t, dir)), target)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range []string{target, relative} {
			linkIsRefused(t, s, placeOf(t, dir), link)
		}
		if b, err := os.ReadFile(target); err != nil || string(b) != "secret" {
			t.Errorf("%s now holds %q, %v", target, b, err)
		}
	}
}

// linkIsRefused puts a link in a file's place: it is not read nor listed, and a new put takes its place.
func linkIsRefused(t *testing.T, s *blob.DiskStore, place, link string) {
	t.Helper()
	if err := errors.Join(os.Remove(place), os.Symlink(link, place)); err != nil {
		t.Fatal(err)
	}
	if f, _, err := s.Open(t.Context(), "one"); err == nil {
		f.Close()
		t.Errorf("a link to %s was followed", link)
	}
	err := s.List(t.Context(), "", func(key string, _ blob.Info) error {
		t.Errorf("the link was listed as %s", key)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := s.Put(t.Context(), "one", strings.NewReader("mine")); err != nil {
		t.Errorf("put over a link: %v", err)
	}
}

func TestDiskRefusesAShardThatIsALink(t *testing.T) {
	dir := t.TempDir()
	s := disk(t, dir)
	if err := s.Put(t.Context(), "one", strings.NewReader("mine")); err != nil {
		t.Fatal(err)
	}
	shard := filepath.Dir(placeOf(t, dir))
	other := filepath.Join(dir, "elsewhere")
	if err := errors.Join(os.Rename(shard, other), os.Symlink("elsewhere", shard)); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "one", strings.NewReader("x")); err == nil {
		t.Error("put went through a folder that is a link")
	}
	if _, _, err := s.Open(t.Context(), "one"); err == nil {
		t.Error("open went through a folder that is a link")
	}
	if _, err := blob.Disk(dir); err == nil {
		t.Error("a store with a folder that is a link was opened")
	}
}

func TestDiskLeavesNothingHalfBehind(t *testing.T) {
	dir := t.TempDir()
	disk(t, dir).Close()
	half := filepath.Join(dir, "tmp", "half")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := disk(t, dir)
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after a start the half-written file is still there: %v", err)
	}
	if _, _, err := s.Open(t.Context(), "half"); !errors.Is(err, fault.NotFound) {
		t.Errorf("open: %v, want not found", err)
	}
}

func TestDiskFolderIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	s := disk(t, dir)
	if err := s.Put(t.Context(), "one", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, placeOf(t, dir)} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v, want it closed to others", name, info.Mode(), err)
		}
	}
}

func FuzzKeyNeverLeavesTheFolder(f *testing.F) {
	for _, key := range []string{"a/b.jpg", "../x", "a/./b", "/etc/passwd", "a\x00b", "..", "a/-b", "é"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if blob.Check(key) == nil && !filepath.IsLocal(key) {
			t.Errorf("%q is taken for a key", key)
		}
	})
}
