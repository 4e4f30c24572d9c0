package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"lede/internal/fault"
	"lede/move"
	"lede/press"
)

type importCommentsCommand struct {
	Format string `help:"What the file is: wxr or disqus; without it, its beginning tells." enum:"wxr,disqus," default:""`
	File   string `arg:"" help:"The export, gzipped or not."`
}

// Run brings the comments in. What came in before is not touched, so that it can be run again after anything.
func (c importCommentsCommand) Run(ctx context.Context, p place) error {
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, reason(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fault.Invalid("%s is a folder; name the file that was exported", c.File)
	}
	return p.work(ctx, "comments-in", url.Values{"name": {filepath.Base(c.File)}, "format": {c.Format}}, f)
}

// talk is where the paper's comments come in and go out.
func talk(p *press.Press) move.Talk {
	return move.Talk{Papers: p.Papers, Articles: p.Articles, Comments: p.Comments}
}

// bringComments is the action behind `lede import comments`.
func bringComments(ctx context.Context, p *press.Press, args url.Values, in io.Reader, say func(string)) error {
	t, err := talk(p).Bring(ctx, args.Get("name"), args.Get("format"), in, p.Clock(), say)
	if err == nil || t.Read > 0 {
		for _, line := range t.Lines() {
			say(line)
		}
	}
	return err
}

type exportCommand struct {
	Comments exportCommentsCommand `cmd:"" help:"Write out all comments, with the e-mail addresses of those who wrote them."`
}

type exportCommentsCommand struct {
	Format string `help:"wxr (which WordPress imports), json or csv." enum:"wxr,json,csv" required:""`
	To     string `help:"The file to write, which must not exist; without it, standard output." placeholder:"FILE" type:"path"`
}

// Run writes them to a file that its owner alone can read, or to standard output.
func (c exportCommentsCommand) Run(ctx context.Context, p place) error {
	o, err := p.enter(ctx)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		b := bufio.NewWriter(w)
		var failed error
		err := o.do(ctx, "comments-out", url.Values{"format": {c.Format}}, http.NoBody, func(line string) {
			if _, err := b.WriteString(line + "\n"); err != nil {
				failed = err
			}
		})
		return errors.Join(err, failed, b.Flush())
	}
	if c.To == "" {
		return errors.Join(write(os.Stdout), o.leave(ctx))
	}
	size, err := writeNew(c.To, write)
	if err == nil {
		fmt.Printf("%s: %.1f MB\n", c.To, float64(size)/1e6)
	}
	return errors.Join(err, o.leave(ctx))
}

// writeNew writes a file that does not exist yet; what fails leaves none.
func writeNew(name string, write func(io.Writer) error) (size int64, err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return 0, fault.Invalid("%s exists; choose another name", name)
	}
	if err != nil {
		return 0, reason(err)
	}
	err = write(f)
	if info, bad := f.Stat(); bad == nil {
		size = info.Size()
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(name)
	}
	return size, err
}

// handComments is the action behind `lede export comments`: it says the file, line by line.
func handComments(ctx context.Context, p *press.Press, args url.Values, _ io.Reader, say func(string)) error {
	w := &lines{say: say}
	if err := talk(p).Hand(ctx, args.Get("format"), w, p.Clock()); err != nil {
		return err
	}
	w.end()
	return nil
}

// lines says what is written to it, a line at a time.
type lines struct {
	say  func(string)
	open []byte // a line that has not ended
}

func (l *lines) Write(b []byte) (int, error) {
	n := len(b)
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			l.open = append(l.open, b...)
			return n, nil
		}
		l.say(string(append(l.open, b[:end]...)))
		l.open, b = l.open[:0], b[end+1:]
	}
}

func (l *lines) end() {
	if len(l.open) > 0 {
		l.say(string(l.open))
	}
}
