package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"lede/ad"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/secret"
	"lede/press"
)

// Beacons under the killed servers: how many browsers say at once what they saw, how many offers each beacon is about, and how many
// beacons come from one network before the next, for nobody is to be too fast.
const (
	browsers   = 24
	spots      = 3
	fromOne    = 6
	ledgerEnds = 150 * time.Millisecond
	ownBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
)

// beacon is what one page says of its positions, how often it said so, and how often that was acknowledged with 204.
type beacon struct {
	offers         []ad.Offer
	body           []byte
	robot          bool // it is driven by a program, and says so
	sent, answered atomic.Int64
	others         atomic.Int64 // answers that were neither 204 nor none
}

// ledgers is the state of a run: servers on one database, killed together.
type ledgers struct {
	t        *torture
	name     string
	database string   // of PostgreSQL; "" for SQLite in the folder
	dirs     []string // one for each server
	key      *secret.Key
	seal     func(ad.Offer) string
	all      []*beacon
	network  atomic.Int64
}

// ledger has browsers say what they saw of ads to real servers, and kills these with SIGKILL, over and over: one on SQLite, then two at
// once on PostgreSQL. Every event whose 204 came is in the ledger, none is billed twice, and every sum is what the ledger says.
func (t *torture) ledger(ctx context.Context) error {
	if t.ledgers == 0 {
		return nil
	}
	if err := t.ledgerOn(ctx, &ledgers{t: t, name: "one server on SQLite", dirs: []string{filepath.Join(t.dir, "ledger")}}); err != nil {
		return err
	}
	where, stop, err := dbtest.Start(ctx)
	if err != nil {
		fmt.Printf("two servers on PostgreSQL were not killed: %v\n", err)
		return nil
	}
	defer stop()
	database, err := newDatabase(ctx, where)
	if err != nil {
		return err
	}
	return t.ledgerOn(ctx, &ledgers{t: t, name: "two servers on PostgreSQL", database: database, dirs: []string{filepath.Join(t.dir, "ledger-a"), filepath.Join(t.dir, "ledger-b")}})
}

func newDatabase(ctx context.Context, where string) (string, error) {
	conn, err := pgx.Connect(ctx, where)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `create database ledger template template0 encoding 'UTF8' locale 'C.UTF-8'`); err != nil {
		return "", err
	}
	return strings.Replace(where, "/postgres?", "/ledger?", 1), nil
}

func (t *torture) ledgerOn(ctx context.Context, l *ledgers) error {
	began := time.Now()
	if err := l.found(ctx); err != nil {
		return fmt.Errorf("ledger, %s: %w", l.name, err)
	}
	for round := range t.ledgers {
		if err := l.round(ctx); err != nil {
			return fmt.Errorf("ledger, %s, round %d: %w", l.name, round, err)
		}
		if round%10 == 9 || round == t.ledgers-1 {
			if err := l.look(ctx); err != nil {
				return fmt.Errorf("ledger, %s, round %d: %w", l.name, round, err)
			}
		}
		if (round+1)%20 == 0 {
			fmt.Printf("  %d rounds of beacons on %s, %d beacons, %s\n", round+1, l.name, len(l.all), time.Since(began).Round(time.Second))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return l.say(ctx, time.Since(began))
}

// say prints what was shown, or fails where nothing was.
func (l *ledgers) say(ctx context.Context, took time.Duration) error {
	var events, acknowledged, lost, again int64
	for _, b := range l.all {
		n := int64(2 * len(b.offers))
		events += n * b.sent.Load()
		acknowledged += n * b.answered.Load()
		if b.answered.Load() == 0 {
			lost++
		}
		if b.sent.Load() > 1 {
			again++
		}
	}
	if acknowledged == 0 || lost == 0 || again == 0 {
		return fmt.Errorf("ledger, %s: %d events acknowledged, %d beacons without an answer, %d sent again: nothing was shown", l.name, acknowledged, lost, again)
	}
	return l.open(ctx, func(s *ad.Store, _ *db.DB) error {
		r, err := s.Report(ctx, ad.Scope{}, true)
		if err != nil {
			return err
		}
		var billed, rejected, received int64
		for _, t := range r.All {
			billed, rejected, received = billed+t.Billed, rejected+t.Rejections(), received+t.Received
		}
		fmt.Printf("kill -9 under beacons, %s: %d rounds, %d events sent, %d of them acknowledged, 0 of those lost, 0 billed twice; %d billed + %d rejected = %d received "+
			"in all %d groupings; %d beacons never answered, %d sent more than once; in %s\n",
			l.name, l.t.ledgers, events, acknowledged, billed, rejected, received, len(ad.Groupings()), lost, again, took.Round(time.Second))
		return nil
	})
}

// keyFile is what all servers of a database open what is sealed with.
func (l *ledgers) keyFile() string { return filepath.Join(l.dirs[0], press.KeyFile) }

// found makes the paper, and what seals offers as its servers do.
func (l *ledgers) found(ctx context.Context) error {
	for _, dir := range l.dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	err := l.open(ctx, func(s *ad.Store, _ *db.DB) error { return nil })
	if err != nil {
		return err
	}
	l.seal = ad.NewStore(nil, l.key, nil, nil, nil).Seal
	return nil
}

// open opens the paper while no server runs.
func (l *ledgers) open(ctx context.Context, look func(*ad.Store, *db.DB) error) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	where := l.database
	if where == "" {
		where = filepath.Join(l.dirs[0], press.DatabaseFile)
	}
	files, err := blob.Disk(filepath.Join(l.dirs[0], "files"))
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, where, db.Log(log))
	if err != nil {
		return errors.Join(fmt.Errorf("the database does not open any more: %w", err), files.Close())
	}
	defer func() { err = errors.Join(err, d.Close(), files.Close()) }()
	if l.key, err = secret.Open(l.keyFile()); err != nil {
		return err
	}
	p, err := press.Open(ctx, d, files, l.key, time.Now, log)
	if err != nil {
		return err
	}
	return look(p.Ads, d)
}

