package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// leastSpace is how much room a paper needs to be on the safe side, in bytes.
const leastSpace = 1 << 30

// lookSpace asks how much room is left where the paper is kept.
func lookSpace(_ context.Context, p place) (string, error) {
	at := p.Data
	for _, err := os.Stat(at); errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at); _, err = os.Stat(at) {
		at = filepath.Dir(at)
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(at, &s); err != nil {
		return "", fmt.Errorf("%s: %w", at, err)
	}
	left := s.Bavail * uint64(s.Bsize)
	if left < leastSpace {
		return "", fmt.Errorf("only %d MB are left: make room before saving fails", left>>20)
	}
	return fmt.Sprintf("%d GB are left", left>>30), nil
}
