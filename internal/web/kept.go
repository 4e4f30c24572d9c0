package web

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"
)

// kept are the last good pages on disk, read only when a page cannot be made. One goroutine writes them, off every request;
// what it cannot take in time is dropped, for the page in memory is still there. Oldest go first when the folder is full.
type kept struct {
	root     *os.Root
	maxBytes int64
	maxFiles int
	log      *slog.Logger
	dropped  func()

	mu       sync.Mutex
	tombs    *tombs
	distrust bool // the tombs were damaged: nothing from before is served, all of it is removed
	index    map[string]*keptFile
	order    []*keptFile // by age; those removed stay until they are passed
	bytes    int64
	queue    []keptTurn // first come first written
	waiting  map[string]*entry
	closed   bool

	wake, done chan struct{}
	hurry      chan struct{} // tells the writer that somebody waits for it
	idle       *sync.Cond    // signalled whenever nothing waits any more
	busy       bool
	awaited    int // who waits for idle
}

// keptTurn is a name's place in the queue, and since when.
type keptTurn struct {
	name string
	at   time.Time
}

type keptFile struct {
	name   string
	bytes  int64
	tags   []uint64 // beginnings of the tags' hashes
	digest [16]byte // of the whole file, zero when not known; what is already there is not written again
	gone   bool
}

const (
	keptQueue   = 4096
	keptMaxFile = 8 << 20
	keptFolder  = "pages"
	keptAfter   = time.Second // a page waits so long, so that one that changes all the time is written once for many changes
)

// openKept opens the folder, making it if need be. It returns a working kept also when the folder can only be read; err then
// says what cannot be done.
func openKept(dir string, maxBytes int64, maxFiles int, log *slog.Logger, dropped func()) (*kept, error) {
	mkErr := os.MkdirAll(dir, 0o700)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(mkErr, err)
	}
	_, statErr := root.Stat(keptFolder)
	t, err := openTombs(root, errors.Is(statErr, fs.ErrNotExist))
	k := &kept{root: root, maxBytes: maxBytes, maxFiles: maxFiles, log: log, dropped: dropped, tombs: t,
		index: map[string]*keptFile{}, waiting: map[string]*entry{}, wake: make(chan struct{}, 1), done: make(chan struct{}), hurry: make(chan struct{}, 1)}
	k.idle = sync.NewCond(&k.mu)
	if errors.Is(err, errTombs) {
		k.distrust, err = true, nil
		log.Error("the list of forgotten pages is damaged; all last good pages are dropped", "folder", dir)
	}
	if err == nil {
		err = root.MkdirAll(keptFolder, 0o700)
	}
	if err != nil {
		k.closed = true
		close(k.done)
		return k, err
	}
	k.busy = true
	go k.run()
	return k, nil
}

func keptName(key string) string {
	sum := sha256.Sum256([]byte(key))
	h := hex.EncodeToString(sum[:16])
	return keptFolder + "/" + h[:2] + "/" + h[2:]
}

func (k *kept) lastForget() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tombs.last
}

// forgotten reports whether e may no longer be served.
func (k *kept) forgotten(e *entry) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tombs.forgets(e.tags, e.seq)
}

// load reads the last good page of key; nil when there is none that may be served.
func (k *kept) load(key string) *entry {
	k.mu.Lock()
	distrust := k.distrust
	k.mu.Unlock()
	if distrust {
		return nil
	}
	b, err := k.read(keptName(key), keptMaxFile)
	if err != nil {
		return nil
	}
	e, err := decodeKept(b)
	if err != nil || e.key != key || k.forgotten(e) {
		return nil
	}
	return e
}

