package press

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lede/internal/db"
	"lede/internal/job"
)

// keptBackups is how many nightly backups stay.
const keptBackups = 7

// Nightly backs the paper up into dir every day, keeps the newest seven, and says loudly when one failed or the newest is
// older than a day. It must be called before the jobs start; on PostgreSQL it refuses.
func (p *Press) Nightly(dir string) error {
	if p.DB.Kind() != db.SQLite {
		return errPostgres
	}
	p.Backups.mu.Lock()
	p.Backups.dir = dir
	p.Backups.mu.Unlock()
	job.Every(p.Jobs, "press.backup", 24*time.Hour, func(ctx context.Context, at time.Time) error {
		if err := p.nightly(ctx, dir, at); err != nil {
			p.Log.Error("THE NIGHTLY BACKUP FAILED", "folder", dir, "error", err)
			return err
		}
		return nil
	})
	job.Every(p.Jobs, "press.backup-age", time.Hour, func(_ context.Context, at time.Time) error {
		age, err := BackupAge(dir, at)
		if errors.Is(err, ErrNoBackup) {
			return nil // the first is being made, or has said itself that it failed
		}
		if err != nil || age > 25*time.Hour {
			p.Log.Error("THE NEWEST BACKUP IS OLDER THAN A DAY", "folder", dir, "age", age.Round(time.Minute).String(), "error", err)
		}
		return nil
	})
	return nil
}

// nightly makes the backup of the day that began at, unless it is there from before this task was interrupted.
func (p *Press) nightly(ctx context.Context, dir string, at time.Time) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name := filepath.Join(dir, "paper-"+at.UTC().Format(time.DateOnly)+".tar")
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	if err := p.Backup(ctx, name, p.Clock()); err != nil {
		return err
	}
	names, err := backups(dir)
	if err != nil {
		return err
	}
	for _, old := range names[:max(0, len(names)-keptBackups)] {
		err = errors.Join(err, os.Remove(old))
	}
	return err
}

// backups are the nightly backups in dir, oldest first.
func backups(dir string) ([]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "paper-????-??-??.tar"))
	slices.Sort(names)
	return names, err
}

// ErrNoBackup says that a folder holds no nightly backup.
var ErrNoBackup = errors.New("there is no backup yet")

// BackupAge is how old the newest nightly backup in dir is.
func BackupAge(dir string, now time.Time) (time.Duration, error) {
	names, err := backups(dir)
	if err != nil {
		return 0, err
	}
	if len(names) == 0 {
		return 0, ErrNoBackup
	}
	info, err := os.Stat(names[len(names)-1])
	if err != nil {
		return 0, err
	}
	return now.Sub(info.ModTime()), nil
}
