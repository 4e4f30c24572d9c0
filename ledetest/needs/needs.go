// Package needs says what a test needs of the machine it runs on.
package needs

import (
	"os"
	"os/exec"
	"testing"
)

// Programs goes on where all these are installed. Where one is not, the test is skipped and says so; under LEDE_TEST_PROGRAMS=required,
// as `make test` sets it, it fails.
func Programs(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		_, err := exec.LookPath(name)
		switch {
		case err == nil:
		case os.Getenv("LEDE_TEST_PROGRAMS") == "required":
			t.Fatalf("%s is not installed (make deps)", name)
		default:
			t.Skipf("SKIPPED: %s is not installed (make deps)", name)
		}
	}
}
