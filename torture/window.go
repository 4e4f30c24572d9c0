package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The editor's times, ten times as fast as in a browser, so that what is measured here is multiplied by ten.
const (
	quick   = 10
	soon    = 70 * time.Millisecond  // from a key to sending
	journal = 100 * time.Millisecond // from a key to the journal on the computer's disk
)

// word is one word that somebody typed.
type word struct {
	at      time.Time
	safe    bool   // acknowledged, or in the journal
	by      string // the tab that brought it to the server first
	crossed bool   // crossed out by who typed it, or lost with the window
}

// window is an editor's window at protocol level: what it has, what the server has, what is on its way.
type window struct {
	run    *run
	who    string
	tab    string
	token  string
	seq    int64
	acked  text
	now    text
	flying *flight   // sent, and not answered
	beside bool      // a text of ours stands beside
	theirs *state    // what stands where ours was to go
	typed  time.Time // of the first word that is not sent yet
	shots  []shot    // what the journal writes, as it was at each key
	words  map[string]*word
	n      int
	heard  string // the last answer
	last   shot   // what the journal had when the window died
	had    bool
	before *window // the one whose journal came in
}

// shot is the text at a key, and what it was made from. The journal has it a little later, whatever the line does.
type shot struct {
	at   time.Time
	text text
	seq  int64
}

type flight struct {
	body  []byte
	value text
}

// text are paragraphs by their ids, in order.
type text struct {
	order []string
	says  map[string]string
}

func (t text) copy() text { return text{slices.Clone(t.order), maps.Clone(t.says)} }

func (t text) block(id string) json.RawMessage {
	var in []any
	if t.says[id] != "" {
		in = append(in, map[string]any{"type": "text", "text": t.says[id]})
	}
	b, _ := json.Marshal(map[string]any{"type": "paragraph", "attrs": map[string]any{"id": id}, "content": in})
	return b
}

func (t text) whole() json.RawMessage {
	blocks := []json.RawMessage{}
	for _, id := range t.order {
		blocks = append(blocks, t.block(id))
	}
	b, _ := json.Marshal(map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1}, "content": blocks})
	return b
}

func readText(body json.RawMessage) text {
	var d struct {
		Content []struct {
			Attrs   struct{ ID string }
			Content []struct{ Text string }
		}
	}
	_ = json.Unmarshal(body, &d)
	t := text{says: map[string]string{}}
	for _, b := range d.Content {
		t.order, t.says[b.Attrs.ID] = append(t.order, b.Attrs.ID), ""
		for _, in := range b.Content {
			t.says[b.Attrs.ID] += in.Text
		}
	}
	return t
}

// merged are both texts, block by block: theirs, with what only ours has behind.
func merged(theirs, ours text) text {
	out := theirs.copy()
	for _, id := range ours.order {
		says, there := out.says[id]
		switch {
		case !there:
			out.order, out.says[id] = append(out.order, id), ours.says[id]
		case says != ours.says[id]:
			out.says[id] = says
			for _, w := range strings.Fields(ours.says[id]) {
				if !slices.Contains(strings.Fields(says), w) {
					out.says[id] = strings.TrimSpace(out.says[id] + " " + w)
				}
			}
		}
	}
	return out
}

type state struct {
	Seq   int64
	Value json.RawMessage
}

// ask sends a request and gives what came back; an error when nothing did.
func (w *window) ask(ctx context.Context, method, path string, body []byte, into any) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, w.run.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("X-Lede", "1")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.AddCookie(&http.Cookie{Name: "torture", Value: w.token})
	res, err := w.run.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	w.heard = fmt.Sprintf("%s %s: %d %.200s", method, path, res.StatusCode, said)
	if into != nil {
		_ = json.Unmarshal(said, into)
	}
	return res.StatusCode, nil
}

func (w *window) path(rest string) string {
	return fmt.Sprintf("/newsroom/article/%d/%s", w.run.id, rest)
}

func (w *window) say(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}