// serve starts one of the servers.
func (l *ledgers) serve(ctx context.Context, dir, addr string) (*exec.Cmd, error) {
	if l.database == "" {
		return l.t.serve(ctx, dir, addr)
	}
	return l.t.serve(ctx, dir, addr, "--database", l.database, "--secrets", l.keyFile())
}

// round lets the servers live for a moment, under beacons of which many are sent twice, to different servers.
func (l *ledgers) round(ctx context.Context) error {
	var addrs []string
	var ended []chan struct{}
	var servers []*exec.Cmd
	for _, dir := range l.dirs {
		addr, err := freeAddr()
		if err != nil {
			return err
		}
		server, err := l.serve(ctx, dir, addr)
		if err != nil {
			return err
		}
		over := make(chan struct{})
		go func() { _ = server.Wait(); close(over) }()
		addrs, ended, servers = append(addrs, addr), append(ended, over), append(servers, server)
		defer func() {
			_ = server.Process.Kill() // it is dead already
			<-over
		}()
	}
	for _, server := range servers {
		time.AfterFunc(ledgerEnds+mathrand.N(l.t.longest), func() { _ = server.Process.Kill() })
	}
	former := l.former()
	lists := make([][]*beacon, browsers)
	var saying sync.WaitGroup
	for n := range browsers {
		saying.Go(func() { lists[n] = l.browse(addrs, n, former, ended) })
	}
	saying.Wait()
	for _, list := range lists {
		l.all = append(l.all, list...)
	}
	return nil
}

// former are the last beacons without an answer, and some that had one: their browsers send them again.
func (l *ledgers) former() (list []*beacon) {
	for _, b := range l.all[max(0, len(l.all)-500):] {
		if b.answered.Load() == 0 || mathrand.N(20) == 0 {
			list = append(list, b)
		}
	}
	return list
}

// browse is one browser after another, until all servers are dead.
func (l *ledgers) browse(addrs []string, n int, former []*beacon, ended []chan struct{}) (made []*beacon) {
	client := l.client()
	defer client.CloseIdleConnections()
	for sent := 0; ; sent++ {
		if sent%fromOne == fromOne-1 {
			client.CloseIdleConnections()
			client = l.client()
		}
		if dead(ended) {
			return made
		}
		if i := n + sent*browsers; i < len(former) {
			l.send(client, addrs[sent%len(addrs)], former[i])
			continue
		}
		b := l.write()
		made = append(made, b)
		l.send(client, addrs[(n+sent)%len(addrs)], b)
		if sent%5 == 0 { // said again at once, to the other server where there is one
			var both sync.WaitGroup
			for _, addr := range addrs {
				both.Go(func() { l.send(client, addr, b) })
			}
			both.Wait()
		}
	}
}

func dead(ended []chan struct{}) bool {
	for _, over := range ended {
		select {
		case <-over:
		default:
			return false
		}
	}
	return true
}

// client sends from a network of its own, somewhere in 127.0.0.0/8.
func (l *ledgers) client() *http.Client {
	n := l.network.Add(1)
	dialer := net.Dialer{Timeout: 2 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, byte(n>>8), byte(n), 9)}}
	return &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DialContext: dialer.DialContext}}
}

