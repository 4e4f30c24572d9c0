package secret

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The file is one line: this word and the key in hexadecimal.
const opening = "lede-key-1 "

// Open reads the key in file, and makes it there with a new key if nothing is. A file that others than its owner may read or
// write is refused, with what to do.
func Open(file string) (*Key, error) {
	k, err := read(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := create(file); err != nil {
		return nil, fmt.Errorf("the key file %s cannot be made: %w", file, err)
	}
	return read(file)
}

// Check tells whether file holds a key as Open wants it; fs.ErrNotExist if there is none yet.
func Check(file string) error {
	_, err := read(file)
	return err
}

func read(file string) (*Key, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the key file %s is no file", file)
	}
	if wide := info.Mode().Perm() & 0o077; wide != 0 {
		return nil, fmt.Errorf("others may open the key file %s (%v): chmod 600 %s", file, info.Mode().Perm(), file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	digits, ours := strings.CutPrefix(strings.TrimSpace(string(text)), opening)
	root, err := hex.DecodeString(digits)
	if !ours || err != nil || len(root) != size {
		return nil, fmt.Errorf("the key file %s holds no key of Lede; put back the one that was there", file)
	}
	return of(root), nil
}

// create makes a key file, whole or not at all, and never over another one.
func create(file string) error {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, ".lede-key-") // with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	root := make([]byte, size)
	rand.Read(root)
	_, err = f.WriteString(opening + hex.EncodeToString(root) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) { // another was quicker: its key stands
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
