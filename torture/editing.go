package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// abreast is how many runs go on at once over the one server, and between is how long it lives between two kills.
const (
	abreast = 32
	between = 4 * time.Second
)

// editing lets windows write against a newsroom that is killed every few runs, by the protocol the editor speaks: lines are cut in the
// middle of a request, sessions end, windows close and come back, take over from each other, restore and merge. No word that was
// acknowledged, or was in the window's journal, may be missing at the end.
func (t *torture) editing(ctx context.Context) (failed error) {
	if t.edits == 0 {
		return nil
	}
	e := &editing{t: t, began: time.Now(), tokens: map[string]string{}, dir: filepath.Join(t.dir, "newsroom")}
	if quickDisk, err := os.MkdirTemp("/dev/shm", "lede-torture-"); err == nil { // kill -9 forgets nothing there either, and strace watches the syncs
		e.dir = quickDisk
		defer func() {
			if failed == nil {
				_ = os.RemoveAll(quickDisk)
			}
		}()
	}
	if err := e.start(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var killing, runs sync.WaitGroup
	killing.Go(func() { stop(e.killNowAndThen(ctx)) })
	next := make(chan int)
	for range abreast {
		runs.Go(func() {
			for seed := range next {
				if n := e.runs.Add(1); n%100 == 0 {
					fmt.Printf("  %d runs of editing, %s\n", n, time.Since(e.began).Round(time.Second))
				}
				if err := e.one(ctx, uint64(seed)); err != nil {
					stop(fmt.Errorf("run %d: %w", seed, err))
				}
			}
		})
	}
	for seed := range t.edits {
		select {
		case next <- seed:
		case <-ctx.Done():
		}
	}
	close(next)
	runs.Wait()
	failed = context.Cause(ctx)
	stop(errEnough)
	killing.Wait()
	e.kill()
	if failed != nil {
		return fmt.Errorf("%w\nits folder: %s", failed, e.dir)
	}
	fmt.Printf("%d runs of editing: %d words, %d kills of the server, %d sessions ended, %d lines cut, %d windows closed, %d texts merged, %d versions restored, in %s, the server away for %s of it\n",
		t.edits, e.words.Load(), e.kills.Load(), e.outs.Load(), e.cuts.Load(), e.closed.Load(), e.merges.Load(), e.restores.Load(), time.Since(e.began).Round(time.Second), time.Duration(e.down.Load()).Round(time.Second))
	worst := time.Duration(e.worst.Load()) * quick
	fmt.Printf("  words acknowledged or in the journal that are gone: 0; versions missing: 0; lost with a closed window: at most the last %.1f s of typing\n", worst.Seconds())
	if worst > 2*time.Second {
		return fmt.Errorf("a window that closed lost %s of typing", worst)
	}
	return nil
}

var errEnough = errors.New("all runs are done")

type editing struct {
	t     *torture
	began time.Time
	dir   string
	addr  string
	mu    sync.Mutex
	child *exec.Cmd

	sessions sync.Mutex
	tokens   map[string]string // by who

	words, kills, outs, cuts, closed, merges, restores, worst, runs, down atomic.Int64
}

// start starts the server, and waits until it answers.
func (e *editing) start(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.addr == "" {
		addr, err := freeAddr()
		if err != nil {
			return err
		}
		e.addr = addr
	}
	e.child = exec.CommandContext(ctx, e.t.self, "newsroom", e.dir, e.addr, fmt.Sprint(e.began.UnixMicro()))
	e.child.Stderr = os.Stderr
	out, err := e.child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := e.child.Start(); err != nil {
		return err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return errors.Join(fmt.Errorf("the newsroom did not open: %w", err), e.child.Wait())
	}
	return nil
}

func (e *editing) kill() {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.child.Process.Kill()
	_ = e.child.Wait()
}

func (e *editing) killNowAndThen(ctx context.Context) error {
	for pause(ctx, between/2+rand.N(between)) {
		killed := time.Now()
		e.kill()
		e.kills.Add(1)
		if err := e.start(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		e.down.Add(int64(time.Since(killed)))
	}
	return nil
}

// run is one article and those who write it.
type run struct {
	*editing
	base    string
	client  *http.Client
	id      int64
	rng     *rand.Rand
	windows []*window
	all     []map[string]*word
	opened  int
}

// one is one run: what happens in it comes from the seed, when the server dies does not.
func (e *editing) one(ctx context.Context, seed uint64) error {
	r := &run{editing: e, base: "http://" + e.addr, rng: rand.New(rand.NewPCG(seed, 42)),
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	defer r.client.CloseIdleConnections()
	if err := r.begin(ctx, seed); err != nil {
		return err
	}
	for range 2 {
		if err := r.open(ctx, fmt.Sprint(r.rng.IntN(2)), nil); err != nil {
			return err
		}
	}
	for range 30 {
		if err := r.step(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return r.end(ctx)
}

// signIn gives a session of an editor that is another than the one that ended.
func (e *editing) signIn(ctx context.Context, client *http.Client, who, ended string) string {
	e.sessions.Lock()
	defer e.sessions.Unlock()
	for e.tokens[who] == "" || e.tokens[who] == ended {
		req, err := http.NewRequestWithContext(ctx, "POST", "http://"+e.addr+"/torture/in/"+who, nil)
		if err != nil {
			return ""
		}
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		if res, err := client.Do(req); err == nil {
			token, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err == nil && res.StatusCode == http.StatusOK {
				e.tokens[who] = string(token)
			}
		}
		if !pause(ctx, 20*time.Millisecond) {
			break
		}
	}
	return e.tokens[who]
}

// begin makes the article; the same key again gives the same.
func (r *run) begin(ctx context.Context, seed uint64) error {
	w := &window{run: r, who: "0"}
	w.signIn(ctx)
	for {
		req, err := http.NewRequestWithContext(ctx, "POST", fmt.Sprintf("%s/newsroom/articles?key=%d", r.base, seed), nil)
		if err != nil {
			return err
		}
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.AddCookie(&http.Cookie{Name: "torture", Value: w.token})
		if res, err := r.client.Do(req); err == nil {
			_ = res.Body.Close()
			if _, err := fmt.Sscanf(res.Header.Get("Location"), "/newsroom/article/%d", &r.id); err == nil {
				return nil
			}
			w.signIn(ctx) // the session ended
		}
		if !pause(ctx, 20*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// open opens a window; after is the one that died before it on the same computer, whose journal it finds.
func (r *run) open(ctx context.Context, who string, after *window) error {
	r.opened++
	w := &window{run: r, who: who, tab: fmt.Sprintf("r%dw%dx%s", r.id%100000, r.opened, who), words: map[string]*word{}}
	w.signIn(ctx)
	if err := w.open(ctx); err != nil {
		return err
	}
	if kept, any := after.journal(); any && string(kept.text.whole()) != string(w.acked.whole()) {
		w.before = after
		w.now, w.shots = kept.text.copy(), []shot{kept} // the old journal stays until the server has it
		if w.seq != kept.seq {                          // somebody, or the window itself, wrote since: ours goes beside, and both are joined
			w.theirs = &state{Seq: w.seq, Value: w.acked.whole()}
		}
	}
	r.windows, r.all = append(r.windows, w), append(r.all, w.words)
	return nil
}

func (r *run) step(ctx context.Context) error {
	i := r.rng.IntN(len(r.windows))
	w := r.windows[i]
	switch r.rng.IntN(16) {
	case 0:
		r.outs.Add(1)
		_, _ = w.ask(ctx, "POST", "/torture/out/"+w.token, nil, nil)
	case 1:
		r.cuts.Add(1)
		if err := w.tear(ctx, r.rng); err != nil {
			return err
		}
	case 2:
		return r.close(ctx, i)
	case 3:
		_, _ = w.ask(ctx, "POST", w.path("hold/body"), w.say(map[string]any{"tab": w.tab, "ask": true}), nil)
	case 4:
		_, _ = w.ask(ctx, "POST", w.path("hold/body"), w.say(map[string]any{"tab": w.tab, "give": true}), nil)
	case 5:
		_, _ = w.ask(ctx, "POST", w.path("presence"), w.say(map[string]any{"tab": w.tab, "part": "body"}), nil)
	case 6:
		if r.rng.IntN(3) == 0 {
			return r.restore(ctx, w)
		}
	case 7:
		pause(ctx, time.Duration(r.rng.IntN(60))*time.Millisecond)
	default:
		for range 1 + r.rng.IntN(4) {
			w.write(r.rng)
			r.words.Add(1)
		}
	}
	pause(ctx, time.Duration(r.rng.IntN(30))*time.Millisecond)
	for _, w := range r.windows {
		met := w.theirs != nil
		if err := w.tick(ctx); err != nil {
			return err
		}
		if met && w.theirs == nil {
			r.merges.Add(1)
		}
	}
	return nil
}

// close kills a window as a crash of the computer would: what is in its journal comes back with the next, the rest is lost.
func (r *run) close(ctx context.Context, i int) error {
	r.closed.Add(1)
	w := r.windows[i]
	w.last, w.had = w.kept()
	for _, one := range w.words {
		if one.safe || one.crossed {
			continue
		}
		one.crossed = true
		for lost := int64(time.Since(one.at)); ; {
			worst := r.worst.Load()
			if lost <= worst || r.worst.CompareAndSwap(worst, lost) {
				break
			}
		}
	}
	r.windows = append(r.windows[:i], r.windows[i+1:]...)
	return r.open(ctx, w.who, w)
}

// restore puts the first version back through a window that has nothing of its own waiting.
func (r *run) restore(ctx context.Context, w *window) error {
	if !w.clean() {
		return nil
	}
	r.restores.Add(1)
	code, err := w.ask(ctx, "POST", w.path("versions/1/restoration"), w.say(map[string]any{"tab": w.tab}), nil)
	if err != nil || code != http.StatusOK {
		return nil
	}
	return w.open(ctx)
}

// end lets everybody come to rest, and looks for every word.
func (r *run) end(ctx context.Context) error {
	for limit := time.Now().Add(20 * time.Second); ; {
		quiet := true
		for _, w := range r.windows {
			if err := w.push(ctx); err != nil {
				return err
			}
			quiet = quiet && w.clean()
		}
		if quiet || ctx.Err() != nil {
			break
		}
		if time.Now().After(limit) {
			return fmt.Errorf("the windows do not come to rest: %s", r.heard())
		}
		pause(ctx, 15*time.Millisecond)
	}
	for ctx.Err() == nil {
		res, err := r.client.Get(r.base + "/torture/texts/" + fmt.Sprint(r.id))
		if err == nil {
			all, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err == nil && res.StatusCode == http.StatusOK {
				return r.missing(string(all))
			}
			if err == nil {
				return fmt.Errorf("reading all texts: %s", all)
			}
		}
		pause(ctx, 20*time.Millisecond)
	}
	return nil
}

// heard is what each window was told last.
func (r *run) heard() string {
	var all []string
	for _, w := range r.windows {
		all = append(all, fmt.Sprintf("%s heard %s (beside %v, theirs %v, flying %v)", w.tab, w.heard, w.beside, w.theirs != nil, w.flying != nil))
	}
	return strings.Join(all, "; ")
}

// missing names a word that was safe and is nowhere.
func (r *run) missing(all string) error {
	there := map[string]bool{}
	for _, one := range strings.FieldsFunc(all, func(c rune) bool { return c == ' ' || c == '"' || c == '\n' }) {
		there[one] = true
	}
	for _, words := range r.all {
		for one, w := range words {
			if w.safe && !w.crossed && !there[one] {
				return fmt.Errorf("article %d: %s, typed %s ago, is nowhere", r.id, one, time.Since(w.at).Round(time.Millisecond))
			}
		}
	}
	return nil
}
