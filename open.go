package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/secret"
	"lede/media"
	"lede/press"
)

// place is where the paper is kept.
type place struct {
	Data     string `help:"The folder of the paper." default:"data" env:"LEDE_DATA" type:"path"`
	Database string `help:"Where the database is: postgres://…, or nothing for SQLite in the folder." env:"LEDE_DATABASE"`
	Secrets  string `help:"The file of the key that opens what is sealed in the database; made at first start, lede.key in the folder." env:"LEDE_SECRETS" type:"path"`
}

func (p place) sqlite() string { return filepath.Join(p.Data, press.DatabaseFile) }
func (p place) files() string  { return filepath.Join(p.Data, press.FilesFolder) }
func (p place) pages() string  { return filepath.Join(p.Data, press.PagesFolder) }

// secrets is the key file: never in a backup, so that a stolen one opens nothing.
func (p place) secrets() string { return cmp.Or(p.Secrets, filepath.Join(p.Data, press.KeyFile)) }

// templates is where an operator lays templates over ours.
func (p place) templates() string { return filepath.Join(p.Data, "templates") }

// house is a paper opened by this process alone.
type house struct {
	*press.Press
	lock  *os.File
	files *blob.DiskStore
}

// open opens the paper, and keeps every other process out of its folder.
func (p place) open(ctx context.Context, log *slog.Logger) (*house, error) {
	at, err := p.database()
	if err != nil {
		return nil, err
	}
	lock, err := p.take()
	if err != nil {
		return nil, err
	}
	h := &house{lock: lock}
	if h.files, err = blob.Disk(p.files()); err != nil {
		return nil, errors.Join(p.unusable(err), h.Close())
	}
	key, err := secret.Open(p.secrets())
	if err != nil {
		return nil, errors.Join(setup("%s", oneLine(err)), h.Close())
	}
	d, err := db.Open(ctx, at, db.Log(log))
	if err != nil {
		return nil, errors.Join(p.unopened(err), h.Close())
	}
	if h.Press, err = press.Open(ctx, d, h.files, key, time.Now, log); err != nil {
		return nil, errors.Join(p.unopened(err), d.Close(), h.Close())
	}
	h.Media.Equip(media.FindTools().Readers())
	return h, nil
}

// Close lets others in again.
func (h *house) Close() error {
	var err error
	if h.Press != nil {
		err = h.DB.Close()
	}
	if h.files != nil {
		err = errors.Join(err, h.files.Close())
	}
	return errors.Join(err, h.lock.Close())
}

// errTaken says that another process has the folder open.
var errTaken = errors.New("another lede has it open")

// take locks the folder, making it where it is missing.
func (p place) take() (*os.File, error) {
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, p.unusable(err)
	}
	lock, err := os.OpenFile(filepath.Join(p.Data, press.LockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, p.unusable(err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(setup("the folder %s cannot be used: %w; stop that one, or choose another folder with --data", p.Data, errTaken), lock.Close())
	}
	if err != nil {
		return nil, errors.Join(p.unusable(err), lock.Close())
	}
	return lock, nil
}

func (p place) unusable(err error) error {
	return setup("the folder %s cannot be used: %v; give this user the right to write there, or choose another folder with --data", p.Data, reason(err))
}

// unopened says what to do about a database that does not open. No message holds its password.
func (p place) unopened(err error) error {
	if errors.Is(err, db.ErrNewer) {
		return setup("%s", oneLine(err))
	}
	if p.Database == "" {
		return setup("%s cannot be opened: %s; if it is damaged, restore a backup into an empty folder with lede restore", p.sqlite(), oneLine(err))
	}
	return setup("the database cannot be opened: %s; look at --database", strings.ReplaceAll(oneLine(err), p.Database, "it"))
}

// database is where the database is. An address that is none is refused without being repeated, since it may hold a password
// in an unexpected place.
func (p place) database() (string, error) {
	if p.Database == "" {
		return p.sqlite(), nil
	}
	u, err := url.Parse(p.Database)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") {
		return "", setup("--database is not an address like postgres://user:password@host/name; in a password, / @ ? # and %% are written %%2F %%40 %%3F %%23 %%25")
	}
	return p.Database, nil
}

// reason is what the system said, without the names it was said of.
func reason(err error) error {
	for {
		var file *fs.PathError
		var web *url.Error
		var wire *net.OpError
		var call *os.SyscallError
		switch {
		case errors.As(err, &file):
			err = file.Err
		case errors.As(err, &web):
			err = web.Err
		case errors.As(err, &wire):
			err = wire.Err
		case errors.As(err, &call):
			err = call.Err
		default:
			return err
		}
	}
}
