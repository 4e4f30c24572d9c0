package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
)

// A kept page is a file: keptMagic, length of the head (4 bytes, big endian), head (JSON of keptHead), the segments as they are
// in memory, SHA-256 of all that. Whatever is not exactly that is absent.
const keptMagic = "lede page 1\n"

type keptHead struct {
	Key      string
	Status   int
	Header   []keptField
	Segments []keptSeg
	Slots    []string
	Tags     []string
	Modified int64
	Seq      uint64
}

type keptField struct {
	Name   string
	Values []string
}

// keptSeg says of a segment where it ends in the body and what it was before compression.
type keptSeg struct {
	End, Raw int
	CRC      uint32
	Digest   []byte
}

var errKept = errors.New("not a kept page")

func encodeKept(e *entry) ([]byte, error) {
	head := keptHead{Key: e.key, Status: e.status, Slots: e.slots, Tags: e.tags, Modified: e.modified, Seq: e.seq}
	for _, f := range e.header {
		head.Header = append(head.Header, keptField{f.name, f.values})
	}
	end := 0
	for i := range e.segs {
		s := &e.segs[i]
		end += len(s.deflate)
		head.Segments = append(head.Segments, keptSeg{end, s.raw, s.crc, s.digest[:]})
	}
	j, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(keptMagic)+4+len(j)+end+sha256.Size)
	b = append(b, keptMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(j)))
	b = append(b, j...)
	for i := range e.segs {
		b = append(b, e.segs[i].deflate...)
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// headOf reads the head alone, for the index; the checksum is not looked at. b may be only the file's beginning.
func headOf(b []byte) (head keptHead, body []byte, err error) {
	rest, ok := bytes.CutPrefix(b, []byte(keptMagic))
	if !ok || len(rest) < 4 {
		return head, nil, errKept
	}
	n := int(binary.BigEndian.Uint32(rest))
	if rest = rest[4:]; n < 0 || n > len(rest) {
		return head, nil, errKept
	}
	if json.Unmarshal(rest[:n], &head) != nil {
		return head, nil, errKept
	}
	return head, rest[n:], nil
}

// decodeKept reads a whole file.
func decodeKept(b []byte) (*entry, error) {
	if len(b) < sha256.Size {
		return nil, errKept
	}
	text, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if want := sha256.Sum256(text); !bytes.Equal(want[:], sum) {
		return nil, errKept
	}
	head, body, err := headOf(text)
	if err != nil {
		return nil, err
	}
	if len(head.Segments) != len(head.Slots)+1 || head.Status < 200 || head.Status > 599 {
		return nil, errKept
	}
	e := &entry{key: head.Key, status: head.Status, slots: head.Slots, tags: head.Tags, modified: head.Modified, seq: head.Seq, keep: true}
	for _, f := range head.Header {
		e.header = append(e.header, field{f.Name, f.Values})
	}
	return e, e.restore(head.Segments, body)
}

// restore lays the body of a kept page out as in memory, and checks each segment, so that a wrong one is never joined.
func (e *entry) restore(segs []keptSeg, body []byte) error {
	ends, start := make([]int, len(segs)), 0
	e.segs = make([]segment, len(segs))
	for i, s := range segs {
		if s.End < start || s.End > len(body) || s.Raw < 0 || s.Raw > maxInflated || len(s.Digest) != 16 {
			return errKept
		}
		e.segs[i] = segment{raw: s.Raw, crc: s.CRC, shift: crcShift(s.Raw), digest: [16]byte(s.Digest)}
		start, ends[i] = s.End, len(gzipHead)+s.End
		if !e.segs[i].holds(body[prev(segs, i):s.End]) {
			return errKept
		}
	}
	if start != len(body) {
		return errKept
	}
	e.lay(append([]byte(gzipHead), body...), ends)
	return nil
}

const maxInflated = 64 << 20

func prev(segs []keptSeg, i int) int {
	if i == 0 {
		return 0
	}
	return segs[i-1].End
}

// holds reports whether these deflate blocks are the text that s says.
func (s *segment) holds(deflate []byte) bool {
	stream := append(append(append([]byte(gzipHead), deflate...), gzipTail...), make([]byte, 8)...)
	text, err := inflate(nil, stream, s.raw)
	return err == nil && crc32.ChecksumIEEE(text) == s.crc
}
