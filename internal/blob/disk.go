package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"lede/internal/fault"
)

// DiskStore keeps files in one folder of this machine.
//
// A file stands at {shard}/{key}, where shard is the first two hex digits of the key's SHA-256 and the slashes of the
// key are written as "+", so that no folder grows large and a key can never be a folder of another. Half-written files
// stand under "tmp" and are removed at the next start. A file that has been replaced by a symbolic
// link is refused, and os.Root lets no link lead out of the folder.
type DiskStore struct {
	root *os.Root
}

const (
	temporary = "tmp"
	slash     = "+"
)

// Disk opens the store in dir, making the folder where it is missing. One process at a time may have it open.
func Disk(dir string) (*DiskStore, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	s := &DiskStore{root: root}
	if err := s.sweep(); err != nil {
		return nil, errors.Join(fmt.Errorf("folder of files: %w", err), root.Close())
	}
	return s, nil
}

// Close lets go of the folder. Files already open stay readable.
func (s *DiskStore) Close() error { return s.root.Close() }

// sweep removes what was left half-written and makes the shards, so that no Put has to.
func (s *DiskStore) sweep() error {
	if err := s.root.RemoveAll(temporary); err != nil {
		return err
	}
	folders := []string{temporary}
	for i := range 256 {
		folders = append(folders, hex.EncodeToString([]byte{byte(i)}))
	}
	for _, name := range folders {
		if err := s.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := s.folder(name); err != nil {
			return err
		}
	}
	return s.sync(".")
}

func shard(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:1])
}

func place(key string) (string, error) {
	if err := Check(key); err != nil {
		return "", err
	}
	return path.Join(shard(key), strings.ReplaceAll(key, "/", slash)), nil
}

// Put keeps the file: written beside, synced, renamed, and the folder synced too.
func (s *DiskStore) Put(ctx context.Context, key string, r io.Reader) error {
	at, err := place(key)
	if err != nil {
		return err
	}
	half := path.Join(temporary, rand.Text())
	if err := s.write(half, steady{ctx, r}); err != nil {
		return errors.Join(fmt.Errorf("file %s: %w", key, err), s.drop(half))
	}
	if err := s.settle(ctx, half, at); err != nil {
		return errors.Join(fmt.Errorf("file %s: %w", key, err), s.drop(half))
	}
	return nil
}

func (s *DiskStore) write(name string, r io.Reader) error {
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// settle renames a synced file to its place and makes the new name durable.
func (s *DiskStore) settle(ctx context.Context, half, at string) error {
	folder := path.Dir(at)
	if err := s.folder(folder); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.root.Rename(half, at); err != nil {
		return err
	}
	return s.sync(folder)
}

// folder refuses a shard that is not a folder but a link to one.
func (s *DiskStore) folder(name string) error {
	info, err := s.root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", name)
	}
	return nil
}

func (s *DiskStore) drop(name string) error {
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (s *DiskStore) sync(folder string) error {
	d, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open opens the file; its offset can be sought.
func (s *DiskStore) Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error) {
	at, err := place(key)
	if err != nil {
		return nil, Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	f, info, err := s.open(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, fmt.Errorf("file %s: %w", key, fault.NotFound)
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("file %s: %w", key, err)
	}
	return f, info, nil
}

func (s *DiskStore) open(at string) (*os.File, Info, error) {
	if err := s.folder(path.Dir(at)); err != nil {
		return nil, Info{}, err
	}
	named, err := s.root.Lstat(at)
	if err != nil {
		return nil, Info{}, err
	}
	if !named.Mode().IsRegular() {
		return nil, Info{}, errors.New("not a regular file")
	}
	f, err := s.root.Open(at)
	if err != nil {
		return nil, Info{}, err
	}
	stat, err := f.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(err, f.Close())
	}
	return f, infoOf(stat), nil
}

func infoOf(stat fs.FileInfo) Info {
	return Info{Size: stat.Size(), Modified: stat.ModTime().UTC()}
}

// Delete removes the file and makes that durable.
func (s *DiskStore) Delete(ctx context.Context, key string) error {
	at, err := place(key)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err = s.root.Remove(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = s.sync(path.Dir(at))
	}
	if err != nil {
		return fmt.Errorf("file %s: %w", key, err)
	}
	return nil
}

// List reads the names of all files, holding those that begin with prefix in memory.
func (s *DiskStore) List(ctx context.Context, prefix string, fn func(key string, info Info) error) error {
	keys, err := s.keys(ctx, prefix)
	if err != nil {
		return fmt.Errorf("list of files: %w", err)
	}
	for _, key := range keys {
		if err := ctx.Err(); err != nil {
			return err
		}
		at, err := place(key)
		if err != nil {
			return err
		}
		stat, err := s.root.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("file %s: %w", key, err)
		}
		if err := fn(key, infoOf(stat)); err != nil {
			return err
		}
	}
	return nil
}

// keys gathers the keys that begin with prefix, in order. Whatever else lies in the folder is none of ours.
func (s *DiskStore) keys(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	err := fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if d.IsDir() {
			return ctx.Err()
		}
		key := strings.ReplaceAll(path.Base(name), slash, "/")
		at, err := place(key)
		if err == nil && at == name && d.Type().IsRegular() && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
		return nil
	})
	slices.Sort(keys)
	return keys, err
}
