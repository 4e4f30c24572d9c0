package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/secret"
	"lede/press"
)

type doctorCommand struct {
	Backups string `help:"The folder of the nightly backups, to be checked too." env:"LEDE_BACKUPS" type:"path"`
}

// check is one thing the doctor looks at: what it found, or what is wrong and what to do.
type check struct {
	name string
	look func(ctx context.Context, p place) (found string, err error)
}

// Run looks at everything and says of each what it found. What is wrong makes the exit status 1.
func (c doctorCommand) Run(ctx context.Context, p place) error {
	checks := []check{{"settings", lookSettings}, {"folder", lookFolder}, {"key", lookKey}, {"space", lookSpace}, {"server", lookServer}, {"database", lookDatabase}, {"clock", lookClock}}
	if c.Backups != "" {
		checks = append(checks, check{"backups", func(context.Context, place) (string, error) { return lookBackups(c.Backups) }})
	}
	wrong := 0
	for _, one := range checks {
		found, err := one.look(ctx, p)
		if err != nil {
			wrong++
			fmt.Printf("✕ %-9s %s\n", one.name, oneLine(err))
			continue
		}
		fmt.Printf("✓ %-9s %s\n", one.name, found)
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d checks found something wrong", wrong, len(checks))
	}
	return nil
}

func lookSettings(_ context.Context, p place) (string, error) {
	if _, err := p.database(); err != nil {
		return "", err
	}
	if p.Database != "" {
		return "the database is PostgreSQL, files are in " + p.Data, nil
	}
	return "everything is in " + p.Data, nil
}

func lookFolder(_ context.Context, p place) (string, error) {
	info, err := os.Stat(p.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return p.Data + " is not there yet; lede serve makes it", nil
	}
	if err != nil {
		return "", p.unusable(err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s is a file: choose a folder with --data", p.Data)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return "", fmt.Errorf("others can look into %s (%v): chmod 700 %s", p.Data, info.Mode().Perm(), p.Data)
	}
	try, err := os.CreateTemp(p.Data, ".doctor-")
	if err != nil {
		return "", p.unusable(err)
	}
	return p.Data + " can be written, and by nobody else", errors.Join(try.Close(), os.Remove(try.Name()))
}

// lookKey looks at the file of the key without making it.
func lookKey(_ context.Context, p place) (string, error) {
	err := secret.Check(p.secrets())
	if errors.Is(err, fs.ErrNotExist) {
		return p.secrets() + " is not there yet; lede serve makes it", nil
	}
	if err != nil {
		return "", err
	}
	return p.secrets() + " is there, for its owner alone; no backup holds it, so keep a copy elsewhere", nil
}

func lookServer(ctx context.Context, p place) (string, error) {
	conn, err := p.dial(ctx)
	if err != nil {
		return "none has the folder open", nil
	}
	return "one is running on the folder", conn.Close()
}

func lookDatabase(ctx context.Context, p place) (string, error) {
	if p.Database != "" {
		return lookPostgres(ctx, p)
	}
	_, err := os.Stat(p.sqlite())
	if errors.Is(err, fs.ErrNotExist) {
		return "SQLite, not made yet", nil
	}
	if err != nil {
		return "", p.unopened(reason(err))
	}
	if conn, err := p.dial(ctx); err == nil {
		return "SQLite, open in the running server", conn.Close()
	}
	lock, err := p.take()
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := tryCopy(ctx, p); err != nil {
		return "", err
	}
	return "SQLite, whole", nil
}

func lookPostgres(ctx context.Context, p place) (string, error) {
	at, err := p.database()
	if err != nil {
		return "", errors.New("not looked at, for its address is none")
	}
	d, err := db.Open(ctx, at)
	if err != nil {
		return "", p.unopened(err)
	}
	return "PostgreSQL, reached, its schema up to date", d.Close()
}

// tryCopy opens a copy of the database, with the log that a killed server left beside it, as lede serve would open the original,
// which stays as it is.
func tryCopy(ctx context.Context, p place) (err error) {
	dir, err := os.MkdirTemp(p.Data, ".doctor-")
	if err != nil {
		return p.unusable(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, press.DatabaseFile)
	for _, part := range []string{"", "-wal"} {
		if err := copyFile(p.sqlite()+part, file+part); err != nil && !(part != "" && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	d, err := db.Open(ctx, file)
	if err != nil {
		return errors.New(strings.ReplaceAll(p.unopened(err).Error(), file, p.sqlite()))
	}
	if err := d.Close(); err != nil {
		return err
	}
	if err := db.Verify(ctx, file); err != nil {
		return p.unopened(err)
	}
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// lookClock finds a clock that is plainly wrong: one before the program was made, or before the newest file of the paper.
func lookClock(_ context.Context, p place) (string, error) {
	now := time.Now()
	if self, err := os.Executable(); err == nil {
		if info, err := os.Stat(self); err == nil && now.Before(info.ModTime().Add(-time.Hour)) {
			return "", fmt.Errorf("it says %s, which is before this program was made: set the clock", now.Format(time.RFC3339))
		}
	}
	if info, err := os.Stat(p.sqlite()); err == nil && now.Before(info.ModTime().Add(-time.Minute)) {
		return "", fmt.Errorf("it says %s, but the paper was written later than that: set the clock", now.Format(time.RFC3339))
	}
	synchronised := ""
	if _, err := os.Stat("/run/systemd/timesync/synchronized"); err == nil {
		synchronised = ", kept right by systemd-timesyncd"
	}
	return now.UTC().Format(time.RFC3339) + synchronised, nil
}

func lookBackups(dir string) (string, error) {
	age, err := press.BackupAge(dir, time.Now())
	if err != nil {
		return "", fmt.Errorf("%s: %w", dir, reason(err))
	}
	if age > 25*time.Hour {
		return "", fmt.Errorf("the newest in %s is %s old: look at the server's log", dir, age.Round(time.Hour))
	}
	return fmt.Sprintf("the newest is %s old", age.Round(time.Minute)), nil
}
