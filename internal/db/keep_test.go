package db_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lede/internal/db"
	"lede/internal/db/dbtest"
)

func TestADatabaseFromANewerLedeIsNotTouched(t *testing.T) {
	for name, where := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			at := where(t)
			d := dbtest.Open(t, at)
			write(t, d, `insert into schema_step (name, at) values ('9999-tomorrow', 1)`)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			_, err := db.Open(ctx, at)
			if !errors.Is(err, db.ErrNewer) || !strings.Contains(err.Error(), "9999-tomorrow") || !strings.Contains(err.Error(), "restore a backup") {
				t.Errorf("got %v, want what to do about 9999-tomorrow", err)
			}
		})
	}
}

func TestTwoNodesThatStartTogetherBringTheSchemaUpOnce(t *testing.T) {
	for name, where := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "new.db") },
		"postgres": func(t testing.TB) string { return emptied(t, dbtest.Postgres(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			at := where(t)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					d, err := db.Open(ctx, at)
					if err != nil {
						t.Error(err)
						return
					}
					d.Close()
				})
			}
			wg.Wait()
		})
	}
}

// emptied takes everything out of a fresh PostgreSQL database.
func emptied(t testing.TB, at string) string {
	d := dbtest.Open(t, at)
	for _, s := range []string{`drop schema public cascade`, `create schema public`} {
		if _, err := d.Read().ExecContext(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	d.Close()
	return at
}

func TestAPostgresThatOrdersOtherwiseIsRefusedWithWhatToDo(t *testing.T) {
	at := dbtest.Postgres(t)
	d := dbtest.Open(t, at)
	other := "other_" + at[strings.LastIndex(at, "/lede_")+1:strings.Index(at, "?")]
	if _, err := d.Read().ExecContext(ctx, `create database `+other+` template template0 encoding 'SQL_ASCII' locale 'C'`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Read().ExecContext(ctx, `drop database `+other) })
	_, err := db.Open(ctx, strings.Replace(at, at[strings.LastIndex(at, "/lede_")+1:strings.Index(at, "?")], other, 1))
	if err == nil || !strings.Contains(err.Error(), "createdb") {
		t.Errorf("got %v, want how to make one", err)
	}
}

func TestABackupMadeWhileWritingIsWholeAndConsistent(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	write(t, d, `create table pair (id integer primary key, a bigint, b bigint)`)
	write(t, d, `insert into pair values (1, 0, 0)`)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				d.Tx(ctx, func(ctx context.Context, q db.Q) error {
					for _, s := range []string{`update pair set a = a + 1`, `update pair set b = b + 1`} {
						if _, err := q.ExecContext(ctx, s); err != nil {
							return err
						}
					}
					return nil
				})
			}
		})
	}
	for i := range 5 {
		file := filepath.Join(t.TempDir(), "backup.db")
		if err := d.Backup(ctx, file); err != nil {
			t.Fatal(err)
		}
		if err := d.Backup(ctx, file); !errors.Is(err, os.ErrExist) {
			t.Errorf("got %v, want a backup never written over", err)
		}
		copied := dbtest.Open(t, file)
		var a, b int
		if err := copied.Read().QueryRowContext(ctx, `select a, b from pair`).Scan(&a, &b); err != nil || a != b {
			t.Errorf("backup %d: %d and %d, %v", i, a, b, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".backup-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	close(stop)
	wg.Wait()
}

func TestADamagedCopyIsNotCalledABackup(t *testing.T) {
	file := dbtest.SQLite(t)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[len(b)/2:], bytes.Repeat([]byte{0xa5}, 4096))
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Verify(ctx, file); err == nil {
		t.Error("a damaged file was called whole")
	}
}

func TestPostgresSaysHowItIsBackedUp(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t))
	if err := d.Backup(ctx, "x"); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsDeletedAndScrubbedIsInNoFile(t *testing.T) {
	file := dbtest.SQLite(t)
	d := dbtest.Open(t, file)
	notes(t, d)
	secret := "the name of a minor"
	write(t, d, `insert into remark values (1, $1)`, strings.Repeat(secret+" ", 2000))
	write(t, d, `insert into remark values (2, $1)`, secret)
	write(t, d, `delete from remark where id = 1`)
	write(t, d, `update remark set said = 'redacted' where id = 2`)
	if err := d.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{file, file + "-wal"} {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%s still holds it", filepath.Base(f))
		}
	}
}

func TestTheFileIsTheOwnersAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "paper.db")
	d := dbtest.Open(t, file)
	notes(t, d)
	for _, f := range []string{file, file + "-wal", file + "-shm"} {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want 0600", filepath.Base(f), info.Mode(), err)
		}
	}
}
