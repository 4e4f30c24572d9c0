// Command torture proves that what the paper acknowledged is there. It kills servers in the middle of publishing, with SIGKILL at
// random moments, and looks whether anything was lost or half done; and it watches with strace that the log of the database
// reaches the disk before anybody is told that something is kept (kill -9 alone would not show that: the kernel's memory survives it).
//
// Readers post comments under a server that is killed as often, and say what they saw of ads: to one server on SQLite, and to two at
// once on PostgreSQL.
//
// It also lets a thousand scheduled moments pass across a change of clocks and an outage.
//
//	go run ./torture [-rounds 200]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
	_ "time/tzdata" // as in the program

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/secret"
	"lede/press"
)

// torture is one run over one folder, which grows from round to round.
type torture struct {
	lede, self string
	dir        string
	rounds     int
	imports    int
	edits      int
	talks      int
	ledgers    int
	longest    time.Duration
}

func main() {
	if err := begin(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "torture: "+err.Error())
		os.Exit(1)
	}
}

// begin is the torture, or its child that publishes until it is killed.
func begin(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) == 4 && args[0] == "publish" {
		round, badRound := strconv.Atoi(args[2])
		most, badMost := strconv.Atoi(args[3])
		if err := errors.Join(badRound, badMost); err != nil {
			return err
		}
		return publish(ctx, args[1], round, most)
	}
	if len(args) == 4 && args[0] == "newsroom" {
		began, err := strconv.ParseInt(args[3], 10, 64)
		if err != nil {
			return err
		}
		return serveNewsroom(ctx, args[1], args[2], began)
	}
	t := &torture{}
	set := flag.NewFlagSet("torture", flag.ExitOnError)
	set.StringVar(&t.lede, "lede", filepath.Join("bin", "lede"), "the program")
	set.IntVar(&t.rounds, "rounds", 200, "how often a publishing server is killed")
	set.IntVar(&t.imports, "imports", 10, "how often an import is killed")
	set.IntVar(&t.edits, "edits", 1000, "how many runs of editing there are")
	set.IntVar(&t.talks, "talks", 100, "how often a server is killed under readers who post")
	set.IntVar(&t.ledgers, "ledgers", 100, "how often servers are killed under browsers that say what they saw of ads, on each database")
	set.DurationVar(&t.longest, "longest", 300*time.Millisecond, "the latest moment of a kill, after the start")
	if err := set.Parse(args); err != nil {
		return err
	}
	return t.run(ctx)
}

func (t *torture) run(ctx context.Context) (err error) {
	if t.self, err = os.Executable(); err != nil {
		return err
	}
	if t.dir, err = os.MkdirTemp("", "lede-torture-"); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{t.comments, t.ledger, t.editing, t.schedules, t.kills, t.killedImports, t.traced} {
		if err := errors.Join(part(ctx), ctx.Err()); err != nil {
			return fmt.Errorf("%w\nthe folder is left for a look: %s", err, t.dir)
		}
	}
	return os.RemoveAll(t.dir)
}

// open opens the paper in dir as the server does, with the time as clock tells it.
func open(ctx context.Context, dir string, clock func() time.Time) (*press.Press, func() error, error) {
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
	p, err := press.Open(ctx, d, files, key, clock, log)
	if err != nil {
		return nil, nil, errors.Join(err, d.Close(), files.Close())
	}
	return p, func() error { return errors.Join(d.Close(), files.Close()) }, nil
}
