package newsroom

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/ledetest"
	"lede/staff"
)

// room is a newsroom of a small paper, and whoever is signed in to it.
type room struct {
	*ledetest.Paper
	t       *testing.T
	news    *Newsroom
	handler http.Handler
	// who sends the requests; the zero Person is a stranger.
	who     staff.Person
	session staff.Session
}

// open opens a newsroom with a publisher signed in, who proved lately to be the one.
func open(t *testing.T) *room {
	t.Helper()
	r := &room{Paper: ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t))), t: t}
	r.be(staff.Publisher)
	var err error
	r.news, err = New(r.Press, Options{Guest: r.guest})
	if err != nil {
		t.Fatal(err)
	}
	wb := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Clock: r.Now})
	mux := http.NewServeMux()
	r.news.Routes(mux, wb)
	r.handler = wb.Door(mux)
	return r
}

func (r *room) guest(context.Context, *http.Request, time.Time) (staff.Person, staff.Session, error) {
	if r.who.ID == 0 {
		return r.who, r.session, fault.NotFound
	}
	return r.who, r.session, nil
}

// be signs somebody in with these roles; with none, a stranger comes.
func (r *room) be(roles ...staff.Role) {
	if len(roles) == 0 {
		r.who = staff.Person{}
		return
	}
	r.who = staff.Person{ID: 7, Version: 1, Email: "mara@paper.example", Name: "Mara Lindqvist", Roles: roles}
	r.session = staff.Session{ID: 1, Began: r.Now(), Seen: r.Now(), Proved: r.Now()}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

// page asks for a page, as a browser does.
func (r *room) page(path string) answer {
	return r.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// send sends a form from a page of the newsroom.
func (r *room) send(path string, form url.Values) answer { return r.do(newForm(path, form)) }

func newForm(path string, form url.Values) *http.Request {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return req
}

// ask sends JSON from a script of the newsroom; what is sent is made JSON, nil sends nothing.
func (r *room) ask(method, path string, body any) answer {
	r.t.Helper()
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			r.t.Fatal(err)
		}
		sent = strings.NewReader(string(b))
	}
	req := httptest.NewRequest(method, path, sent)
	req.Header.Set("X-Lede", "1")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

func (r *room) do(req *http.Request) answer {
	r.t.Helper()
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, req)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{w.Result(), string(body)}
}

// read takes what a JSON answer says.
func (a answer) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}
