package press

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// BackupWanted says that somebody asked for a backup now; its id is always 1.
const BackupWanted = job.Event("press.backup-wanted")

// Backups tells of the backups in the folder that the server was given for them.
type Backups struct {
	mu   sync.Mutex
	dir  string
	work Progress
}

// Progress is how far the backup in hand is, or how the last one ended.
type Progress struct {
	Began, Ended time.Time // zero before it does
	Says         string
	Failed       bool
}

// Dir is the folder of the backups; "" when there is none.
func (b *Backups) Dir() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dir
}

// Progress of the backup in hand, or of the last one since the server started.
func (b *Backups) Progress() Progress {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.work
}

func (b *Backups) say(change func(*Progress)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.work)
}

// reading notes that the backup in hand is being read back, if one that was asked for is.
func (b *Backups) reading() {
	b.say(func(w *Progress) {
		if w.Ended.IsZero() && !w.Began.IsZero() {
			w.Says = "reading it back"
		}
	})
}

// Kept is one backup in the folder. It was read back and verified when it was made.
type Kept struct {
	File  string
	Bytes int64
	At    time.Time
}

// Kept are the backups in the folder, the newest first.
func (b *Backups) Kept() ([]Kept, error) {
	dir := b.Dir()
	if dir == "" {
		return nil, nil
	}
	names, err := filepath.Glob(filepath.Join(dir, "paper-*.tar"))
	if err != nil {
		return nil, err
	}
	var list []Kept
	for _, name := range names {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it went meanwhile
		}
		if err != nil {
			return nil, err
		}
		list = append(list, Kept{filepath.Base(name), info.Size(), info.ModTime()})
	}
	slices.SortFunc(list, func(a, b Kept) int { return b.At.Compare(a.At) })
	return list, nil
}

// WantBackup asks for a backup now; it is made soon, and Progress tells of it. Without a folder for them, or on PostgreSQL, it is
// refused with what to do instead.
func (p *Press) WantBackup(ctx context.Context, now time.Time) error {
	if p.DB.Kind() != db.SQLite {
		return errPostgres
	}
	if p.Backups.Dir() == "" {
		return fault.Invalid("The server was given no folder for backups: start it with lede serve --backups FOLDER.")
	}
	p.Backups.say(func(w *Progress) {
		if w.Began.IsZero() || !w.Ended.IsZero() {
			*w = Progress{Began: now, Says: "waiting its turn"}
		}
	})
	return p.DB.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := audit.Add(ctx, q, now, "backup.ask", "backup", 0, ""); err != nil {
			return err
		}
		return BackupWanted.Add(ctx, q, 1)
	})
}

// backUpNow makes the backup that was asked for.
func (p *Press) backUpNow(ctx context.Context, _ int64) error {
	dir := p.Backups.Dir()
	if dir == "" {
		return nil
	}
	began := p.Clock()
	p.Backups.say(func(w *Progress) { *w = Progress{Began: began, Says: "copying the database and the files"} })
	name := "paper-" + began.UTC().Format("2006-01-02-150405") + ".tar"
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = p.Backup(ctx, filepath.Join(dir, name), began)
	}
	p.Backups.say(func(w *Progress) {
		w.Ended, w.Says = p.Clock(), name+" is made, read back and verified"
		if err != nil {
			w.Failed, w.Says = true, err.Error()
		}
	})
	if err != nil {
		return fmt.Errorf("the backup that was asked for: %w", err)
	}
	return nil
}

// InPostgres tells whether the paper is kept in PostgreSQL, which is backed up by its own means.
func (p *Press) InPostgres() bool { return p.DB.Kind() == db.Postgres }
