package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// Backup writes a consistent copy of the whole database as it is now to file, while reading and writing go on, checks the copy
// from end to end, and has it on the disk when it returns nil. file must not exist. The copy is a plain SQLite database without
// free pages. On PostgreSQL it only says what to do instead.
func (d *DB) Backup(ctx context.Context, file string) (err error) {
	if d.kind == Postgres {
		return fmt.Errorf("a PostgreSQL database is backed up by its own tools: pg_dump --format=custom --file=%s, with the paper's database address", file)
	}
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("backup %s: %w", file, errors.Join(os.ErrExist, err))
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".backup-*") // 0700: nobody else reads the copy while it grows
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	part := filepath.Join(dir, "part")
	if err := d.copyTo(ctx, part); err != nil {
		return fmt.Errorf("backup %s: %w", file, err)
	}
	if err := Verify(ctx, part); err != nil {
		return fmt.Errorf("backup %s: the copy is damaged: %w", file, err)
	}
	if err := settle(part, file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

func (d *DB) copyTo(ctx context.Context, part string) error {
	pool, conn, err := plain(ctx, d.w.file, nil)
	if err != nil {
		return err
	}
	defer pool.Close()
	defer conn.Close()
	_, err = conn.ExecContext(ctx, `vacuum into $1`, part)
	return err
}

// Verify reads an SQLite database from end to end, that nothing is using, and tells what is wrong with it:
// pages, indexes, and rows that point nowhere. It changes nothing.
func Verify(ctx context.Context, file string) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	pool, conn, err := plain(ctx, file, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if err != nil {
		return err
	}
	defer pool.Close()
	defer conn.Close()
	if err := integrity(ctx, conn, `pragma integrity_check(1)`); err != nil {
		return err
	}
	var table, parent string
	var row, key sql.NullInt64
	err = conn.QueryRowContext(ctx, `pragma foreign_key_check`).Scan(&table, &row, &parent, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("a row of %s points at a row of %s that is not there", table, parent)
}

// integrity asks SQLite whether the database is whole.
func integrity(ctx context.Context, q Q, pragma string) error {
	var said string
	if err := q.QueryRowContext(ctx, pragma).Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("the database is damaged: %s", said)
	}
	return nil
}

// settle brings part to the disk under its final name.
func settle(part, file string) error {
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	if err := syncPath(part); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces a file that came into being meanwhile.
	if err := os.Link(part, file); err != nil {
		return err
	}
	return syncPath(filepath.Dir(file))
}

func syncPath(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
