package press

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/fault"
)

// A backup is one tar file: the database as database.sqlite, every file of the store under files/, and a seal that ends it.
// Nothing else of the folder goes in: no pages kept ready, no lock, no certificates.
const (
	databaseName = "database.sqlite"
	filesPrefix  = "files/"
)

// workPrefix begins the name of the folder beside a backup in which it is made. One that an interruption left goes when
// the next backup is made there a day later.
const (
	workPrefix = ".lede-backup-"
	workLong   = 24 * time.Hour
)

// Backup writes the whole paper to file while it is being served, then reads it back and verifies it. file must not exist.
// It is there whole or not at all. A paper on PostgreSQL is refused with what to do instead.
func (p *Press) Backup(ctx context.Context, file string, now time.Time) error {
	if p.DB.Kind() != db.SQLite {
		return errPostgres
	}
	if err := vacant(file); err != nil {
		return err
	}
	dir := filepath.Dir(file)
	sweep(dir, now)
	work, err := os.MkdirTemp(dir, workPrefix)
	if err != nil {
		return fmt.Errorf("backup to %s: %w", file, reason(err))
	}
	defer os.RemoveAll(work)
	made := filepath.Join(work, "paper.tar")
	if err := p.writeBackup(ctx, work, made, now); err != nil {
		return fmt.Errorf("backup to %s: %w", file, err)
	}
	p.Backups.reading()
	if err := VerifyBackup(ctx, made); err != nil {
		return fmt.Errorf("backup to %s: %w", file, err)
	}
	if err := vacant(file); err != nil {
		return err
	}
	if err := os.Rename(made, file); err != nil {
		return err
	}
	return syncFolder(dir)
}

var errPostgres = fault.Invalid("this paper is kept in PostgreSQL: back its database up with pg_dump, and its folder of files with any copy")

// vacant refuses a file that is there.
func vacant(file string) error {
	_, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("backup to %s: %w", file, reason(err))
	}
	return fault.Invalid("%s exists; a backup never writes over another file", file)
}

// sweep removes what backups left that were interrupted.
func sweep(dir string, now time.Time) {
	left, _ := filepath.Glob(filepath.Join(dir, workPrefix+"*")) // a folder that cannot be read is said by what follows
	for _, one := range left {
		if info, err := os.Stat(one); err == nil && now.Sub(info.ModTime()) > workLong {
			_ = os.RemoveAll(one) // the next one tries again
		}
	}
}

// writeBackup copies the database first: all the files that the copy speaks of are there then.
func (p *Press) writeBackup(ctx context.Context, work, to string, now time.Time) (err error) {
	copied := filepath.Join(work, databaseName)
	if err := p.DB.Backup(ctx, copied); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	s := newSealer(out)
	if err := s.addFile(databaseName, copied); err != nil {
		return err
	}
	if err := os.Remove(copied); err != nil { // the verification makes another
		return err
	}
	err = p.Files.List(ctx, "", func(key string, _ blob.Info) error { return s.addBlob(ctx, p.Files, key) })
	if err != nil {
		return err
	}
	if err := s.close(now); err != nil {
		return err
	}
	return out.Sync()
}

func (s *sealer) addFile(name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return s.add(name, info.Size(), info.ModTime(), f)
}

func (s *sealer) addBlob(ctx context.Context, files blob.Store, key string) error {
	f, info, err := files.Open(ctx, key)
	if errors.Is(err, fault.NotFound) {
		return nil // deleted since it was listed
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.add(filesPrefix+key, info.Size, info.Modified, f)
}

// VerifyBackup reads a backup to its end: not a bit of it may differ from what was written, and the database in it must be
// whole. It needs room beside the backup for a copy of the database.
func VerifyBackup(ctx context.Context, file string) error {
	if err := sealed(ctx, file); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), workPrefix)
	if err != nil {
		return fmt.Errorf("verifying %s: %w", file, reason(err))
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, databaseName)
	err = unpack(file, func(name string, r io.Reader) error {
		if name != databaseName {
			return nil
		}
		return writeDurably(copied, r)
	})
	if err != nil {
		return err
	}
	if err := db.Verify(ctx, copied); err != nil {
		return fmt.Errorf("the database in %s is damaged: %w", file, err)
	}
	return nil
}

// unpack gives each file of a sealed backup to take, the database among them.
func unpack(file string, take func(name string, r io.Reader) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	t := tar.NewReader(f)
	database := false
	for {
		h, err := t.Next()
		if err != nil {
			return fault.Invalid("%s is not a backup of a paper: %v", file, err)
		}
		if h.Name == sealName {
			break
		}
		if h.Typeflag != tar.TypeReg || !safeName(h.Name) {
			return fault.Invalid("%s is not a backup of a paper: it holds %q", file, h.Name)
		}
		database = database || h.Name == databaseName
		if err := take(h.Name, t); err != nil {
			return err
		}
	}
	if !database {
		return fault.Invalid("%s is not a backup of a paper: it holds no database", file)
	}
	return nil
}

func writeDurably(name string, r io.Reader) (err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	return f.Sync()
}

func syncFolder(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// reason is what the system said, without the names it was said of.
func reason(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
