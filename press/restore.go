package press

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lede/internal/blob"
	"lede/internal/fault"
)

// What lies in the folder of a paper.
const (
	DatabaseFile = "lede.db"   // a paper in SQLite
	FilesFolder  = "files"     // pictures, sound, film
	PagesFolder  = "pages"     // pages kept ready, which can be made anew
	LockFile     = "lock"      // held by the process that has the folder open
	SocketFile   = "lede.sock" // where that process takes commands
	KeyFile      = "lede.key"  // opens what is sealed in the database; never in a backup
)

// halfRestored is where a restore unpacks: as long as it is there, what else lies in the folder was never a paper's.
const halfRestored = "restoring"

// Restore puts a backup into dir, which the caller has locked and which must hold no paper and nothing else; what an
// interrupted restore left is taken away first. The backup is verified before anything is written, and the folder holds
// a paper only when all of it is there.
func Restore(ctx context.Context, file, dir string) error {
	if err := onlyOurs(dir); err != nil {
		return err
	}
	if err := VerifyBackup(ctx, file); err != nil {
		return err
	}
	half := filepath.Join(dir, halfRestored)
	if err := os.Mkdir(half, 0o700); err != nil {
		return err
	}
	if err := unpackInto(ctx, file, half); err != nil {
		return errors.Join(err, os.RemoveAll(half))
	}
	// The database comes last: it makes the folder a paper.
	for _, name := range []string{FilesFolder, DatabaseFile} {
		if err := os.Rename(filepath.Join(half, name), filepath.Join(dir, name)); err != nil {
			return err
		}
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return os.Remove(half)
}

// onlyOurs refuses a folder with anything in it, and empties one that a restore left half full.
func onlyOurs(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		if !slices.Contains([]string{LockFile, SocketFile, KeyFile}, e.Name()) {
			names = append(names, e.Name())
		}
	}
	if slices.Contains(names, halfRestored) && !slices.Contains(names, DatabaseFile) {
		names = slices.DeleteFunc(names, func(name string) bool { return name == halfRestored || name == FilesFolder })
		if len(names) == 0 {
			return errors.Join(os.RemoveAll(filepath.Join(dir, FilesFolder)), os.RemoveAll(filepath.Join(dir, halfRestored)))
		}
	}
	if len(names) > 0 {
		return fault.Invalid("%s is not empty (there is %s): restore into an empty folder", dir, names[0])
	}
	return nil
}

func unpackInto(ctx context.Context, file, dir string) (err error) {
	files, err := blob.Disk(filepath.Join(dir, FilesFolder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	return unpack(file, func(name string, r io.Reader) error {
		if name == databaseName {
			return writeDurably(filepath.Join(dir, DatabaseFile), r)
		}
		if err := files.Put(ctx, strings.TrimPrefix(name, filesPrefix), r); err != nil {
			return fmt.Errorf("restoring %s: %w", name, err)
		}
		return nil
	})
}
