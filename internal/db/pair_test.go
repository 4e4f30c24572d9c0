package db

import (
	"runtime/debug"
	"testing"
)

// The C library under the SQLite driver is not to be lifted by itself: other pairs have crashed after hours.
func TestSQLiteAndItsLibcAreThePairThatWasTried(t *testing.T) {
	pair := map[string]string{"modernc.org/sqlite": "v1.60.1", "modernc.org/libc": "v1.77.1"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the test binary does not tell what it is made of")
	}
	for _, m := range info.Deps {
		if want := pair[m.Path]; want != "" && m.Version != want {
			t.Errorf("%s is %s, wanted %s", m.Path, m.Version, want)
		}
		delete(pair, m.Path)
	}
	if len(pair) > 0 {
		t.Errorf("the test binary lacks %v", pair)
	}
}
