package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// tracedMost is how many articles are published under strace.
const tracedMost = 400

// traced runs the publishing child under strace and looks, for every acknowledgement, whether the log of the database had been
// synced since the article was written into it.
func (t *torture) traced(ctx context.Context) error {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return errors.New("strace is not installed, so nothing proves that the log reaches the disk first: apt-get install -y strace")
	}
	log := filepath.Join(t.dir, "strace")
	cmd := exec.CommandContext(ctx, strace, "-f", "-y", "-s", "8192", "-o", log, "-e", "trace=write,pwrite64,fdatasync,fsync",
		t.self, "publish", filepath.Join(t.dir, "traced"), "0", fmt.Sprint(tracedMost))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // its child too
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("strace: %w", err)
	}
	told, err := listen(strings.NewReader(string(out)))
	if err != nil {
		return err
	}
	f, err := os.Open(log)
	if err != nil {
		return err
	}
	defer f.Close()
	seen, err := order(f)
	if err != nil {
		return err
	}
	if seen.acknowledged != len(told) || len(told) < tracedMost {
		return fmt.Errorf("strace saw %d of %d acknowledgements", seen.acknowledged, len(told))
	}
	if len(seen.early) > 0 {
		return fmt.Errorf("%d of %d were acknowledged before the log was synced, %s among them", len(seen.early), seen.acknowledged, seen.early[0])
	}
	fmt.Printf("strace: %d acknowledgements, each after an fdatasync or fsync of the log that held it; %d syncs in all, 0 acknowledged early\n", seen.acknowledged, seen.syncs)
	return nil
}

// ordered is what a trace shows.
type ordered struct {
	acknowledged, syncs int
	early               []string // marks of what was acknowledged before the log that held it was synced
}

var (
	call = regexp.MustCompile(`^(\d+) +(\w+)\((\d+)<([^>]*)>(.*)$`)
	back = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>.*= (-?\d+)`)
	said = regexp.MustCompile(`"(kept [^"\\]*)\\n"`)
	mark = regexp.MustCompile(`/20\d\d/[01]\d/round-\d+-brings-ship-\d+-into-harbor|correction-\d+-\d+\.`)
)

// order reads a trace of strace -f -y. A line stands where its call began; one that others came between is cut in two, and has
// happened where it is resumed. The mark of a change in what is written to the log makes it wait; a sync that begins later and
// has ended makes it safe; only then it may be acknowledged. A commit of SQLite ends with its one sync, so the first is the right one.
func order(r io.Reader) (o ordered, err error) {
	waiting := map[string]bool{}            // in the log
	safe := map[string]bool{}               // synced
	syncing := map[string]map[string]bool{} // thread to what its sync, begun and not ended, will make safe
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if m := back.FindStringSubmatch(in.Text()); m != nil {
			if m[3] == "0" {
				settle(syncing[m[1]], waiting, safe)
			}
			delete(syncing, m[1])
			continue
		}
		m := call.FindStringSubmatch(in.Text())
		if m == nil {
			continue
		}
		thread, name, file, rest := m[1], m[2], m[4], m[5]
		switch {
		case name == "write":
			if a := said.FindStringSubmatch(rest); a != nil {
				e, _ := read(a[1] + "\n")
				o.acknowledged++
				if !safe[e.mark()] {
					o.early = append(o.early, e.mark())
				}
			}
		case !strings.HasSuffix(file, "-wal"):
		case name == "pwrite64":
			for _, m := range mark.FindAllString(rest, -1) {
				waiting[m] = true
			}
		default: // fdatasync, fsync
			o.syncs++
			now := map[string]bool{}
			for m := range waiting {
				now[m] = true
			}
			if strings.HasSuffix(rest, "<unfinished ...>") {
				syncing[thread] = now
			} else if strings.HasSuffix(rest, "= 0") {
				settle(now, waiting, safe)
			}
		}
	}
	return o, in.Err()
}

// settle moves what a sync has made safe.
func settle(done, waiting, safe map[string]bool) {
	for m := range done {
		safe[m] = true
		delete(waiting, m)
	}
}
