// Package blobtest holds the promise that every store of files keeps, as a test.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"lede/internal/blob"
	"lede/internal/fault"
)

// Promise runs the conformance test. Every call of open gives a new, empty store; what open gives may also have a
// method Reopen() blob.Store that lets go of the store and opens what it left behind, to show that files outlive it.
func Promise(t *testing.T, open func(t *testing.T) blob.Store) {
	for _, p := range []struct {
		name string
		hold func(t *testing.T, s blob.Store)
	}{
		{"what was put is read", whatWasPutIsRead},
		{"what was put outlives the store", outlives},
		{"putting again replaces, and readers keep what they opened", replaces},
		{"many putting one key leave one of theirs whole", manyAtOnce},
		{"a missing file is not found", missing},
		{"any range is read", ranges},
		{"list goes in the order of keys", listed},
		{"list stops at the first error", listStops},
		{"odd keys are refused", oddKeys},
		{"a put that fails changes nothing", failing},
		{"a put that was cancelled changes nothing", cancelled},
	} {
		t.Run(p.name, func(t *testing.T) { p.hold(t, open(t)) })
	}
}

func put(t *testing.T, s blob.Store, key, text string) {
	t.Helper()
	if err := s.Put(t.Context(), key, strings.NewReader(text)); err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
}

func read(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	f, info, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatalf("open %s: %v", key, err)
	}
	b, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatalf("read %s: %v", key, err)
	}
	if int64(len(b)) != info.Size || info.Modified.IsZero() {
		t.Errorf("%s has %d bytes, its info says %+v", key, len(b), info)
	}
	return string(b)
}

func keys(t *testing.T, s blob.Store, prefix string) []string {
	t.Helper()
	var got []string
	err := s.List(t.Context(), prefix, func(key string, _ blob.Info) error {
		got = append(got, key)
		return nil
	})
	if err != nil {
		t.Fatalf("list %q: %v", prefix, err)
	}
	return got
}

func whatWasPutIsRead(t *testing.T, s blob.Store) {
	big := strings.Repeat("The Narrows ", 1<<18)
	for key, text := range map[string]string{"a": "", "original/x.jpg": "one", "big": big, strings.Repeat("k", 200): "long"} {
		put(t, s, key, text)
		if got := read(t, s, key); got != text {
			t.Errorf("%s: read %d bytes, want the %d put", key, len(got), len(text))
		}
	}
}

func outlives(t *testing.T, s blob.Store) {
	put(t, s, "picture/one", "kept")
	if r, ok := s.(interface{ Reopen() blob.Store }); ok {
		s = r.Reopen()
	}
	if got := read(t, s, "picture/one"); got != "kept" {
		t.Errorf("read %q, want what was put before", got)
	}
}