func (k *kept) read(name string, most int64) ([]byte, error) {
	f, err := k.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

// put has e written soon.
func (k *kept) put(e *entry) { k.enqueue(keptName(e.key), e) }

// drop has the page of key removed soon.
func (k *kept) drop(key string) { k.enqueue(keptName(key), nil) }

// enqueue takes an entry to write, or nil to remove, in place of what waits under the same name. A full queue takes no more
// pages; a removal is then done at once.
func (k *kept) enqueue(name string, e *entry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	if _, waits := k.waiting[name]; !waits {
		if len(k.queue) >= keptQueue {
			k.dropped()
			if e == nil {
				k.remove(name)
			}
			return
		}
		k.queue = append(k.queue, keptTurn{name, time.Now()})
	}
	k.waiting[name] = e
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// forget notes the tags durably and has the pages that carry them removed soon.
func (k *kept) forget(tags []string) error {
	k.mu.Lock()
	err := k.tombs.add(tags)
	var names []string
	hashes := shortHashes(tags)
	for name, f := range k.index {
		if carries(f, hashes) {
			names = append(names, name)
		}
	}
	k.mu.Unlock()
	for _, name := range names {
		k.enqueue(name, nil)
	}
	return err
}

func shortHashes(tags []string) []uint64 {
	hs := make([]uint64, len(tags))
	for i, t := range tags {
		h := hashTag(t)
		hs[i] = binary.BigEndian.Uint64(h[:])
	}
	return hs
}

// run is the goroutine that writes.
func (k *kept) run() {
	defer close(k.done)
	k.scan()
	for {
		k.mu.Lock()
		if len(k.queue) == 0 {
			k.busy = false
			k.idle.Broadcast()
			closed := k.closed
			k.mu.Unlock()
			if closed {
				return
			}
			<-k.wake
			continue
		}
		k.busy = true
		turn := k.queue[0]
		if early := keptAfter - time.Since(turn.at); early > 0 && !k.pressed() {
			k.mu.Unlock()
			k.rest(early)
			continue
		}
		name := turn.name
		k.queue = k.queue[1:]
		e := k.waiting[name]
		delete(k.waiting, name)
		if e == nil {
			k.remove(name)
		}
		k.mu.Unlock()
		if e != nil {
			began := time.Now()
			k.write(name, e)
			k.rest(min(2*time.Since(began), 20*time.Millisecond))
		}
	}
}

// press wakes the writer from its rest.
func (k *kept) press() {
	select {
	case k.hurry <- struct{}{}:
	default:
	}
}

// pressed tells whether the writer must not wait: somebody waits for it, or much waits to be written. k.mu is held.
func (k *kept) pressed() bool { return k.closed || k.awaited > 0 || len(k.queue) > keptQueue/2 }

// rest leaves the disk and the processor to readers for a while, unless the writer is pressed.
func (k *kept) rest(d time.Duration) {
	k.mu.Lock()
	pressed := k.pressed()
	k.mu.Unlock()
	if pressed {
		return
	}
	select {
	case <-time.After(d):
	case <-k.hurry:
	}
}

// write puts one page on disk, unless it is there already or was forgotten while it waited.
func (k *kept) write(name string, e *entry) {
	b, err := encodeKept(e)
	if err != nil || len(b) > keptMaxFile {
		return
	}
	f := &keptFile{name: name, bytes: int64(len(b)), tags: shortHashes(e.tags), digest: [16]byte(b[len(b)-16:])}
	k.mu.Lock()
	old := k.index[name]
	skip := k.tombs.forgets(e.tags, e.seq) || old != nil && old.digest == f.digest
	k.mu.Unlock()
	if skip {
		return
	}
	if err := k.replace(name, b); err != nil {
		k.dropped()
		k.log.Warn("a last good page could not be written", "page", e.key, "error", err)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.enter(f)
	if k.tombs.forgets(e.tags, e.seq) {
		k.remove(name)
	}
	k.shrink()
}

func (k *kept) replace(name string, b []byte) error {
	dir := name[:len(keptFolder)+3]
	temp := dir + "/.new"
	err := k.root.WriteFile(temp, b, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = k.root.Mkdir(dir, 0o700); err == nil {
			err = k.root.WriteFile(temp, b, 0o600)
		}
	}
	if err != nil {
		_ = k.root.Remove(temp)
		return err
	}
	return k.root.Rename(temp, name)
}

// enter notes a file in the index; k.mu is held.
func (k *kept) enter(f *keptFile) {
	if old := k.index[f.name]; old != nil {
		old.gone = true
		k.bytes -= old.bytes
	}
	k.index[f.name] = f
	k.bytes += f.bytes
	k.order = append(k.order, f)
	if len(k.order) > 2*len(k.index)+1000 {
		k.order = slices.DeleteFunc(k.order, func(f *keptFile) bool { return f.gone })
	}
}

// remove deletes a file and its place in the index; k.mu is held.
func (k *kept) remove(name string) {
	if f := k.index[name]; f != nil {
		f.gone = true
		k.bytes -= f.bytes
		delete(k.index, name)
	}
	if err := k.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		k.log.Error("a last good page could not be removed", "file", name, "error", err)
	}
}

// shrink removes the oldest until the bounds are kept; k.mu is held.
func (k *kept) shrink() {
	for len(k.order) > 0 && (k.bytes > k.maxBytes || len(k.index) > k.maxFiles) {
		f := k.order[0]
		k.order = k.order[1:]
		if !f.gone {
			k.remove(f.name)
		}
	}
}

// flush waits until everything put so far is on disk.
func (k *kept) flush() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.awaited++
	k.press()
	for k.busy || len(k.queue) > 0 {
		k.idle.Wait()
	}
	k.awaited--
}

func (k *kept) close() {
	k.mu.Lock()
	was := k.closed
	k.closed = true
	k.press()
	k.mu.Unlock()
	if !was {
		close(k.wake)
	}
	<-k.done
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tombs.close()
}
