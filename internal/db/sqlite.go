package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
)

// What every connection to the file is set to.
//
//   - synchronous=FULL: a commit is on the disk when it returns, in the log; NORMAL loses acknowledged rows when the power goes.
//   - secure_delete: what is deleted or overwritten is zeroed, so that a redaction does not survive in a free page. It makes
//     deleting cost about as many page writes as inserting did; a news site deletes little. The log keeps older pages
//     until it is emptied: see Scrub.
//   - cache_size: 2 MB a connection; the operating system's cache does the rest. No mmap: what it maps counts as our memory,
//     and an I/O error under it would be a signal instead of an error.
//   - busy_timeout concerns other processes only (a backup tool, an operator's shell); ours has one writer.
var settings = []string{
	"busy_timeout(10000)", "synchronous(full)", "foreign_keys(1)", "secure_delete(1)",
	"cache_size(-2000)", "mmap_size(0)", "temp_store(memory)", "journal_size_limit(33554432)", "trusted_schema(0)",
}

// dsn names the file for the driver, whatever characters its path has.
func dsn(file string, more url.Values) string {
	v := url.Values{"_pragma": settings, "_txlock": {"immediate"}, "_dqs": {"0"}}
	for k, vs := range more {
		v[k] = append(v[k], vs...)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: v.Encode()}).String()
}

func (d *DB) openSQLite(ctx context.Context) error {
	file, err := filepath.Abs(d.where)
	if err != nil {
		return err
	}
	// Made by us, so that nobody else may read it; the log and its index take over these rights.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := migrateSQLite(ctx, file); err != nil {
		return fmt.Errorf("database %s: %w", d.where, err)
	}
	base, err := sqlite.NewConnector(dsn(file, url.Values{"_query_only": {"1"}}))
	if err != nil {
		return err
	}
	d.read = sql.OpenDB(connector{Connector: base})
	n := min(max(4, runtime.GOMAXPROCS(0)), 8)
	d.read.SetMaxOpenConns(n)
	d.read.SetMaxIdleConns(n)
	d.read.SetConnMaxIdleTime(5 * time.Minute)
	if d.w, err = startWriter(ctx, file, d); err != nil {
		return errors.Join(fmt.Errorf("database %s: %w", d.where, err), d.read.Close())
	}
	return nil
}

// plain opens one connection for the rare work: schema steps, a backup, a check.
func plain(ctx context.Context, file string, more url.Values) (*sql.DB, *sql.Conn, error) {
	pool, err := sql.Open("sqlite", dsn(file, more))
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return pool, conn, nil
}

// Scrub empties SQLite's log into the file, so that what was deleted or overwritten is not left in older pages of the log.
// To be called after a redaction; it waits for readers that still need the log, and gives up with ctx.
// On PostgreSQL old rows go when autovacuum has passed and their pages are used again; Scrub runs a vacuum and can promise no more.
func (d *DB) Scrub(ctx context.Context) error {
	if d.kind == Postgres {
		_, err := d.read.ExecContext(ctx, `vacuum`)
		return err
	}
	pool, conn, err := plain(ctx, d.w.file, nil)
	if err != nil {
		return err
	}
	defer pool.Close()
	defer conn.Close()
	for {
		var busy, log, moved int
		if err := conn.QueryRowContext(ctx, `pragma wal_checkpoint(truncate)`).Scan(&busy, &log, &moved); err != nil {
			return fmt.Errorf("emptying the log: %w", err)
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
