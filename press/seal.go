package press

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lede/internal/fault"
)

// The seal is the last file of a backup. It holds the SHA-256, in hexadecimal, of every byte before it, names and padding
// included. With its header, its padding and the two empty blocks that end a tar file (POSIX ustar) it takes sealSize bytes.
const (
	sealName = "sha256"
	block    = 512
	sealSize = 4 * block
)

// sealer writes a tar file and sums what it writes.
type sealer struct {
	tar *tar.Writer
	sum hash.Hash
}

func newSealer(w io.Writer) *sealer {
	sum := sha256.New()
	return &sealer{tar.NewWriter(io.MultiWriter(w, sum)), sum}
}

func (s *sealer) add(name string, size int64, modified time.Time, r io.Reader) error {
	if err := s.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: modified}); err != nil {
		return err
	}
	if _, err := io.Copy(s.tar, r); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// close writes the seal.
func (s *sealer) close(now time.Time) error {
	if err := s.tar.Flush(); err != nil {
		return err
	}
	seal := hex.EncodeToString(s.sum.Sum(nil))
	if err := s.add(sealName, int64(len(seal)), now.Truncate(time.Second), strings.NewReader(seal)); err != nil {
		return err
	}
	return s.tar.Close()
}

// sealed fails unless every bit of file is as it was written.
func sealed(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() < sealSize {
		return fault.Invalid("%s is not a backup of a paper, or not all of one", file)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, within{ctx, io.LimitReader(f, info.Size()-sealSize)}); err != nil {
		return err
	}
	end := make([]byte, sealSize)
	if _, err := io.ReadFull(f, end); err != nil {
		return err
	}
	said, err := readSeal(end)
	if err != nil {
		return fault.Invalid("%s is not a backup of a paper, or not all of one: %v", file, err)
	}
	if said != hex.EncodeToString(sum.Sum(nil)) {
		return fault.Invalid("%s is damaged: it is not what was backed up", file)
	}
	return nil
}

var errNoSeal = errors.New("it does not end with its seal")

// readSeal reads the last sealSize bytes of a backup. The header is guarded by its checksum, the rest must be empty.
func readSeal(end []byte) (string, error) {
	t := tar.NewReader(bytes.NewReader(end))
	h, err := t.Next()
	if err != nil || h.Name != sealName || h.Size != 2*sha256.Size {
		return "", errNoSeal
	}
	text, rest := end[block:block+2*sha256.Size], end[block+2*sha256.Size:]
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return "", errNoSeal
	}
	return string(text), nil
}

// safeName tells whether a file of a backup is one that belongs there.
func safeName(name string) bool {
	return name == databaseName || strings.HasPrefix(name, filesPrefix) && filepath.IsLocal(name)
}

// within reads until its context ends.
type within struct {
	ctx context.Context
	r   io.Reader
}

func (w within) Read(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(b)
}
