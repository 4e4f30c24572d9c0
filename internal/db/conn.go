package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// checkArg is the door every argument of a statement goes through, on both databases.
func checkArg(nv *driver.NamedValue) error {
	v, err := driver.DefaultParameterConverter.ConvertValue(nv.Value)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		if strings.IndexByte(v, 0) >= 0 || !utf8.ValidString(v) {
			return fmt.Errorf("argument $%d: text must be valid UTF-8 without NUL", nv.Ordinal)
		}
	case time.Time:
		return fmt.Errorf("argument $%d: a time is kept in microseconds: use db.Micros", nv.Ordinal)
	}
	nv.Value = v
	return nil
}

// most statements a connection keeps ready; a paper has some hundred.
const mostKept = 400

// raw is what the SQLite driver's connection can do.
type raw interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// liteConn is one connection to SQLite that keeps its statements prepared. The writer's also notes the first error
// that dooms the whole transaction, refuses what follows it, and never lets a context interrupt a statement.
type liteConn struct {
	raw
	writer bool
	kept   map[string]*kept
	open   map[*liteRows]struct{}
	fatal  error
	shut   bool
	sick   func(query string) error // tests make the disk fail here
}

// kept is a prepared statement; while its rows are being read it is busy and another is prepared for the moment.
type kept struct {
	driver.Stmt
	busy bool
}

// connector makes connections to one SQLite file.
type connector struct {
	driver.Connector
	writer bool
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	dc, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	r, ok := dc.(raw)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the SQLite driver's connection is a %T, which lacks what we need", dc), dc.Close())
	}
	return &liteConn{raw: r, writer: c.writer, kept: map[string]*kept{}, open: map[*liteRows]struct{}{}}, nil
}

func (c *liteConn) CheckNamedValue(nv *driver.NamedValue) error { return checkArg(nv) }

func (c *liteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	ctx, err := c.admit(ctx, query)
	if err != nil {
		return nil, err
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, c.note(err)
	}
	if s == nil {
		res, err := c.raw.ExecContext(ctx, query, args)
		return res, c.note(err)
	}
	res, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	return res, c.note(err)
}

func (c *liteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, err := c.admit(ctx, query)
	if err != nil {
		return nil, err
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, c.note(err)
	}
	var rows driver.Rows
	if s == nil {
		rows, err = c.raw.QueryContext(ctx, query, args)
	} else {
		rows, err = s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	}
	if err != nil {
		return nil, c.note(err)
	}
	r := &liteRows{Rows: rows, conn: c, kept: s}
	if s != nil {
		s.busy = true
	}
	c.open[r] = struct{}{}
	return r, nil
}

// admit refuses what follows a fatal error, since SQLite may have rolled back and would run it outside the transaction.
func (c *liteConn) admit(ctx context.Context, query string) (context.Context, error) {
	if c.shut {
		return ctx, ErrClosed
	}
	if !c.writer {
		return ctx, nil
	}
	if c.fatal != nil {
		return ctx, c.fatal
	}
	if c.sick != nil {
		if err := c.sick(query); err != nil {
			return ctx, c.note(err)
		}
	}
	return context.WithoutCancel(ctx), nil
}

// statement is the kept statement for query, nil when it is being read from.
func (c *liteConn) statement(ctx context.Context, query string) (*kept, error) {
	if s := c.kept[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if len(c.kept) >= mostKept {
		c.forget()
	}
	st, err := c.raw.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &kept{Stmt: st}
	c.kept[query] = s
	return s, nil
}

func (c *liteConn) forget() {
	for query, s := range c.kept {
		if !s.busy {
			s.Close()
			delete(c.kept, query)
		}
	}
}

// note keeps the first error after which the transaction cannot be trusted.
func (c *liteConn) note(err error) error {
	if c.writer && c.fatal == nil && dooms(err) {
		c.fatal = err
	}
	return err
}

// closeRows closes what a transaction left open, and tells whether there was any.
func (c *liteConn) closeRows() bool {
	left := len(c.open) > 0
	for r := range c.open {
		c.note(r.Close())
	}
	return left
}

// IsValid also answers for a connection that was closed under database/sql.
func (c *liteConn) IsValid() bool { return !c.shut && c.raw.IsValid() }

func (c *liteConn) Close() error {
	if c.shut {
		return nil
	}
	c.shut = true
	c.closeRows()
	c.forget()
	return c.raw.Close()
}

// liteRows gives its statement back when it is closed.
type liteRows struct {
	driver.Rows
	conn   *liteConn
	kept   *kept
	closed bool
}

func (r *liteRows) Next(dest []driver.Value) error {
	if r.closed {
		return io.EOF
	}
	err := r.Rows.Next(dest)
	if err != nil && err != io.EOF {
		r.conn.note(err)
	}
	return err
}

func (r *liteRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	delete(r.conn.open, r)
	if r.kept != nil {
		r.kept.busy = false
	}
	return r.Rows.Close()
}

// dooms tells whether err leaves the transaction in doubt: everything but a statement's own mistake. Result codes: sqlite.org/rescode.html.
func dooms(err error) bool {
	var e *sqlite.Error
	if err == nil {
		return false
	}
	if !errors.As(err, &e) {
		return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, driver.ErrBadConn)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_SCHEMA:
		return false
	}
	return true
}

func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
