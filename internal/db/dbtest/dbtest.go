// Package dbtest gives a test an empty paper's database, on each of the two that Lede runs on.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lede/internal/db"
)

// Each runs fn as a subtest on a fresh SQLite file and on a fresh PostgreSQL database, both with the schema in place, both gone
// at the end of the subtest.
//
// PostgreSQL is the server at LEDE_TEST_POSTGRES_URL (a superuser's address; one is started for many packages by
// `go run ./internal/db/dbtest/withpostgres go test ./...`), else one started from local binaries for this test process.
// Where there is neither, the subtest is skipped, or fails when LEDE_TEST_POSTGRES=required.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, Open(t, SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { fn(t, Open(t, Postgres(t))) })
}

// Open opens the database at where until the test ends. A test may open one twice, as two nodes do.
func Open(t testing.TB, where string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), where)
	if err != nil {
		t.Fatalf("open %s: %v", where, err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// empty is an SQLite file with the schema and nothing else, made once per process.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "lede-dbtest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "empty.db")
	d, err := db.Open(context.Background(), file)
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil { // which empties the log into the file
		return nil, err
	}
	return os.ReadFile(file)
})

// SQLite gives the path of a fresh SQLite file that goes when the test ends.
func SQLite(t testing.TB) string {
	t.Helper()
	b, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "paper.db")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
