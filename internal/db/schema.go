package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// step is one file of schema/: applied once, in the order of names, whole or not at all.
type step struct{ name, sql string }

// schemaSteps reads the steps in files.
func schemaSteps(files fs.FS) ([]step, error) {
	names, err := fs.Glob(files, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var steps []step
	for _, n := range names {
		b, err := fs.ReadFile(files, n)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{strings.TrimSuffix(path.Base(n), ".sql"), string(b)})
	}
	return steps, nil
}

// statements cuts a step at each ";" that ends a line, without comment lines, and says $ID as kind does:
// SQLite's row id has to be called integer. A statement that begins with $SQLITE or $POSTGRES is for that database alone.
func (s step) statements(kind Kind) []string {
	id := "integer primary key"
	if kind == Postgres {
		id = "bigint primary key"
	}
	var all []string
	var now strings.Builder
	for line := range strings.Lines(s.sql) {
		line = strings.TrimRight(line, " \t\r\n")
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			continue
		}
		rest, ends := strings.CutSuffix(line, ";")
		now.WriteString(strings.ReplaceAll(rest, "$ID", id) + "\n")
		if ends {
			all = append(all, strings.TrimSpace(now.String()))
			now.Reset()
		}
	}
	if rest := strings.TrimSpace(now.String()); rest != "" {
		all = append(all, rest)
	}
	return own(all, kind)
}

// own are the statements that are for kind, without the words that say so.
func own(all []string, kind Kind) []string {
	mine, others := "$SQLITE ", "$POSTGRES "
	if kind == Postgres {
		mine, others = others, mine
	}
	var list []string
	for _, st := range all {
		if !strings.HasPrefix(st, others) {
			list = append(list, strings.TrimPrefix(st, mine))
		}
	}
	return list
}

const schemaTable = `create table if not exists schema_step (name text primary key, at bigint not null)`

// missing tells which steps are still to be applied, given the names of those that were; an unknown one is ErrNewer.
func missing(steps []step, applied []string) ([]step, error) {
	var todo []step
	for _, s := range steps {
		if !slices.Contains(applied, s.name) {
			todo = append(todo, s)
		}
	}
	for _, a := range applied {
		if !slices.ContainsFunc(steps, func(s step) bool { return s.name == a }) {
			return nil, fmt.Errorf("%w: it has the schema step %s, which this program does not know; "+
				"run the newer lede that wrote it, or restore a backup made before the upgrade", ErrNewer, a)
		}
	}
	return todo, nil
}

// applied lists the steps that were applied.
func applied(ctx context.Context, q Q) ([]string, error) {
	return Column[string](ctx, q, `select name from schema_step order by name`)
}

// apply runs one step inside the transaction of q and notes that it was.
func apply(ctx context.Context, q Q, kind Kind, s step) error {
	for _, st := range s.statements(kind) {
		if _, err := q.ExecContext(ctx, st); err != nil {
			return fmt.Errorf("schema step %s: %w, in: %s", s.name, err, st)
		}
	}
	_, err := q.ExecContext(ctx, `insert into schema_step (name, at) values ($1, $2)`, s.name, Micros(time.Now()))
	return err
}

// migrateSQLite brings the file's schema up to date; it writes nothing when there is nothing to do.
// SQLite does not wait when two processes change a new file to its log at once, so this does.
func migrateSQLite(ctx context.Context, file string) error {
	for try := 1; ; try++ {
		err := migrateOnce(ctx, file)
		if code(err) != sqlite3.SQLITE_BUSY || try == 50 {
			return err
		}
		time.Sleep(time.Duration(try) * time.Millisecond)
	}
}

func migrateOnce(ctx context.Context, file string) (err error) {
	steps, err := schemaSteps(schemaFiles)
	if err != nil {
		return err
	}
	pool, conn, err := plain(ctx, file, url.Values{"_journal_mode": {"wal"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(), pool.Close()) }()
	var table int
	if err := conn.QueryRowContext(ctx, `select count(*) from sqlite_master where name = 'schema_step'`).Scan(&table); err != nil {
		return err
	}
	var have []string
	if table > 0 {
		if have, err = applied(ctx, conn); err != nil {
			return err
		}
	}
	todo, err := missing(steps, have)
	if err != nil || len(todo) == 0 {
		return err
	}
	if _, err := conn.ExecContext(ctx, schemaTable); err != nil {
		return err
	}
	for _, s := range todo {
		if err := stepAlone(ctx, conn, s); err != nil {
			return err
		}
	}
	return nil
}

// stepAlone applies one step in a transaction of its own, unless another process did meanwhile.
func stepAlone(ctx context.Context, conn *sql.Conn, s step) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	have, err := applied(ctx, tx)
	if err != nil || slices.Contains(have, s.name) {
		return err
	}
	if err := apply(ctx, tx, SQLite, s); err != nil {
		return err
	}
	return tx.Commit()
}
