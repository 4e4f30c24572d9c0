package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"lede/demo"
	"lede/press"
)

type demoCommand struct{}

// Run fills an empty paper.
func (demoCommand) Run(ctx context.Context, p place) error {
	if err := p.work(ctx, "demo", nil, http.NoBody); err != nil {
		return err
	}
	fmt.Println("The Narrows is ready: lede serve --data " + p.Data)
	return nil
}

func fillDemo(ctx context.Context, p *press.Press, _ url.Values, _ io.Reader, say func(string)) error {
	return demo.Fill(ctx, p, p.Clock(), say)
}

type backupCommand struct {
	File string `arg:"" help:"Where to write it; the file must not exist." type:"path"`
}

// Run writes a backup and verifies it.
func (c backupCommand) Run(ctx context.Context, p place) error {
	if p.Database == "" && !p.isPaper() {
		return fmt.Errorf("there is no paper in %s; choose its folder with --data", p.Data)
	}
	return p.work(ctx, "backup", url.Values{"file": {c.File}}, http.NoBody)
}

// isPaper tells whether there is a paper in the folder already; what cannot be seen is left to whoever opens it.
func (p place) isPaper() bool {
	_, err := os.Stat(p.sqlite())
	return !errors.Is(err, os.ErrNotExist)
}

func backup(ctx context.Context, p *press.Press, args url.Values, _ io.Reader, say func(string)) error {
	file := args.Get("file")
	n, head, err := p.Audit.Head(ctx) // before the copy, so that it is in it
	if err != nil {
		return err
	}
	if err := p.Backup(ctx, file, p.Clock()); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	say(fmt.Sprintf("%s: %.1f MB, read back and verified", file, float64(info.Size())/1e6))
	if n > 0 {
		say(fmt.Sprintf("the audit log in it has entry %d, whose digest is %s", n, head))
	}
	return nil
}

type restoreCommand struct {
	File string `arg:"" help:"The backup." type:"path"`
}

// Run restores into the folder, which must be empty and have no running server.
func (c restoreCommand) Run(ctx context.Context, p place) error {
	if p.Database != "" {
		return setup("restore puts a SQLite paper into a folder; restore a PostgreSQL database with pg_restore")
	}
	lock, err := p.take()
	if err != nil {
		return err
	}
	defer lock.Close()
	began := time.Now()
	if err := press.Restore(ctx, c.File, p.Data); err != nil {
		return err
	}
	fmt.Printf("%s is restored into %s in %s: lede serve --data %s\n", c.File, p.Data, time.Since(began).Round(time.Millisecond), p.Data)
	return nil
}
