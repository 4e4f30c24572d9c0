// Package staff is a member of the newsroom without a browser: it speaks what the newsroom's scripts speak, and sends what its forms send.
package staff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Person is somebody signed in.
type Person struct {
	URL     string // of the paper
	Cookies []*http.Cookie
	client  http.Client
}

// New is whoever holds the cookies.
func New(paper string, cookies []*http.Cookie) *Person {
	return &Person{URL: paper, Cookies: cookies, client: http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Answer is what came back.
type Answer struct {
	Status int
	To     string // where a redirect leads
	Body   []byte
}

// Read takes what a JSON answer says.
func (a Answer) Read(into any) error {
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("%w in answer %d: %.300s", err, a.Status, a.Body)
	}
	return nil
}

// Ask sends JSON as the scripts do; nil sends nothing.
func (p *Person) Ask(method, path string, body any) (Answer, error) {
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return Answer{}, err
		}
		sent = bytes.NewReader(b)
	}
	return p.do(method, path, sent, func(h http.Header) {
		h.Set("X-Lede", "1")
		h.Set("Accept", "application/json")
		if body != nil {
			h.Set("Content-Type", "application/json")
		}
	})
}

// Get opens a page.
func (p *Person) Get(path string) (Answer, error) {
	return p.do(http.MethodGet, path, nil, func(http.Header) {})
}

// Send sends a form.
func (p *Person) Send(path string, form url.Values) (Answer, error) {
	return p.do(http.MethodPost, path, strings.NewReader(form.Encode()), func(h http.Header) {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
	})
}

// Upload sends the bytes of a file under its name, as the editor does.
func (p *Person) Upload(name string, file []byte) (Answer, error) {
	return p.do(http.MethodPost, "/newsroom/pictures?name="+url.QueryEscape(name), bytes.NewReader(file), func(h http.Header) {
		h.Set("X-Lede", "1")
		h.Set("Accept", "application/json")
		h.Set("Content-Type", "application/octet-stream")
	})
}

func (p *Person) do(method, path string, body io.Reader, set func(http.Header)) (Answer, error) {
	req, err := http.NewRequest(method, p.URL+path, body)
	if err != nil {
		return Answer{}, err
	}
	set(req.Header)
	req.Header.Set("Origin", p.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range p.Cookies {
		req.AddCookie(c)
	}
	res, err := p.client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	p.take(res.Cookies())
	got, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, To: res.Header.Get("Location"), Body: got}, err
}

// take keeps what a browser would keep.
func (p *Person) take(cookies []*http.Cookie) {
	for _, c := range cookies {
		p.Cookies = slices.DeleteFunc(p.Cookies, func(had *http.Cookie) bool { return had.Name == c.Name })
		if c.MaxAge >= 0 && c.Value != "" {
			p.Cookies = append(p.Cookies, c)
		}
	}
}

// Article is one that is being written.
type Article struct {
	*Person
	ID   string
	tab  string
	seqs map[string]int64
}

var editor = regexp.MustCompile(`/newsroom/article/([0-9]+)`)

// Begin begins an article.
func (p *Person) Begin() (*Article, error) {
	a, err := p.Send("/newsroom/articles", url.Values{"key": {fmt.Sprint(time.Now().UnixNano())}})
	if err != nil {
		return nil, err
	}
	m := editor.FindStringSubmatch(a.To)
	if m == nil {
		return nil, fmt.Errorf("beginning an article: %d to %q: %.300s", a.Status, a.To, a.Body)
	}
	return p.Article(m[1])
}

// Article is the one of that id, as it is now.
func (p *Person) Article(id string) (*Article, error) {
	now, err := p.State(id)
	if err != nil {
		return nil, err
	}
	a := &Article{Person: p, ID: id, tab: "tab" + id, seqs: map[string]int64{}}
	for name, part := range now.Parts {
		a.seqs[name] = part.Seq
	}
	return a, nil
}

// State is what the editor is told of an article.
type State struct {
	Stage   string      `json:"stage"`
	Version json.Number `json:"version"`
	Path    string      `json:"path"`
	Parts   map[string]struct {
		Seq   int64           `json:"seq"`
		Value json.RawMessage `json:"value"`
	} `json:"parts"`
	Asides []json.RawMessage `json:"asides"`
	Lists  struct {
		Sections []struct{ ID, Name string } `json:"sections"`
	} `json:"lists"`
}

var carried = regexp.MustCompile(`(?s)<script type="application/json" id="article">(.*?)</script>`)

// State asks the editor's page of an article.
func (p *Person) State(id string) (s State, err error) {
	got, err := p.Get("/newsroom/article/" + id)
	if err != nil {
		return s, err
	}
	m := carried.FindSubmatch(got.Body)
	if m == nil {
		return s, fmt.Errorf("the editor of %s carries no article: %d %.300s", id, got.Status, got.Body)
	}
	return s, json.Unmarshal(m[1], &s)
}

// Path is the address of the article in the newsroom, with more behind it.
func (a *Article) Path(more string) string { return "/newsroom/article/" + a.ID + more }

// LetGo gives back what writing took hold of.
func (a *Article) LetGo() error {
	for part := range a.seqs {
		if got, err := a.Ask(http.MethodDelete, a.Path("/hold/"+part+"?tab="+a.tab), nil); err != nil || got.Status >= 300 {
			return fmt.Errorf("letting %s go: %d %w", part, got.Status, err)
		}
	}
	return nil
}

// Write puts a value into a part of the article, whatever it is.
func (a *Article) Write(part string, value any) error {
	got, err := a.Ask(http.MethodPut, a.Path("/text/"+part), map[string]any{"tab": a.tab, "base": a.seqs[part], "value": value})
	if err != nil {
		return err
	}
	if got.Status != http.StatusOK {
		return fmt.Errorf("writing %s: %d %.300s", part, got.Status, got.Body)
	}
	var kept struct {
		Seq int64 `json:"seq"`
	}
	if err := got.Read(&kept); err != nil {
		return err
	}
	a.seqs[part] = kept.Seq
	return nil
}

// Comer is who comes in for the first time; Paper names the paper, for the first of all.
type Comer struct{ Name, Email, Password, Paper string }

// Come follows a link by which somebody comes in, with a password.
func Come(paper, link string, who Comer) (*Person, error) {
	p := New(paper, nil)
	got, err := p.Send(link, url.Values{"name": {who.Name}, "email": {who.Email}, "password": {who.Password}, "paper": {who.Paper}})
	if err != nil {
		return nil, err
	}
	if len(p.Cookies) == 0 {
		return nil, fmt.Errorf("%s did not let %s in: %d %.600s", link, who.Name, got.Status, got.Body)
	}
	return p, nil
}
