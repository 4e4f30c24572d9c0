package web

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
)

// tombs is the durable list of what was forgotten: for each tag (only its hash: a tag may name a person) the number of the last
// Forget that named it. A page made before that number and carrying the tag is never served again.
//
// On disk it is a file of records that only grows, each fsynced before Forget returns: number (8 bytes, big endian), hash (16),
// CRC-32 of both (4). A record cut short at the end was never acknowledged. The first record has a hash of zeros and holds the
// number to go on from.
type tombs struct {
	root *os.Root
	file *os.File // nil: the folder cannot be written
	size int64
	last uint64
	tags map[tagHash]uint64
}

type tagHash [16]byte

const (
	tombsName  = "forgotten"
	tombRecord = 8 + 16 + 4
)

// errTombs says that the list is damaged: nobody knows what was forgotten, so nothing kept may be served.
var errTombs = errors.New("the list of forgotten pages is damaged")

func hashTag(tag string) (h tagHash) {
	sum := sha256.Sum256([]byte(tag))
	copy(h[:], sum[:])
	return h
}

// openTombs reads the list. A missing one is made when fresh; else it counts as damaged. With errTombs, and when the folder
// cannot be written, the list is returned all the same and works in memory.
func openTombs(root *os.Root, fresh bool) (*tombs, error) {
	t := &tombs{root: root, tags: map[tagHash]uint64{}}
	data, err := root.ReadFile(tombsName)
	if errors.Is(err, fs.ErrNotExist) {
		if err = t.rewrite(); err == nil && !fresh {
			err = errTombs
		}
		return t, err
	}
	if err != nil {
		return t, err
	}
	if !t.read(data) {
		return t, errTombs
	}
	t.file, err = root.OpenFile(tombsName, os.O_RDWR, 0)
	if err != nil {
		return t, err
	}
	t.size = int64(len(data) / tombRecord * tombRecord)
	if err = t.file.Truncate(t.size); err != nil {
		return t, err
	}
	return t, nil
}

// read takes the whole records of data; false when one is damaged.
func (t *tombs) read(data []byte) bool {
	if len(data) < tombRecord {
		return false
	}
	for ; len(data) >= tombRecord; data = data[tombRecord:] {
		if crc32.ChecksumIEEE(data[:24]) != binary.BigEndian.Uint32(data[24:]) {
			return false
		}
		seq := binary.BigEndian.Uint64(data)
		t.last = max(t.last, seq)
		if h := tagHash(data[8:24]); h != (tagHash{}) {
			t.tags[h] = seq
		}
	}
	return true
}

func appendTomb(b []byte, seq uint64, h tagHash) []byte {
	start := len(b)
	b = binary.BigEndian.AppendUint64(b, seq)
	b = append(b, h[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}

// add notes the tags under the next number, in memory in any case, and on disk before it returns nil.
func (t *tombs) add(tags []string) error {
	t.last++
	var b []byte
	for _, tag := range tags {
		h := hashTag(tag)
		t.tags[h] = t.last
		b = appendTomb(b, t.last, h)
	}
	if t.file == nil {
		return errors.New("the list of forgotten pages cannot be written")
	}
	_, err := t.file.WriteAt(b, t.size)
	if err == nil {
		err = t.file.Sync()
	}
	if err != nil {
		// What stands behind size will be written over; should even that fail, a restart sees a damaged record and drops all pages.
		return fmt.Errorf("note what is forgotten: %w", err)
	}
	t.size += int64(len(b))
	return nil
}

// forgets reports whether something with these tags, made when the last Forget was number seq, must not be served.
func (t *tombs) forgets(tags []string, seq uint64) bool {
	for _, tag := range tags {
		if t.tags[hashTag(tag)] > seq {
			return true
		}
	}
	return false
}

// rewrite replaces the file by one that holds only the number to go on from. Every kept page that the list spoke of must have
// been removed, durably, before. What is known in memory stays.
func (t *tombs) rewrite() error {
	const next = tombsName + ".new"
	f, err := t.root.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(appendTomb(nil, t.last, tagHash{}))
	if err = errors.Join(err, f.Sync()); err != nil {
		return errors.Join(err, f.Close())
	}
	if err = t.root.Rename(next, tombsName); err != nil {
		return errors.Join(err, f.Close())
	}
	if t.file != nil {
		_ = t.file.Close()
	}
	t.file, t.size = f, tombRecord
	return syncDir(t.root, ".")
}

// short reports whether rewrite would change nothing.
func (t *tombs) short() bool { return t.size == tombRecord }

func (t *tombs) close() {
	if t.file != nil {
		_ = t.file.Close()
		t.file = nil
	}
}

// syncDir makes renames and removals in a folder durable.
func syncDir(root *os.Root, name string) error {
	d, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
