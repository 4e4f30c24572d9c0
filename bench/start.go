package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const starts = 20

// start measures from the start of the program to its first answer with 200.
func (b *bench) start(ctx context.Context, dirs map[int]string) error {
	for _, n := range b.sizes {
		took, err := b.starts(ctx, func(int) (string, error) { return dirs[n], nil })
		if err != nil {
			return err
		}
		within := 150 * time.Millisecond
		if n <= 10_000 {
			within = 100 * time.Millisecond
		}
		b.say(figure{fmt.Sprintf("%d articles: start to first 200, median of %d (least–most)", n, starts), "≤ " + ms(within), span(took), holds(median(took) <= within)})
	}
	took, err := b.starts(ctx, func(n int) (string, error) {
		dir := filepath.Join(b.work, fmt.Sprintf("empty-%d", n))
		return dir, os.MkdirAll(dir, 0o700)
	})
	if err != nil {
		return err
	}
	b.say(figure{fmt.Sprintf("an empty folder is a paper, median of %d (least–most)", starts), "≤ 500 ms", span(took), holds(slices.Max(took) <= 500*time.Millisecond)})
	return nil
}

func (b *bench) starts(ctx context.Context, dir func(n int) (string, error)) (took []time.Duration, err error) {
	for n := range starts {
		d, err := dir(n)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		p, err := b.serve(ctx, d, b.cores.all)
		if err != nil {
			return nil, err
		}
		err = p.ready(ctx, frontPath)
		took = append(took, time.Since(began))
		if err := errors.Join(err, p.stop()); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// span is a median with the least and the most.
func span(took []time.Duration) string {
	return fmt.Sprintf("%s (%s–%s)", ms(median(took)), ms(slices.Min(took)), ms(slices.Max(took)))
}
