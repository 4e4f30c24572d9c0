package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/secret"
	"lede/press"
)

// edition changes when the generated articles do, so that a folder made by an older bench is not taken for a new one.
const edition = 2

// open opens the paper in dir as the server does. It must not be open elsewhere.
func open(ctx context.Context, dir string) (*press.Press, func() error, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	files, err := blob.Disk(filepath.Join(dir, "files"))
	if err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, filepath.Join(dir, "lede.db"), db.Log(log))
	if err != nil {
		return nil, nil, errors.Join(err, files.Close())
	}
	key, err := secret.Open(filepath.Join(dir, press.KeyFile))
	if err != nil {
		return nil, nil, errors.Join(err, d.Close(), files.Close())
	}
	p, err := press.Open(ctx, d, files, key, time.Now, log)
	if err != nil {
		return nil, nil, errors.Join(err, d.Close(), files.Close())
	}
	return p, func() error { return errors.Join(d.Close(), files.Close()) }, nil
}

// folder is a paper with n articles below cache, generated unless a former run left it there whole.
func folder(ctx context.Context, cache string, n int, say func(string, ...any)) (string, error) {
	schema, err := schemaDigest()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, fmt.Sprintf("%d-articles-%d-%s", n, edition, schema))
	whole := filepath.Join(dir, "whole")
	if _, err := os.Stat(whole); err == nil {
		return dir, os.RemoveAll(filepath.Join(dir, "pages"))
	}
	say("generating %d articles in %s", n, dir)
	began := time.Now()
	former, err := filepath.Glob(filepath.Join(cache, fmt.Sprintf("%d-articles-*", n)))
	for _, old := range former {
		err = errors.Join(err, os.RemoveAll(old))
	}
	if err != nil {
		return "", err
	}
	p, done, err := open(ctx, dir)
	if err != nil {
		return "", err
	}
	err = fill(ctx, p, n, say)
	if err == nil {
		err = p.Jobs.Drain(ctx)
	}
	if err := errors.Join(err, done()); err != nil {
		return "", fmt.Errorf("generating %s: %w", dir, err)
	}
	say("generated in %s", time.Since(began).Round(time.Second))
	return dir, os.WriteFile(whole, nil, 0o600)
}

// schemaDigest names the schema of the sources: a folder generated under another is of no use.
func schemaDigest() (string, error) {
	files, err := filepath.Glob(filepath.Join("internal", "db", "schema", "*.sql"))
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d %s", file, len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:4]), nil
}

// writers publish at once, so that the database commits them together.
const writers = 128

// fill founds the paper and publishes n articles, evenly over the five years before now.
func fill(ctx context.Context, p *press.Press, n int, say func(string, ...any)) error {
	now := time.Now().Truncate(time.Second)
	d, err := found(ctx, p, now)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var at sync.WaitGroup
	for range writers {
		at.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := d.publish(ctx, p, i, now.Add(-time.Duration(int64(years)/int64(n)*int64(n-1-i))-time.Minute)); err != nil {
					cancel(fmt.Errorf("article %d: %w", i, err))
				}
				if i%10_000 == 0 && i > 0 {
					say("  %d", i)
				}
			}
		})
	}
	at.Wait()
	return context.Cause(ctx)
}

// years is how long the generated paper has appeared.
const years = 5 * 365 * 24 * time.Hour

// publish writes and publishes article i as of the moment at.
func (d *desk) publish(ctx context.Context, p *press.Press, i int, at time.Time) error {
	a, _, err := p.Articles.Keep(ctx, d.text(i), "", at)
	if err != nil {
		return err
	}
	return p.Articles.Publish(ctx, a.ID, a.Version, at, at, 0)
}
