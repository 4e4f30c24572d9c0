package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/html/charset"

	"lede/internal/fault"
	"lede/internal/fetch"
	"lede/move"
	"lede/press"
)

type importCommand struct {
	Page     importPageCommand     `cmd:"" help:"Bring in saved pages, HTML or plain text as a reader copied it."`
	Comments importCommentsCommand `cmd:"" help:"Bring in the comments of an export, of WordPress (WXR) or Disqus."`
}

type importPageCommand struct {
	Publish bool     `help:"Publish what is brought in; without it, it is a draft."`
	Pages   []string `arg:"" name:"file|url" help:"Saved pages, or addresses on the public web."`
}

const (
	maxSaved = 32 << 20 // bytes of a saved page that are handed on; move takes less and says so
	maxWeb   = 5 << 20  // bytes of a page or picture on the web that are fetched
)

// Run brings in one page after the other. What fails is said, and the rest is done all the same.
func (c importPageCommand) Run(ctx context.Context, p place) error {
	o, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.all(ctx, o), o.leave(ctx))
}

func (c importPageCommand) all(ctx context.Context, o office) error {
	web := fetch.New(fetch.Options{})
	failed := 0
	for _, name := range c.Pages {
		err := c.one(ctx, o, web, name)
		if err == nil {
			continue
		}
		failed++
		err = errors.New(named(name, oneLine(err)))
		if len(c.Pages) == 1 {
			return err
		}
		complain(err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d pages not brought in", failed, len(c.Pages))
	}
	return nil
}

// named begins a message with the name of its file, once.
func named(name, said string) string {
	if strings.HasPrefix(said, name+": ") {
		return said
	}
	return name + ": " + said
}

func (c importPageCommand) one(ctx context.Context, o office, web *fetch.Client, name string) error {
	args := url.Values{"name": {name}, "at": {name}}
	if c.Publish {
		args.Set("publish", "yes")
	}
	if onWeb(name) {
		page, err := web.Get(ctx, name, maxWeb)
		if err != nil {
			return reason(err)
		}
		args.Set("at", page.URL)
		return o.do(ctx, "import-page", args, bytesOf(utf8(page)), printed)
	}
	page, err := readSaved(name)
	if err != nil {
		return err
	}
	if whole, err := filepath.Abs(name); err == nil {
		args.Set("saved", whole)
	}
	return o.do(ctx, "import-page", args, bytesOf(page), printed)
}

func onWeb(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// readSaved reads a saved page, or as much of it as shows that it is too large.
func readSaved(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fault.Invalid("this is a folder; name the pages in it")
	}
	page, err := io.ReadAll(io.LimitReader(f, maxSaved))
	return page, reason(err)
}

// utf8 is the page in UTF-8 if its server said in what it is encoded: the page itself may not.
func utf8(page *fetch.Response) []byte {
	_, params, err := mime.ParseMediaType(page.Type)
	if err != nil {
		return page.Body
	}
	encoding, name := charset.Lookup(params["charset"])
	if encoding == nil || name == "utf-8" {
		return page.Body
	}
	if text, err := encoding.NewDecoder().Bytes(page.Body); err == nil {
		return text
	}
	return page.Body
}

func bytesOf(b []byte) io.Reader { return bytes.NewReader(b) }

// importPage is the action behind `lede import page`: name is what the page is called in messages, at where it stands, saved the
// file it was saved as, if it was.
func importPage(ctx context.Context, p *press.Press, args url.Values, in io.Reader, say func(string)) error {
	page, err := move.ReadPage(args.Get("at"), in)
	if err != nil {
		return err
	}
	desk := move.Desk{Papers: p.Papers, Sections: p.Sections, Staff: p.Staff, Articles: p.Articles, Media: p.Media, Fetch: pictures(args.Get("saved"))}
	b, err := desk.Bring(ctx, page, args.Get("publish") != "", p.Clock())
	if err != nil {
		return err
	}
	report(args.Get("name"), page, b, say)
	return nil
}

// pictures gets the pictures of a page: those a browser saved beside it from there, others from the web.
func pictures(saved string) func(ctx context.Context, address string) ([]byte, error) {
	web := fetch.New(fetch.Options{})
	return func(ctx context.Context, address string) ([]byte, error) {
		if data, err := beside(saved, address); err == nil {
			return data, nil
		}
		resp, err := web.Get(ctx, address, maxWeb)
		if err != nil {
			return nil, err
		}
		return resp.Body, nil
	}
}

// beside reads a picture that a browser saved with its page: of "story.html" the pictures lie in "story_files", whatever the
// word for it in the browser's language.
func beside(saved, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	folder, name := filepath.Base(filepath.Dir(u.Path)), filepath.Base(u.Path)
	stem := strings.TrimSuffix(filepath.Base(saved), filepath.Ext(saved))
	if saved == "" || len(folder) <= len(stem) || !strings.HasPrefix(folder, stem) {
		return nil, fault.NotFound
	}
	root, err := os.OpenRoot(filepath.Dir(saved))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fault.NotFound)
	}
	return io.ReadAll(io.LimitReader(f, maxSaved))
}

func report(name string, page move.Page, b move.Brought, say func(string)) {
	became := "a draft"
	if b.Article.Path != "" {
		became = b.Article.Path
	}
	if !b.Added {
		say(fmt.Sprintf("%s: brought in before, as %s; nothing added", name, became))
		return
	}
	say(fmt.Sprintf("%s: %s", name, became))
	for _, took := range page.Took {
		say("  took  " + took)
	}
	for _, left := range append(page.Left, b.Left...) {
		say("  left  " + left)
	}
}
