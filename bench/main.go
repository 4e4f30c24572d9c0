// Command bench measures how fast the paper is read: against a bare handler that writes the same bytes from memory, in one run,
// turn by turn, so that what it says are ratios and not the machine.
//
//	go run ./bench                       everything, about seven minutes, the first run some more
//	go run ./bench -only pairs,visible   some of it
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the generated paper has a zone
)

// bench is one run.
type bench struct {
	lede, self, seed string
	cache, work      string
	sizes            []int
	rounds           int
	each             time.Duration
	only             string
	inProcess        bool
	profile          string
	document         string
	cores            cores
	figures          []figure
}

// zone is the generated paper's.
var zone = func() *time.Location {
	z, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return z
}()

func main() {
	if err := begin(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

// begin is the bench, or one of the servers it starts of itself.
func begin(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "bare":
		return bare(args[1], args[2])
	case len(args) == 3 && args[0] == "serve":
		return inside(args[1], args[2], "")
	case len(args) == 4 && args[0] == "serve":
		return inside(args[1], args[2], args[3])
	}
	b, err := settings(args)
	if err != nil {
		return err
	}
	if b.cores, err = divide(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return b.measure(ctx)
}

func settings(args []string) (*bench, error) {
	b := &bench{}
	set := flag.NewFlagSet("bench", flag.ExitOnError)
	kept, err := os.UserCacheDir()
	if err != nil {
		kept = os.TempDir()
	}
	set.StringVar(&b.lede, "lede", filepath.Join("bin", "lede"), "the program")
	set.StringVar(&b.seed, "seed", filepath.Join("..", "shared", "seed"), "the folder of the seed's page")
	set.StringVar(&b.cache, "cache", filepath.Join(kept, "lede-bench"), "where generated papers are kept for the next run")
	set.IntVar(&b.rounds, "pairs", 5, "how many pairs each comparison has")
	set.DurationVar(&b.each, "each", 3*time.Second, "how long each side of a pair runs")
	set.StringVar(&b.only, "only", "", "parts to measure, as first,pairs,start,growth,visible,today,weight,comments,guard,ledger,search,ads (pairs needs first once)")
	set.BoolVar(&b.inProcess, "inprocess", false, "measure a copy of serve in this program instead of the real binary, to profile it")
	set.StringVar(&b.profile, "profile", "", "with -inprocess: where to write profiles of the last server")
	set.StringVar(&b.document, "doc", "", "a document to write the table into, as docs/performance.md")
	sizes := set.String("sizes", "10000,100000", "articles in the generated papers; 1000000 takes half an hour to generate, and 15 GB")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("-sizes: %w", err)
		}
		b.sizes = append(b.sizes, n)
	}
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	_, err = os.Stat(b.lede)
	return b, err
}

// measure takes every part in turn, and prints the table at the end.
func (b *bench) measure(ctx context.Context) (err error) {
	if err := os.MkdirAll(b.cache, 0o700); err != nil {
		return err
	}
	if b.work, err = os.MkdirTemp(b.cache, "run-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.work)) }()
	machine := fmt.Sprintf("%s; %s/%s, %s", b.cores, runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Println(machine)
	dirs := map[int]string{}
	for _, n := range b.sizes {
		if dirs[n], err = folder(ctx, b.cache, n, note); err != nil {
			return err
		}
	}
	mine := filepath.Join(b.work, "paper") // a copy that may be published into
	if err := copyPaper(dirs[b.sizes[0]], mine); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"first", func() error { return b.first(ctx, mine) }},
		{"pairs", func() error { return b.pairs(ctx, mine) }},
		{"start", func() error { return b.start(ctx, dirs) }},
		{"growth", func() error { return b.growth(ctx, dirs) }},
		{"visible", func() error { return b.visible(ctx, mine) }},
		{"today", func() error { return b.today(ctx, dirs) }},
		{"weight", func() error { return b.weight(ctx) }},
		{"comments", func() error { return b.comments(ctx, dirs) }},
		{"guard", b.guard},
		{"ledger", func() error { return b.ledger(ctx) }},
		{"search", func() error { return b.search(ctx, dirs) }},
		{"ads", b.ads},
	} {
		if b.only != "" && !strings.Contains(","+b.only+",", ","+part.name+",") {
			continue
		}
		if err := part.do(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	text := "Machine: " + machine + ".\n\n" + table(b.figures)
	fmt.Println("\n" + text)
	if b.document == "" {
		return nil
	}
	return write(b.document, text)
}

// pages is the file of the answers that the bare handler gives again.
func (b *bench) pages() string { return filepath.Join(b.work, "pages.gob") }

// say takes a figure, and prints it at once, since a run takes its time.
func (b *bench) say(f figure) {
	b.figures = append(b.figures, f)
	fmt.Printf("%-12s %s: %s  %s\n", f.verdict, f.name, f.measured, f.target)
}

func note(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func copyPaper(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	text, err := os.Open(filepath.Join(from, "lede.db"))
	if err != nil {
		return err
	}
	defer text.Close()
	out, err := os.Create(filepath.Join(to, "lede.db"))
	if err != nil {
		return err
	}
	_, err = out.ReadFrom(text)
	return errors.Join(err, out.Close())
}
