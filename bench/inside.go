package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/internal/web"
	"lede/press"
	"lede/section"
	"lede/site"
)

// inside serves a folder in this process, put together as the program's own serve does it, so that it can be told over standard
// input to publish, and be profiled. It ends with SIGTERM.
func inside(dir, addr, profile string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if profile != "" {
		end, err := profiled(profile)
		if err != nil {
			return err
		}
		defer end()
	}
	p, done, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	cache := web.NewCache(web.CacheOptions{Dir: filepath.Join(dir, "pages")})
	defer cache.Close()
	readers, err := site.New(ctx, p, cache)
	if err != nil {
		return err
	}
	door := web.New(web.Options{Address: readers.Address, Draw: readers.Wrong})
	mux := http.NewServeMux()
	readers.Routes(mux, door)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	p.Jobs.Start(context.WithoutCancel(ctx))
	server := web.NewServer(web.ServerOptions{Handler: door.Door(mux)})
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(l) }()
	go func() { failed <- obey(ctx, p) }()
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, server.Stop(end), p.Jobs.Stop(end))
}

// profiled writes what the processor did to file, what waited for locks beside it, until end is called.
func profiled(file string) (end func(), err error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	runtime.SetMutexProfileFraction(10)
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
		if heap, err := os.Create(file + ".heap"); err == nil {
			_ = pprof.WriteHeapProfile(heap)
			_ = heap.Close()
		}
		if locks, err := os.Create(file + ".locks"); err == nil {
			_ = pprof.Lookup("mutex").WriteTo(locks, 0)
			_ = locks.Close()
		}
	}, nil
}

// obey reads orders, one a line: "write HEADLINE" keeps a draft and answers "ok"; "publish" publishes it, and answers with the
// time at which Publish was called, the time at which it returned (Unix nanoseconds), and the address.
func obey(ctx context.Context, p *press.Press) error {
	tree, err := p.Sections.Tree(ctx)
	if err != nil {
		return err
	}
	var draft article.Article
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		order, headline, _ := strings.Cut(in.Text(), " ")
		said := "ok"
		switch order {
		case "write":
			draft, _, err = p.Articles.Keep(ctx, news(tree[0], headline), "", p.Clock())
		case "publish":
			said, err = publishNow(ctx, p, draft)
		default:
			err = fmt.Errorf("no such order: %q", order)
		}
		if err != nil {
			return err
		}
		fmt.Println(said)
	}
	<-ctx.Done() // nobody gives orders any more
	return nil
}

func publishNow(ctx context.Context, p *press.Press, a article.Article) (said string, err error) {
	began := time.Now()
	err = p.Articles.Publish(ctx, a.ID, a.Version, began, began, 0)
	ended := time.Now()
	if err != nil {
		return "", err
	}
	a, err = p.Articles.Get(ctx, a.ID)
	return fmt.Sprintf("%d %d %s", began.UnixNano(), ended.UnixNano(), a.Path), err
}

// news is a short article in a section.
func news(s section.Section, headline string) article.Text {
	return article.Text{Lang: "en", Headline: headline, Slug: article.Slug(headline), Summary: "It has just happened.", Sections: []int64{s.ID},
		Body: doc.New(doc.P("The first paragraph says what happened."), doc.P("The second says what is not known yet."))}
}