func replaces(t *testing.T, s blob.Store) {
	put(t, s, "a", "first")
	f, _, err := s.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put(t, s, "a", "second, longer")
	if got := read(t, s, "a"); got != "second, longer" {
		t.Errorf("read %q, want the second", got)
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != "first" {
		t.Errorf("the reader from before has %q, %v, want the first", got, err)
	}
}

func manyAtOnce(t *testing.T, s blob.Store) {
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			text := bytes.Repeat([]byte{'a' + byte(i)}, 100_000+i)
			if err := s.Put(t.Context(), "same", bytes.NewReader(text)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := read(t, s, "same")
	if want := strings.Repeat(got[:1], 100_000+int(got[0]-'a')); got != want {
		t.Error("the file is a mixture of what several put")
	}
	if got := keys(t, s, ""); len(got) != 1 {
		t.Errorf("list shows %v, want one file", got)
	}
}

func missing(t *testing.T, s blob.Store) {
	if _, _, err := s.Open(t.Context(), "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("open: %v, want not found", err)
	}
	put(t, s, "none/below", "x")
	if _, _, err := s.Open(t.Context(), "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("open of a folder: %v, want not found", err)
	}
	if err := s.Delete(t.Context(), "none"); err != nil {
		t.Errorf("delete of nothing: %v, want nil", err)
	}
	put(t, s, "none", "a key may be the beginning of another")
	if err := s.Delete(t.Context(), "none"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Open(t.Context(), "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("open after delete: %v, want not found", err)
	}
	if got := read(t, s, "none/below"); got != "x" {
		t.Errorf("delete took %q with it", "none/below")
	}
}

func ranges(t *testing.T, s blob.Store) {
	put(t, s, "film", "0123456789")
	f, _, err := s.Open(t.Context(), "film")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, r := range []struct {
		offset int64
		whence int
		want   string
	}{{4, io.SeekStart, "456"}, {1, io.SeekCurrent, "89"}, {-3, io.SeekEnd, "789"}, {0, io.SeekStart, "012"}, {10, io.SeekStart, ""}} {
		if _, err := f.Seek(r.offset, r.whence); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 3)
		n, err := io.ReadFull(f, got)
		if string(got[:n]) != r.want {
			t.Errorf("from %d: %q, %v, want %q", r.offset, got[:n], err, r.want)
		}
	}
}

func listed(t *testing.T, s blob.Store) {
	for _, key := range []string{"b/2", "a", "b/10", "b-1", "c/d/e", "b.1", "b/1"} {
		put(t, s, key, key)
	}
	if got, want := keys(t, s, ""), []string{"a", "b-1", "b.1", "b/1", "b/10", "b/2", "c/d/e"}; !slices.Equal(got, want) {
		t.Errorf("list: %v, want %v", got, want)
	}
	if got, want := keys(t, s, "b/1"), []string{"b/1", "b/10"}; !slices.Equal(got, want) {
		t.Errorf("list of b/1: %v, want %v", got, want)
	}
	if got := keys(t, s, "../"); len(got) != 0 {
		t.Errorf("list of ../: %v, want nothing", got)
	}
}

func listStops(t *testing.T, s blob.Store) {
	enough := errors.New("enough")
	for i := range 3 {
		put(t, s, fmt.Sprint(i), "x")
	}
	seen := 0
	err := s.List(t.Context(), "", func(key string, info blob.Info) error {
		seen++
		if info.Size != 1 {
			t.Errorf("%s: size %d, want 1", key, info.Size)
		}
		return errors.Join(enough, s.Delete(t.Context(), key))
	})
	if !errors.Is(err, enough) || seen != 1 {
		t.Errorf("list went over %d files and said %v", seen, err)
	}
}

func oddKeys(t *testing.T, s blob.Store) {
	for _, key := range []string{"", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/./b", ".hidden", "a/.b", "-rf", "A", "é",
		"a b", "a\x00", "a\nb", `a\b`, "a%2fb", "a+b", "a:b", strings.Repeat("a", 201)} {
		_, _, opening := s.Open(t.Context(), key)
		for verb, err := range map[string]error{
			"put": s.Put(t.Context(), key, strings.NewReader("x")), "open": opening, "delete": s.Delete(t.Context(), key),
		} {
			if !fault.IsInvalid(err) {
				t.Errorf("%s %q: %v, want a refusal", verb, key, err)
			}
		}
	}
	if got := keys(t, s, ""); len(got) != 0 {
		t.Errorf("list shows %v, want nothing", got)
	}
}

func failing(t *testing.T, s blob.Store) {
	broken := errors.New("connection lost")
	half := func() io.Reader {
		return io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)), iotest.ErrReader(broken))
	}
	if err := s.Put(t.Context(), "new", half()); !errors.Is(err, broken) {
		t.Errorf("put: %v, want the reader's error", err)
	}
	put(t, s, "old", "whole")
	if err := s.Put(t.Context(), "old", half()); !errors.Is(err, broken) {
		t.Errorf("put: %v, want the reader's error", err)
	}
	if got := read(t, s, "old"); got != "whole" {
		t.Errorf("read %q, want what was there before", got)
	}
	if got := keys(t, s, ""); !slices.Equal(got, []string{"old"}) {
		t.Errorf("list shows %v, want only the old", got)
	}
}

func cancelled(t *testing.T, s blob.Store) {
	put(t, s, "old", "whole")
	ctx, cancel := context.WithCancel(t.Context())
	last := readFunc(func(p []byte) (int, error) {
		cancel()
		return copy(p, "half"), io.EOF
	})
	if err := s.Put(ctx, "old", last); !errors.Is(err, context.Canceled) {
		t.Errorf("put cancelled at its last byte: %v, want the context's error", err)
	}
	if err := s.Put(ctx, "new", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("put cancelled before: %v, want the context's error", err)
	}
	if got := read(t, s, "old"); got != "whole" {
		t.Errorf("read %q, want what was there before", got)
	}
	if got := keys(t, s, ""); !slices.Equal(got, []string{"old"}) {
		t.Errorf("list shows %v, want only the old", got)
	}
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
