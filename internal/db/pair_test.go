package db

import (
	"os"
	"strings"
	"testing"
)

// The C library under the SQLite driver is not to be lifted by itself: other pairs have crashed after hours.
func TestSQLiteAndItsLibcAreThePairThatWasTried(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range []string{"modernc.org/sqlite v1.60.1", "modernc.org/libc v1.77.1"} {
		if !strings.Contains(string(mod), "\t"+pair) {
			t.Errorf("go.mod does not ask for %s", pair)
		}
	}
}
