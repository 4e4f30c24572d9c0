package press

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/fault"
)

// A backup is one tar file: the database as database.sqlite, every file of the store under files/, and last a
// manifest.json with the SHA-256 of each. What is missing from the manifest, or differs from it, fails Verify.
const (
	databaseName = "database.sqlite"
	filesPrefix  = "files/"
	manifestName = "manifest.json"
)

type manifest struct {
	Made  time.Time         `json:"made"`
	Files map[string]string `json:"files"` // name in the tar to hexadecimal SHA-256
}

// Backup writes the whole paper to file while it is being served, then reads it back and verifies it. file must not exist.
// It is there whole or not at all. A paper on PostgreSQL is refused with what to do instead.
func (p *Press) Backup(ctx context.Context, file string, now time.Time) error {
	if p.DB.Kind() != db.SQLite {
		return fault.Invalid("This paper is kept in PostgreSQL: back the database up with pg_dump, and the folder of files with any copy.")
	}
	if _, err := os.Stat(file); err == nil {
		return fault.Invalid("%s exists; a backup never writes over another.", file)
	}
	part := file + ".part"
	defer os.Remove(part)
	if err := p.writeBackup(ctx, part, now); err != nil {
		return fmt.Errorf("backup to %s: %w", file, err)
	}
	if err := VerifyBackup(ctx, part); err != nil {
		return fmt.Errorf("backup to %s: %w", file, err)
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}

func (p *Press) writeBackup(ctx context.Context, part string, now time.Time) (err error) {
	copied := part + ".db"
	defer os.Remove(copied)
	if err := p.DB.Backup(ctx, copied); err != nil {
		return err
	}
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	b := &backup{tar: tar.NewWriter(out), manifest: manifest{Made: now, Files: map[string]string{}}}
	if err := b.addFile(databaseName, copied); err != nil {
		return err
	}
	err = p.Files.List(ctx, "", func(key string, info blob.Info) error { return b.addBlob(ctx, p.Files, key, info) })
	if err != nil {
		return err
	}
	if err := b.close(); err != nil {
		return err
	}
	return out.Sync()
}

type backup struct {
	tar      *tar.Writer
	manifest manifest
}

func (b *backup) add(name string, size int64, modified time.Time, r io.Reader) error {
	if err := b.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: modified}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(b.tar, sum), r); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.manifest.Files[name] = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (b *backup) addFile(name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return b.add(name, info.Size(), info.ModTime(), f)
}

func (b *backup) addBlob(ctx context.Context, files blob.Store, key string, info blob.Info) error {
	f, _, err := files.Open(ctx, key)
	if errors.Is(err, fault.NotFound) {
		return nil // deleted since it was listed
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return b.add(filesPrefix+key, info.Size, info.Modified, f)
}

func (b *backup) close() error {
	list, err := json.MarshalIndent(b.manifest, "", "\t")
	if err != nil {
		return err
	}
	if err := b.tar.WriteHeader(&tar.Header{Name: manifestName, Size: int64(len(list)), Mode: 0o600, ModTime: b.manifest.Made}); err != nil {
		return err
	}
	if _, err := b.tar.Write(list); err != nil {
		return err
	}
	return b.tar.Close()
}

// VerifyBackup reads a backup to its end and compares every file with its manifest; the database is opened and checked too.
func VerifyBackup(ctx context.Context, file string) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), ".verify-")
	if err != nil {
		return err
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
	return db.Verify(ctx, copied)
}

// unpack goes through a backup, gives each file to take, and fails unless all are there and as the manifest says.
func unpack(file string, take func(name string, r io.Reader) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	sums := map[string]string{}
	t := tar.NewReader(f)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return fault.Invalid("%s is not whole: its list of contents is missing.", file)
		}
		if err != nil {
			return fault.Invalid("%s is not a backup of a paper, or is damaged: %v.", file, err)
		}
		if h.Name == manifestName {
			return compare(file, t, sums)
		}
		if h.Typeflag != tar.TypeReg || !safeName(h.Name) {
			return fault.Invalid("%s is not a backup of a paper: it holds %q.", file, h.Name)
		}
		sum := sha256.New()
		r := io.TeeReader(t, sum)
		if err := take(h.Name, r); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			return fault.Invalid("%s is damaged at %s: %v.", file, h.Name, err)
		}
		sums[h.Name] = hex.EncodeToString(sum.Sum(nil))
	}
}

func safeName(name string) bool {
	return name == databaseName || strings.HasPrefix(name, filesPrefix) && filepath.IsLocal(name)
}

func compare(file string, r io.Reader, sums map[string]string) error {
	var m manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return fault.Invalid("The list of contents of %s is damaged: %v.", file, err)
	}
	for name, sum := range m.Files {
		if sums[name] != sum {
			return fault.Invalid("%s is damaged: %s is not what was backed up.", file, name)
		}
	}
	if len(m.Files) != len(sums) || sums[databaseName] == "" {
		return fault.Invalid("%s holds other files than its list of contents says.", file)
	}
	return nil
}

// Restore puts a backup into an empty folder: the database at databaseFile, the files into files. It verifies the
// backup first; nothing is written if it does not hold.
func Restore(ctx context.Context, file, databaseFile string, files blob.Store) error {
	if _, err := os.Stat(databaseFile); err == nil {
		return fault.Invalid("%s is there already: restore goes into an empty folder.", databaseFile)
	}
	if err := VerifyBackup(ctx, file); err != nil {
		return err
	}
	part := databaseFile + ".part"
	defer os.Remove(part)
	err := unpack(file, func(name string, r io.Reader) error {
		if name == databaseName {
			return writeDurably(part, r)
		}
		return files.Put(ctx, strings.TrimPrefix(name, filesPrefix), r)
	})
	if err != nil {
		return err
	}
	// The database comes last: a folder without one is still empty to the next restore.
	if err := os.Rename(part, databaseFile); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(databaseFile))
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
