package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lede/article"
	"lede/internal/doc"
)

// realPlans are the articles that change under the real program, one every half second; it is killed in between and stays down for a while.
const (
	realPlans = 60
	realDown  = 8 * time.Second
)

// change is one article under the real program: what a reader gets before and after its moment, and when the reader first got it.
type change struct {
	path          string
	id            int64
	before, after int
	at, seen      time.Time
}

// scheduledForReal has the real program publish and withdraw at moments that lie seconds ahead, kills it with SIGKILL among them, starts
// it again, and asks as a reader does, five times a second.
func (t *torture) scheduledForReal(ctx context.Context) error {
	dir := filepath.Join(t.dir, "real")
	began := time.Now()
	changes, err := plannedForReal(ctx, dir, began.Add(6*time.Second))
	if err != nil {
		return err
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	killAt, upAt := began.Add(14*time.Second), began.Add(14*time.Second+realDown)
	server, err := t.serve(ctx, dir, addr)
	if err != nil {
		return err
	}
	defer func() { _ = server.Process.Kill() }() // it may have ended
	var recovered time.Time
	end := changes[len(changes)-1].at.Add(4 * time.Second)
	for killed := false; time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		switch now := time.Now(); {
		case !killed && now.After(killAt):
			killed = true
			if err := errors.Join(server.Process.Kill(), ignoreExit(server.Wait())); err != nil {
				return err
			}
		case killed && recovered.IsZero() && now.After(upAt):
			if server, err = t.serve(ctx, dir, addr); err != nil {
				return err
			}
			recovered = time.Now()
		case !killed || !recovered.IsZero():
			if err := askAll(ctx, addr, changes); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(server.Process.Signal(os.Interrupt), ignoreExit(server.Wait())); err != nil {
		return err
	}
	return t.judgeReal(ctx, dir, changes, killAt, recovered)
}

func ignoreExit(err error) error {
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return nil
	}
	return err
}

// plannedForReal writes articles of which one changes every half second from a moment on.
func plannedForReal(ctx context.Context, dir string, from time.Time) ([]*change, error) {
	p, shut, err := open(ctx, dir, time.Now)
	if err != nil {
		return nil, err
	}
	tree, err := p.Sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	var changes []*change
	for n := range realPlans {
		now := time.Now()
		a, _, err := p.Articles.Keep(ctx, article.Text{Lang: "en", Headline: fmt.Sprintf("Real piece %d", n), Sections: []int64{tree[0].ID}, Body: doc.New(doc.P("Of now."))}, "", now)
		if err != nil {
			return nil, err
		}
		c := &change{id: a.ID, at: from.Add(time.Duration(n) * 500 * time.Millisecond), before: http.StatusNotFound, after: http.StatusOK}
		if n%3 == 2 {
			c.before, c.after = http.StatusOK, http.StatusGone
			err = errors.Join(p.Articles.Publish(ctx, a.ID, 1, now, now, 1), p.Articles.Withdraw(ctx, a.ID, 2, article.Withdrawal{At: c.at}, 1, now))
		} else {
			err = p.Articles.Publish(ctx, a.ID, 1, c.at, now, 1)
		}
		if err != nil {
			return nil, err
		}
		if a, err = p.Articles.Get(ctx, a.ID); err != nil {
			return nil, err
		}
		c.path = a.Path
		changes = append(changes, c)
	}
	return changes, shut()
}

// serve starts the real program and returns when it answers.
func (t *torture) serve(ctx context.Context, dir, addr string, more ...string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, t.lede, append([]string{"serve", "--data", dir, "--addr", addr, "--watch-addr="}, more...)...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if status, err := statusAt(ctx, addr, "/"); err == nil && status == http.StatusOK {
			return cmd, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return cmd, errors.New("the server did not answer within ten seconds")
}

func statusAt(ctx context.Context, addr, path string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return 0, err
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	return w.StatusCode, w.Body.Close()
}

// askAll asks for every article that did not change yet.
func askAll(ctx context.Context, addr string, changes []*change) error {
	for _, c := range changes {
		if !c.seen.IsZero() || time.Until(c.at) > 3*time.Second {
			continue
		}
		asked := time.Now()
		status, err := statusAt(ctx, addr, c.path)
		if err != nil {
			return err
		}
		switch {
		case status == c.after && !time.Now().Before(c.at):
			c.seen = asked
			if asked.Before(c.at) {
				c.seen = c.at
			}
		case status != c.before:
			return fmt.Errorf("%s answers %d at %s; it is to change at %s", c.path, status, asked, c.at)
		}
	}
	return nil
}

// judgeReal looks whether readers got each change in time, and whether each was done once.
func (t *torture) judgeReal(ctx context.Context, dir string, changes []*change, killed, recovered time.Time) error {
	p, shut, err := open(ctx, dir, time.Now)
	if err != nil {
		return err
	}
	worst := time.Duration(0)
	for _, c := range changes {
		due := c.at
		if due.After(killed.Add(-allowed)) && due.Before(recovered) {
			due = recovered
		}
		if late := c.seen.Sub(due); c.seen.IsZero() || late > allowed {
			return fmt.Errorf("%s, due at %s, was seen changed at %s", c.path, due, c.seen)
		} else {
			worst = max(worst, late)
		}
		versions, err := p.Articles.Versions(ctx, c.id)
		if err != nil {
			return err
		}
		times := map[string]int{}
		for _, v := range versions {
			if v.Public {
				times[v.Kind]++
			}
		}
		a, err := p.Articles.Get(ctx, c.id)
		if err != nil {
			return err
		}
		if gone := c.after == http.StatusGone; times[article.First] != 1 || gone != (times[article.Withdrew] == 1) || gone != (a.Stage == article.Withdrawn) || !gone && a.Stage != article.Published {
			return fmt.Errorf("%s is %s, with the public versions %v", c.path, a.Stage, times)
		}
	}
	fmt.Printf("%d articles published and withdrawn by the real program at their seconds, killed with -9 among them and %s down: each exactly once, the latest seen by a reader %s after its moment or recovery\n",
		len(changes), realDown, worst.Round(time.Millisecond))
	return shut()
}