// open loads the article; what a journal has from a window that died comes in as that window's text.
func (w *window) open(ctx context.Context) error {
	var st struct {
		Parts map[string]state `json:"parts"`
	}
	for {
		code, err := w.ask(ctx, "GET", w.path("state.json"), nil, &st)
		if err == nil && code == http.StatusOK {
			break
		}
		if err == nil && code == http.StatusUnauthorized {
			w.signIn(ctx)
		} else if err == nil && code < 500 {
			return fmt.Errorf("article %d opens with %d", w.run.id, code)
		}
		if !pause(ctx, 20*time.Millisecond) {
			return ctx.Err()
		}
	}
	w.seq, w.acked = st.Parts["body"].Seq, readText(st.Parts["body"].Value)
	w.now = w.acked.copy()
	return nil
}

func (w *window) signIn(ctx context.Context) {
	w.token = w.run.signIn(ctx, w.run.client, w.who, w.token)
}

// type adds a word somewhere, or crosses everything out and goes on.
func (w *window) write(rng *rand.Rand) {
	w.n++
	word1 := fmt.Sprintf("%s_%d", w.tab, w.n)
	if rng.IntN(25) == 0 {
		for _, id := range w.now.order {
			w.cross(w.now.says[id])
		}
		w.now = text{says: map[string]string{}}
	}
	if len(w.now.order) == 0 || rng.IntN(4) == 0 {
		id := fmt.Sprintf("%sp%d", w.tab, w.n)
		at := rng.IntN(len(w.now.order) + 1)
		w.now.order, w.now.says[id] = slices.Insert(w.now.order, at, id), ""
	}
	id := w.now.order[rng.IntN(len(w.now.order))]
	w.now.says[id] = strings.TrimSpace(w.now.says[id] + " " + word1)
	w.words[word1] = &word{at: time.Now()}
	if w.typed.IsZero() {
		w.typed = time.Now()
	}
	w.shoot()
}

// cross notes that one's own words were crossed out, and those that came from the journal and reached the server, if at
// all, as this window's; those of others must stay somewhere.
func (w *window) cross(says string) {
	for _, one := range strings.Fields(says) {
		if mine := w.words[one]; mine != nil {
			mine.crossed = true
		}
		for before := w.before; before != nil; before = before.before {
			if theirs := before.words[one]; theirs != nil && (theirs.by == "" || theirs.by == w.tab) {
				theirs.crossed = true
			}
		}
	}
}

// shoot hands the text to the journal.
func (w *window) shoot() { w.shots = append(w.shots, shot{time.Now(), w.now.copy(), w.seq}) }

// kept is what the journal has by now; its words are safe.
func (w *window) kept() (s shot, any bool) {
	for len(w.shots) > 1 && time.Since(w.shots[1].at) > journal {
		w.shots = w.shots[1:]
	}
	if len(w.shots) == 0 || time.Since(w.shots[0].at) <= journal {
		return s, false
	}
	w.mark(w.shots[0].text, false)
	return w.shots[0], true
}

// journal is what a window that died left; nothing, where none did.
func (w *window) journal() (shot, bool) {
	if w == nil {
		return shot{}, false
	}
	return w.last, w.had
}

// tick does what is due: the journal, and the way to the server.
func (w *window) tick(ctx context.Context) error {
	w.kept()
	if w.flying == nil && !w.typed.IsZero() && time.Since(w.typed) < soon {
		return nil
	}
	return w.push(ctx)
}

// mark notes that the words of a text are safe, also those that came from the journal.
func (w *window) mark(t text, acked bool) {
	for _, says := range t.says {
		for _, one := range strings.Fields(says) {
			for at := w; at != nil; at = at.before {
				if mine := at.words[one]; mine != nil {
					mine.safe = true
					if acked && mine.by == "" {
						mine.by = w.tab
					}
				}
			}
		}
	}
}

func (w *window) clean() bool {
	return w.flying == nil && w.theirs == nil && !w.beside && string(w.now.whole()) == string(w.acked.whole())
}

