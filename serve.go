package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the paper's zone must be known on a machine that knows none

	"github.com/VictoriaMetrics/metrics"

	"lede/internal/web"
	"lede/media"
	"lede/newsroom"
	"lede/press"
	"lede/site"
)

type serveCommand struct {
	Addr      string   `help:"Where to listen: host:port, or unix:/path." default:"127.0.0.1:8080" env:"LEDE_ADDR"`
	WatchAddr string   `help:"Where /healthz, /readyz and /metrics answer; empty for nowhere." default:"127.0.0.1:9090" env:"LEDE_WATCH_ADDR"`
	TLS       []string `name:"tls" help:"Names to get certificates for, and to serve on ports 443 and 80." env:"LEDE_TLS" placeholder:"NAME"`
	TLSMail   string   `name:"tls-mail" help:"Whom the certificate authority may write to." env:"LEDE_TLS_MAIL"`
	Cache     int64    `help:"Memory for ready pages, in MB." default:"64" env:"LEDE_CACHE"`
	Proxies   []string `help:"Addresses of proxies whose X-Forwarded headers are believed, as 10.0.0.0/8." env:"LEDE_PROXIES"`
	Backups   string   `help:"A folder for the nightly backups; the newest seven stay." env:"LEDE_BACKUPS" type:"path"`
	AccessLog bool     `help:"Log every request." env:"LEDE_ACCESS_LOG"`
	Whence    string   `help:"A file that knows which address is in which country and region (.mmdb), for bookings that are aimed at some." env:"LEDE_WHENCE" type:"path" placeholder:"FILE"`
	Gallery   bool     `help:"Show every page in every state at /_gallery/, for work on the look."`
}

// stopWithin is how long a stopping server finishes what it has begun.
const stopWithin = 9 * time.Second

// Run serves the paper until it is told to stop.
func (c serveCommand) Run(ctx context.Context, p place) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	proxies, err := c.check()
	if err != nil {
		return err
	}
	h, err := p.open(ctx, log)
	if err != nil {
		return err
	}
	defer h.Close()
	d, err := c.openDoors()
	if err != nil {
		return err
	}
	defer d.close()
	set := metrics.NewSet()
	if c.Whence != "" {
		if err := h.Ads.OpenPlaces(c.Whence); err != nil {
			return setup("--whence cannot be read: %v", reason(err))
		}
	}
	if err := c.backUp(h.Press, set); err != nil {
		return err
	}
	cache := web.NewCache(web.CacheOptions{Bytes: c.Cache << 20, Dir: p.pages(), Log: log, Metrics: set})
	defer cache.Close()
	readers, err := site.New(ctx, h.Press, cache)
	if err != nil {
		return err
	}
	if err := readers.Lay(os.DirFS(p.templates())); err != nil {
		return err
	}
	staffs, err := newsroom.New(h.Press, newsroom.Options{Preview: previews(readers)})
	if err != nil {
		return err
	}
	door := web.New(web.Options{Address: readers.Address, Draw: readers.Wrong, Log: log, Proxies: proxies, TrustUnix: strings.HasPrefix(c.Addr, "unix:"), AccessLog: c.AccessLog, Logged: func(path string) string { return newsroom.Logged(site.LoggedPath(path)) }, Metrics: set})
	mux := http.NewServeMux()
	readers.Routes(mux, door)
	staffs.Routes(mux, door)
	if c.Gallery {
		mux.Handle("/_gallery/", site.Gallery())
	}
	public := door.Door(mux)
	ctx = context.WithValue(ctx, readersKey{}, public) // for the leak test, which a server does on itself
	o := web.ServerOptions{Handler: public, Log: log, Unlimited: proxies}
	if len(c.TLS) > 0 {
		certs := c.certificates(p, log)
		defer certs.stop()
		o.TLS, d.redirect = certs.config(), certs.redirect()
		certs.manage(ctx)
	}
	d.watching = watcher(h.Press, door)
	return c.serve(ctx, p, h.Press, web.NewServer(o), d)
}

// check refuses settings that cannot be meant.
func (c serveCommand) check() ([]netip.Prefix, error) {
	if c.Cache < 1 || c.Cache > 1<<20 {
		return nil, setup("--cache wants megabytes, from 1 on, not %d", c.Cache)
	}
	return c.proxies()
}

func (c serveCommand) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range c.Proxies {
		if a, err := netip.ParseAddr(text); err == nil {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, setup("--proxies wants addresses as 10.0.0.0/8, not %q", text)
		}
		list = append(list, prefix)
	}
	return list, nil
}

func (c serveCommand) backUp(p *press.Press, set *metrics.Set) error {
	if c.Backups == "" {
		return nil
	}
	if err := p.Nightly(c.Backups); err != nil {
		return setup("--backups: %w", err)
	}
	gauge(set, p, c.Backups)
	return nil
}

// serve answers on all doors until ctx ends or one fails, then finishes what was begun.
func (c serveCommand) serve(ctx context.Context, p place, pr *press.Press, server *web.Server, d *doors) error {
	pr.Served = c.served(d.readers[0].Addr())
	pr.Media.Equip(media.FindTools())
	stopCommands, err := p.takeCommands(ctx, pr)
	if err != nil {
		return err
	}
	pr.Jobs.Start(context.WithoutCancel(ctx))
	d.serveAside()
	failed := make(chan error, len(d.readers))
	for _, l := range d.readers {
		go func() { failed <- server.Serve(l) }()
	}
	c.greet(ctx, pr, d.readers[0])
	if err := c.setUp(ctx, pr); err != nil {
		pr.Log.Error("there is no setup link", "error", err)
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	var stopping sync.WaitGroup
	stopping.Go(func() { stopCommands(end) })
	for what, stop := range map[string]func(context.Context) error{"requests": server.Stop, "tasks": pr.Jobs.Stop} {
		stopping.Go(func() {
			if err := stop(end); err != nil {
				pr.Log.Warn("the server stopped before all was done", "of", what, "error", err)
			}
		})
	}
	stopping.Wait()
	return err
}

func (c serveCommand) greet(ctx context.Context, p *press.Press, l net.Listener) {
	name := "The paper"
	if paper, err := p.Papers.Get(ctx); err == nil && paper.Name != "" {
		name = paper.Name
	}
	fmt.Printf("%s is served at %s\n", name, c.address(l.Addr()))
}

// address is what to type to read the paper.
func (c serveCommand) address(at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	switch {
	case len(c.TLS) > 0:
		return "https://" + c.TLS[0]
	case !ok:
		return at.Network() + ":" + at.String()
	case tcp.IP.IsUnspecified():
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + at.String()
}
