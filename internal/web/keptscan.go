package web

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"slices"
	"time"
)

// found is a file met while the folder was looked through.
type found struct {
	*keptFile
	at time.Time
}

// scan looks the folder through once, when it was opened: it fills the index, removes what is damaged, forgotten or too much,
// and then shortens the list of what was forgotten, which is no longer needed.
func (k *kept) scan() {
	before := k.lastForget()
	var all []found
	err := fs.WalkDir(k.root.FS(), keptFolder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if f, ok := k.look(name, d); ok {
			all = append(all, f)
			return nil
		}
		return k.root.Remove(name)
	})
	slices.SortFunc(all, func(a, b found) int { return a.at.Compare(b.at) })
	k.mu.Lock()
	for _, f := range all {
		k.enter(f.keptFile)
	}
	k.sweep(before)
	k.shrink()
	k.mu.Unlock()
	if err == nil {
		err = k.settle(before)
	}
	if err != nil {
		k.log.Error("the last good pages could not be looked through", "error", err)
	}
}

// look reads a file's head; false when it must go.
func (k *kept) look(name string, d fs.DirEntry) (f found, ok bool) {
	info, err := d.Info()
	if err != nil || info.Size() > keptMaxFile || k.suspicious() {
		return f, false
	}
	b, err := k.read(name, 64<<10)
	if err != nil {
		return f, false
	}
	head, _, err := headOf(b)
	if err != nil || keptName(head.Key) != name || info.Size() < sha256.Size {
		return f, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tombs.forgets(head.Tags, head.Seq) {
		return f, false
	}
	return found{&keptFile{name: name, bytes: info.Size(), tags: shortHashes(head.Tags)}, info.ModTime()}, true
}

func (k *kept) suspicious() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.distrust
}

// sweep removes what was forgotten after number before, while the folder was being looked through. k.mu is held.
func (k *kept) sweep(before uint64) {
	var hashes []uint64
	for h, seq := range k.tombs.tags {
		if seq > before {
			hashes = append(hashes, binary.BigEndian.Uint64(h[:]))
		}
	}
	for name, f := range k.index {
		if carries(f, hashes) {
			k.remove(name)
		}
	}
}

// carries reports whether a file has one of these tags. Two tags with one short hash only cost a page too many.
func carries(f *keptFile, hashes []uint64) bool {
	return slices.ContainsFunc(f.tags, func(h uint64) bool { return slices.Contains(hashes, h) })
}

// settle starts the list of the forgotten anew when all it speaks of is gone from the disk for good. What was forgotten since
// number before keeps the list as it is until the next start.
func (k *kept) settle(before uint64) error {
	if k.settled() {
		return nil
	}
	dirs, err := fs.ReadDir(k.root.FS(), keptFolder)
	for _, d := range dirs {
		err = errors.Join(err, syncDir(k.root, keptFolder+"/"+d.Name()))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil || k.tombs.last != before {
		return err
	}
	if err = k.tombs.rewrite(); err == nil {
		k.distrust = false
	}
	return err
}

func (k *kept) settled() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return !k.distrust && k.tombs.short()
}
