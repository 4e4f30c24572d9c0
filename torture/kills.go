package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lede/press"
)

// kills starts a publishing server, kills it at a random moment, and looks into the folder it leaves, over and over.
func (t *torture) kills(ctx context.Context) error {
	dir := filepath.Join(t.dir, "paper")
	began := time.Now()
	var ledger []entry
	silent := 0
	for round := range t.rounds {
		told, err := t.kill(ctx, dir, round)
		if err != nil {
			return err
		}
		if len(told) == 0 {
			silent++
		}
		ledger = append(ledger, told...)
		if err := inspect(ctx, dir, time.Now, told, sample(ledger, 100)); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if (round+1)%20 == 0 {
			fmt.Printf("  %d rounds, %d acknowledgements, %s\n", round+1, len(ledger), time.Since(began).Round(time.Second))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	later := func() time.Time { return time.Now().Add(time.Hour) } // when all that the killed had in hand is anyone's again
	if err := inspect(ctx, dir, later, ledger, nil); err != nil {
		return fmt.Errorf("at the end: %w", err)
	}
	if err := settled(ctx, dir, later); err != nil {
		return fmt.Errorf("at the end: %w", err)
	}
	fmt.Printf("kill -9 while 8 publish: %d rounds (%d killed before the first acknowledgement), %d acknowledgements, 0 lost, 0 half done, in %s\n",
		t.rounds, silent, len(ledger), time.Since(began).Round(time.Second))
	return nil
}

// kill runs one child to its end and gives what it had acknowledged.
func (t *torture) kill(ctx context.Context, dir string, round int) ([]entry, error) {
	cmd := exec.CommandContext(ctx, t.self, "publish", dir, fmt.Sprint(round), "0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	moment := time.AfterFunc(rand.N(t.longest), func() { _ = cmd.Process.Kill() })
	told, err := listen(out)
	if moment.Stop() {
		return nil, fmt.Errorf("round %d: the child ended by itself: %v", round, cmd.Wait())
	}
	_ = cmd.Wait() // it was killed
	return told, err
}

// listen reads what a child says until it ends.
func listen(out io.Reader) (told []entry, err error) {
	for in := bufio.NewReader(out); ; {
		line, err := in.ReadString('\n')
		if e, ok := read(line); ok && err == nil {
			told = append(told, e)
		}
		if err == io.EOF {
			return told, nil
		}
		if err != nil {
			return told, err
		}
	}
}

// sample is up to n of list, drawn at random.
func sample(list []entry, n int) []entry {
	if len(list) <= n {
		return list
	}
	drawn := make([]entry, n)
	for i := range drawn {
		drawn[i] = list[rand.IntN(len(list))]
	}
	return drawn
}

// settled lets everybody hear what had not been told, and looks that nothing is left of it.
func settled(ctx context.Context, dir string, clock func() time.Time) (err error) {
	return with(ctx, dir, clock, func(p *press.Press) error {
		if err := p.Jobs.Drain(ctx); err != nil {
			return err
		}
		return none(ctx, p, []claim{
			{"an event was never told", `select count(*) from event where open = 1`},
			{"a task was never done", `select count(*) from task where event not in (select last from regular)`},
		})
	})
}
