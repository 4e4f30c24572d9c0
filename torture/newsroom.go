package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"lede/desk"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/newsroom"
	"lede/press"
	"lede/staff"
)

// fast is by how much the clock of the tortured newsroom runs ahead: an idle hold yields after half a second.
const fast = 240

// fastClock is a clock that has run so much faster since began, also across restarts.
func fastClock(began time.Time) func() time.Time {
	return func() time.Time { return began.Add(time.Since(began) * fast) }
}

const password = "a long enough sentence of its own"

// serveNewsroom is the child: a newsroom on addr as the program serves it, on a fast clock, until it is killed. Beside it stand doors
// that only this torture has: to sign in and be signed out, and to read all that was ever kept of an article.
func serveNewsroom(ctx context.Context, dir, addr string, began int64) error {
	clock := fastClock(time.UnixMicro(began))
	p, done, err := open(ctx, dir, clock)
	if err != nil {
		return err
	}
	cookie := func(ctx context.Context, r *http.Request, now time.Time) (staff.Person, staff.Session, error) {
		c, err := r.Cookie("torture")
		if err != nil {
			return staff.Person{}, staff.Session{}, fault.NotFound
		}
		return p.Staff.Guest(ctx, c.Value, now)
	}
	news, err := newsroom.New(p, newsroom.Options{Guest: cookie})
	if err != nil {
		return err
	}
	door := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
	mux := http.NewServeMux()
	news.Routes(mux, door)
	var one sync.Mutex // the first who signs in as an editor makes them
	mux.HandleFunc("POST /torture/in/{who}", func(w http.ResponseWriter, r *http.Request) {
		one.Lock()
		defer one.Unlock()
		token, err := signIn(r.Context(), p, r.PathValue("who"), clock())
		reply(w, token, err)
	})
	mux.HandleFunc("POST /torture/out/{token}", func(w http.ResponseWriter, r *http.Request) {
		who, se, err := p.Staff.Guest(r.Context(), r.PathValue("token"), clock())
		if err == nil {
			err = p.Staff.SignOut(r.Context(), who.ID, se.ID, clock())
		}
		reply(w, "out", err)
	})
	mux.HandleFunc("GET /torture/texts/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
		all, err := texts(r.Context(), p, id, clock())
		reply(w, all, err)
	})
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	p.Jobs.Start(ctx)
	fmt.Println("open")
	server := web.NewServer(web.ServerOptions{Handler: door.Door(mux)})
	context.AfterFunc(ctx, func() { _ = l.Close() })
	err = server.Serve(l)
	return errors.Join(err, done())
}

func reply(w http.ResponseWriter, says string, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = io.WriteString(w, says)
}

// signIn signs one of the torture's editors in, and makes them first if nobody knows them.
func signIn(ctx context.Context, p *press.Press, who string, now time.Time) (string, error) {
	email := "editor" + who + "@torture.example"
	if is, err := p.Staff.PersonBy(ctx, email); err == nil && is.Here() {
		e, err := p.Staff.SignIn(ctx, staff.Try{Email: email, Password: password, Device: "torture"}, now)
		return e.Token, err
	}
	_, link, err := p.Staff.Invite(ctx, staff.Person{Email: email, Name: "Editor " + who, Roles: []staff.Role{staff.Editor}}, now)
	if err != nil {
		return "", err
	}
	e, err := p.Staff.Join(ctx, link, staff.Joining{Name: "Editor " + who, Password: password, Device: "torture"}, now)
	return e.Token, err
}

// texts is everything that is kept of an article's words, wherever; an error if a version is missing.
func texts(ctx context.Context, p *press.Press, id int64, now time.Time) (string, error) {
	st, err := p.Desk.State(ctx, id, now)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.Write(st.Parts[desk.Body].Value)
	for _, a := range st.Asides {
		b.Write(a.Value)
	}
	scraps, err := p.Desk.Scraps(ctx, id)
	if err != nil {
		return "", err
	}
	for _, s := range scraps {
		b.Write(s.Value)
	}
	versions, err := p.Articles.Versions(ctx, id)
	if err != nil {
		return "", err
	}
	if int64(len(versions)) != versions[0].N { // the newest first, each with its predecessor
		return "", fmt.Errorf("article %d has %d versions up to %d", id, len(versions), versions[0].N)
	}
	for _, v := range versions {
		t, err := p.Articles.TextOf(ctx, id, v.N)
		if err != nil {
			return "", err
		}
		b.WriteString("\n" + t.Body.Text())
	}
	return b.String(), nil
}