// write makes what a page says of its positions: each was rendered and, two seconds after it was offered, viewed.
func (l *ledgers) write() *beacon {
	type seen struct {
		Offer   string     `json:"o"`
		Measure ad.Measure `json:"m"`
		N       int        `json:"n"`
	}
	said := struct {
		View string `json:"v"`
		Seen []seen `json:"seen"`
		Web  bool   `json:"w"`
	}{View: "1"}
	b := &beacon{robot: mathrand.N(10) == 0}
	said.Web = b.robot
	for n := range 1 + mathrand.N(spots) {
		raw := make([]byte, 16)
		_, _ = rand.Read(raw) // never fails
		o := ad.Offer{ID: base64.RawURLEncoding.EncodeToString(raw), At: time.Now().Add(-5 * time.Second), Booking: 1 + mathrand.N[int64](30), Ad: 1 + mathrand.N[int64](40), AdVersion: 1,
			Place: ad.Places()[mathrand.N(5)], N: n, Kind: ad.ArticlePage, Page: 1 + mathrand.N[int64](1000), Section: 1 + mathrand.N[int64](8), Lang: "en", Device: ad.Phone, Scripted: true}
		token := l.seal(o)
		b.offers = append(b.offers, o)
		said.Seen = append(said.Seen, seen{token, ad.Rendered, n}, seen{token, ad.Viewed, n})
	}
	b.body, _ = json.Marshal(said) // of texts and numbers
	return b
}

// send says it once, and notes what came back.
func (l *ledgers) send(client *http.Client, addr string, b *beacon) {
	r, err := http.NewRequest(http.MethodPost, "http://"+addr+"/panel/seen", bytes.NewReader(b.body))
	if err != nil {
		b.others.Add(1)
		return
	}
	for name, value := range map[string]string{"Content-Type": "text/plain", "User-Agent": ownBrowser, "Accept-Language": "en", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"} {
		r.Header.Set(name, value)
	}
	b.sent.Add(1)
	w, err := client.Do(r)
	if err != nil {
		return // the server died
	}
	_, _ = io.Copy(io.Discard, w.Body) // a 204 has none
	_ = w.Body.Close()
	if w.StatusCode == http.StatusNoContent {
		b.answered.Add(1)
		return
	}
	b.others.Add(1)
}

// look opens what the killed servers left, and compares everything with all that was ever sent.
func (l *ledgers) look(ctx context.Context) error {
	return l.open(ctx, func(s *ad.Store, d *db.DB) error {
		wrong, err := s.Differences(ctx)
		if err != nil {
			return err
		}
		if len(wrong) > 0 {
			return fmt.Errorf("%d sums are not what the ledger says, the first: %s", len(wrong), wrong[0])
		}
		r, err := s.Report(ctx, ad.Scope{}, true)
		if err != nil {
			return err
		}
		if !r.AddsUp() {
			return errors.New("billed and rejected are not what was received")
		}
		return l.compare(ctx, d)
	})
}

// kept is what the ledger has of an offer's measure: how often, how often billed, and why else not.
type kept struct{ rows, billed, rejected int64 }

// compare looks for every beacon in the ledger, and for everything in the ledger among the beacons.
func (l *ledgers) compare(ctx context.Context, d *db.DB) error {
	have := map[string]kept{}
	rows, err := d.Read().QueryContext(ctx, `select offer, measure, reason, count(*) from ad_event group by offer, measure, reason`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var offer, measure, reason string
		var n int64
		if err := rows.Scan(&offer, &measure, &reason, &n); err != nil {
			return err
		}
		k := have[offer+measure]
		k.rows += n
		switch reason {
		case "":
			k.billed += n
		case ad.Repeat:
		case ad.Headless:
			k.rejected += n
		default:
			return fmt.Errorf("%s of %s is %q, which nobody meant", measure, offer, reason)
		}
		have[offer+measure] = k
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, b := range l.all {
		if err := b.in(have); err != nil {
			return err
		}
	}
	if len(have) > 0 {
		return fmt.Errorf("the ledger has %d things that nobody sent", len(have))
	}
	return nil
}

// in fails where a beacon is not in the ledger as it should be, and takes it out.
func (b *beacon) in(have map[string]kept) error {
	if b.others.Load() > 0 {
		return errors.New("a beacon was refused")
	}
	whole := map[bool]bool{}
	for _, o := range b.offers {
		for _, m := range []ad.Measure{ad.Rendered, ad.Viewed} {
			k := have[o.ID+string(m)]
			delete(have, o.ID+string(m))
			whole[k.rows > 0] = true
			switch {
			case k.rows < b.answered.Load():
				return fmt.Errorf("%s of %s was acknowledged %d times and is there %d times", m, o.ID, b.answered.Load(), k.rows)
			case k.rows > b.sent.Load():
				return fmt.Errorf("%s of %s was sent %d times and is there %d times", m, o.ID, b.sent.Load(), k.rows)
			case !b.robot && k.rows > 0 && k.billed != 1, b.robot && k.billed != 0:
				return fmt.Errorf("%s of %s is there %d times and billed %d times", m, o.ID, k.rows, k.billed)
			}
		}
	}
	if len(whole) > 1 {
		return errors.New("half of a beacon is there")
	}
	return nil
}
