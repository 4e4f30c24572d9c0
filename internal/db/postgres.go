package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Channel is the PostgreSQL channel on which a transaction tells the other nodes that there is something to look at:
// select pg_notify('lede', ”), delivered when it commits.
const Channel = "lede"

// How long a transaction may take on PostgreSQL before it is given up as lost, and how often it is tried
// when it collided with another: often enough for sixty that all write the same row, as the audit log's head.
const (
	txLong  = time.Minute
	txTries = 40
)

// stepLock is the advisory lock under which nodes that start together bring the schema up one after another ("lede" in ASCII).
const stepLock = 0x6c656465

// pgConn is pgx's connection with our door for arguments.
type pgConn struct{ *stdlib.Conn }

func (c pgConn) CheckNamedValue(nv *driver.NamedValue) error { return checkArg(nv) }

type pgConnector struct{ driver.Connector }

func (c pgConnector) Connect(ctx context.Context) (driver.Conn, error) {
	dc, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return pgConn{dc.(*stdlib.Conn)}, nil
}

func (d *DB) openPostgres(ctx context.Context) error {
	cfg, err := pgx.ParseConfig(d.where)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	for k, v := range map[string]string{
		"application_name": "lede", "statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s",
		"synchronous_commit": "on",
	} {
		if cfg.RuntimeParams[k] == "" {
			cfg.RuntimeParams[k] = v
		}
	}
	d.read = sql.OpenDB(pgConnector{stdlib.GetConnector(*cfg)})
	n := max(10, 4*runtime.GOMAXPROCS(0))
	d.read.SetMaxOpenConns(n)
	d.read.SetMaxIdleConns(n / 2)
	d.read.SetConnMaxIdleTime(5 * time.Minute)
	d.read.SetConnMaxLifetime(time.Hour)
	err = d.checkPostgres(ctx)
	if err == nil {
		err = d.migratePostgres(ctx)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("database: %w", err), d.read.Close())
	}
	d.wakes.listen = func() func() { return d.listen(cfg) }
	return nil
}

// checkPostgres refuses a database that would order or compare text otherwise than SQLite does.
func (d *DB) checkPostgres(ctx context.Context) error {
	var name, encoding, collate string
	err := d.read.QueryRowContext(ctx, `select datname, pg_encoding_to_char(encoding), coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale', d.datcollate)
		from pg_database d where datname = current_database()`).Scan(&name, &encoding, &collate)
	if err != nil {
		return err
	}
	plain := []string{"c", "posix", "c.utf-8", "c.utf8"}
	if encoding == "UTF8" && slices.Contains(plain, strings.ToLower(collate)) {
		return nil
	}
	return fmt.Errorf("%s is encoded in %s and collates by %q; lede needs UTF8 and C.UTF-8, so that lists have the same order everywhere; "+
		"make one with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME", name, encoding, collate)
}

func (d *DB) migratePostgres(ctx context.Context) error {
	steps, err := schemaSteps(schemaFiles)
	if err != nil {
		return err
	}
	var table bool
	if err := d.read.QueryRowContext(ctx, `select to_regclass('schema_step') is not null`).Scan(&table); err != nil {
		return err
	}
	var have []string
	if table {
		if have, err = applied(ctx, d.read); err != nil {
			return err
		}
	}
	todo, err := missing(steps, have)
	if err != nil {
		return err
	}
	for _, s := range todo {
		if err := d.stepPostgres(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// stepPostgres applies one step in a transaction of its own, unless another node did meanwhile.
func (d *DB) stepPostgres(ctx context.Context, s step) error {
	tx, err := d.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, st := range []string{`set local statement_timeout = 0`, `set local lock_timeout = 0`, fmt.Sprintf(`select pg_advisory_xact_lock(%d)`, stepLock), schemaTable} {
		if _, err := tx.ExecContext(ctx, st); err != nil {
			return err
		}
	}
	have, err := applied(ctx, tx)
	if err != nil || slices.Contains(have, s.name) {
		return err
	}
	if err := apply(ctx, tx, Postgres, s); err != nil {
		return err
	}
	return tx.Commit()
}

// txPostgres is Tx on PostgreSQL: serializable, tried again when it collided with another.
func (d *DB) txPostgres(ctx context.Context, fn func(context.Context, Q) error) error {
	conn, err := d.read.Conn(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return unwritable(err)
	}
	defer conn.Close()
	within, cancel := context.WithTimeout(context.WithValue(context.WithoutCancel(ctx), inside{}, true), txLong)
	defer cancel()
	for try := 1; ; try++ {
		err := d.tryPostgres(within, conn, fn)
		if err == nil {
			d.stats.commits.Add(1)
			d.stats.writes.Add(1)
			d.wakes.tell()
			return nil
		}
		if !collided(err) || try == txTries {
			return unwritable(err)
		}
		time.Sleep(rand.N(time.Duration(min(try, 12)) * 4 * time.Millisecond))
	}
}

func (d *DB) tryPostgres(ctx context.Context, conn *sql.Conn, fn func(context.Context, Q) error) error {
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return err
	}
	defer tx.Rollback() // also when fn ends its goroutine
	if err := call(ctx, handle{tx, Postgres}, fn); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		d.stats.failed.Add(1)
		return err
	}
	return nil
}

// collided tells whether the transaction was undone for the sake of another: serialization_failure, deadlock_detected.
func collided(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// unwritable marks what is neither fn's own error nor a statement's mistake: the connection, the server, its disk.
// Classes of SQLSTATE: 08 connection, 25006 read only, 53 resources, 57 operator, 58 system, XX internal.
func unwritable(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		if slices.Contains([]string{"08", "53", "57", "58", "XX"}, e.Code[:2]) || e.Code == "25006" {
			return fmt.Errorf("%w: %w", ErrUnwritable, err)
		}
		return err
	}
	var c *pgconn.ConnectError
	if errors.As(err, &c) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return err
}

// listen keeps a connection of its own on which other nodes tell that they committed something.
func (d *DB) listen(cfg *pgx.ConnConfig) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			err := d.listenOnce(ctx, cfg)
			if ctx.Err() != nil {
				return
			}
			d.log.Warn("wake-ups from other nodes are lost; looking every half second until they are back", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Second):
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (d *DB) listenOnce(ctx context.Context, cfg *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, cfg.Copy())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "listen "+Channel); err != nil {
		return err
	}
	for {
		d.wakes.tell() // also at first: something may have happened before we listened
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}