// push sends what waits. It is the editor's way: the same request again until it is answered; beside what stands where another wrote.
func (w *window) push(ctx context.Context) error {
	if w.theirs != nil {
		return w.merge(ctx)
	}
	if w.flying == nil {
		if string(w.now.whole()) == string(w.acked.whole()) && !w.beside {
			return nil
		}
		w.flying = &flight{w.patch(), w.now.copy()}
	}
	w.typed = time.Time{}
	var said state
	code, err := w.ask(ctx, "PUT", w.path("text/body"), w.flying.body, &said)
	if err != nil {
		return nil // the same again
	}
	switch code {
	case http.StatusOK:
		w.seq, w.acked = said.Seq, w.flying.value
		w.mark(w.acked, true)
		w.flying = nil
		w.shoot()
		if w.beside { // nothing came between: it is done with
			w.theirs = &state{Seq: w.seq, Value: w.acked.whole()}
		}
	case http.StatusConflict:
		w.flying = nil
		w.theirs = &said
		return w.aside(ctx)
	case http.StatusLocked:
		w.flying = nil
		if err := w.aside(ctx); err != nil {
			return err
		}
		return w.take(ctx)
	case http.StatusUnprocessableEntity:
		w.flying.body = w.say(map[string]any{"tab": w.tab, "base": w.seq, "value": w.flying.value.whole()})
	case http.StatusUnauthorized:
		w.signIn(ctx)
	default:
		if code < 500 {
			return fmt.Errorf("a write is answered %d", code)
		}
	}
	return nil
}

// patch is what became other since what the server has.
func (w *window) patch() []byte {
	changed := []json.RawMessage{}
	for _, id := range w.now.order {
		if was, there := w.acked.says[id]; !there || was != w.now.says[id] {
			changed = append(changed, w.now.block(id))
		}
	}
	p := map[string]any{"tab": w.tab, "base": w.seq, "changed": changed}
	if !slices.Equal(w.now.order, w.acked.order) {
		p["order"] = w.now.order
	}
	return w.say(p)
}

// aside puts the whole text beside what stands.
func (w *window) aside(ctx context.Context) error {
	mine := w.now.copy()
	code, err := w.ask(ctx, "PUT", w.path("aside/body"), w.say(map[string]any{"tab": w.tab, "base": w.seq, "value": mine.whole()}), nil)
	switch {
	case err == nil && code == http.StatusOK:
		w.beside = true
		w.mark(mine, true)
	case err == nil && code == http.StatusUnauthorized:
		w.signIn(ctx)
	case err == nil && code < 500:
		return fmt.Errorf("an aside is answered %d", code)
	}
	return nil
}

// take asks for the hold, and goes on at once where it is given, as one's own other window gives it.
func (w *window) take(ctx context.Context) error {
	var h struct{ Tab string }
	code, err := w.ask(ctx, "POST", w.path("hold/body"), w.say(map[string]any{"tab": w.tab, "ask": true}), &h)
	if err == nil && code == http.StatusOK && h.Tab == w.tab {
		return w.push(ctx)
	}
	return nil
}

// merge joins what stands and what is ours.
func (w *window) merge(ctx context.Context) error {
	if !w.beside {
		return w.aside(ctx)
	}
	both := merged(readText(w.theirs.Value), w.now)
	var said state
	code, err := w.ask(ctx, "POST", w.path("merge/body"), w.say(map[string]any{"tab": w.tab, "base": w.theirs.Seq, "value": both.whole()}), &said)
	if err != nil {
		return nil
	}
	switch code {
	case http.StatusOK:
		w.seq, w.acked, w.now = said.Seq, both, both.copy()
		w.theirs, w.beside = nil, false
		w.mark(both, true)
		w.shoot()
	case http.StatusConflict:
		w.theirs = &said
	case http.StatusLocked:
		return w.take(ctx)
	case http.StatusUnauthorized:
		w.signIn(ctx)
	default:
		if code < 500 {
			return fmt.Errorf("a merge is answered %d", code)
		}
	}
	return nil
}

// tear sends the next write and cuts the line: in the middle of what is sent, or before the answer is read.
func (w *window) tear(ctx context.Context, rng *rand.Rand) error {
	if w.theirs != nil || w.flying == nil && string(w.now.whole()) == string(w.acked.whole()) {
		return nil
	}
	if w.flying == nil {
		w.flying = &flight{w.patch(), w.now.copy()}
	}
	line, err := net.Dial("tcp", strings.TrimPrefix(w.run.base, "http://"))
	if err != nil {
		return nil
	}
	defer line.Close()
	request := fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: localhost\r\nX-Lede: 1\r\nSec-Fetch-Site: same-origin\r\nCookie: torture=%s\r\nContent-Length: %d\r\n\r\n%s",
		w.path("text/body"), w.token, len(w.flying.body), w.flying.body)
	if rng.IntN(2) == 0 {
		request = request[:rng.IntN(len(request))]
	}
	_, err = io.WriteString(line, request)
	pause(ctx, time.Duration(rng.IntN(8))*time.Millisecond)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
