package site

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lede/comment"
)

// attempt is what somebody banned may try at a route that writes. Refused ones answer 403 and change nothing of what the public reads;
// the others stay open to everybody, because they take something back, ask for one's own, or let one in.
type attempt struct {
	refused bool
	others  bool // it is tried on somebody else's comment
	form    url.Values
}

// attempts has a line for every route of the site that writes: TestEveryRouteThatWritesIsTried fails where one is missing.
var attempts = map[string]attempt{
	"POST /comment":                         {refused: true, form: url.Values{"name": {"Harold P."}, "text": {"They banned me, and here I am."}}},
	"POST /comment/{id}/edit":               {refused: true, form: url.Values{"text": {"They banned me, and I changed it."}}},
	"POST /comment/{id}/report":             {refused: true, others: true, form: url.Values{"reason": {"insults"}, "text": {"They banned me."}}},
	"POST /comment/{id}/withdrawal":         {},
	"POST /comment/{id}/appeal":             {form: url.Values{"text": {"I was only joking."}}},
	"POST /comment/data/export":             {form: url.Values{"mail": {"harold@harbor.example"}}},
	"POST /comment/data/erasure":            {form: url.Values{"mail": {"harold@harbor.example"}}},
	"POST /panel/seen":                      {},
	"POST /reader/data/export":              {form: url.Values{"mail": {"harold@harbor.example"}}},
	"POST /reader/data/erasure":             {form: url.Values{"mail": {"harold@harbor.example"}}},
	"POST /reader/deletion":                 {},
	"POST /reader/export":                   {},
	"POST /reader/link":                     {form: url.Values{"mail": {"harold@harbor.example"}}},
	"POST /reader/link/{token}":             {},
	"POST /reader/name":                     {form: url.Values{"name": {"Harold P."}}},
	"POST /reader/sign-out":                 {},
	"POST /reader/follow":                   {},
	"POST /reader/follow/{id}/{what}/{key}": {},
}

// writes are the routes of the site that do more than show something, as its sources name them.
func writes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`^(POST|PUT|PATCH|DELETE) /`)
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if s, err := strconv.Unquote(text.Value); err == nil && verb.MatchString(s) && !slices.Contains(found, s) {
					found = append(found, s)
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		t.Fatal("no route that writes was found")
	}
	return found
}

func TestEveryRouteThatWritesIsTried(t *testing.T) {
	for _, route := range writes(t) {
		if _, ok := attempts[route]; !ok {
			t.Errorf("say in attempts whether somebody banned may %s", route)
		}
	}
}

// TestNothingIsWrittenForAnotherSite sends every route what a page of another site would have a reader's browser send.
func TestNothingIsWrittenForAnotherSite(t *testing.T) {
	b := banned(t)
	before := b.public()
	for _, route := range writes(t) {
		got := b.try(route, attempts[route], "Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example")
		if got.status != http.StatusForbidden {
			t.Errorf("%s from another site is answered %d, want 403", route, got.status)
		}
	}
	if after := b.public(); after != before {
		t.Errorf("another site changed what stands:\n%s\n%s", before, after)
	}
}

func TestSomebodyBannedIsRefusedOnEveryVerb(t *testing.T) {
	for _, act := range []string{comment.Ban, comment.Suspend} {
		b := banned(t)
		m := comment.Measure{Act: act, Reason: "insults"}
		if act == comment.Suspend {
			m.Until = b.Now().AddDate(0, 0, 7)
		}
		_, err := b.Comments.Impose(t.Context(), b.own, []string{comment.OfBrowser}, m, b.Now())
		b.must(err)
		before := b.public()
		for _, route := range writes(t) {
			a := attempts[route]
			if !a.refused {
				continue
			}
			if got := b.try(route, a); got.status != http.StatusForbidden || strings.Contains(got.body, "Your comment was sent") {
				t.Errorf("%s: %s is answered %d, want 403", act, route, got.status)
			}
		}
		if after := b.public(); after != before {
			t.Errorf("%s: somebody banned changed what stands:\n%s\n%s", act, before, after)
		}
		for _, route := range writes(t) { // these may change much: last
			if a := attempts[route]; !a.refused {
				if got := b.try(route, a); got.status == http.StatusForbidden && strings.Contains(got.body, "has decided that you cannot write") {
					t.Errorf("%s: %s is closed to somebody banned", act, route)
				}
			}
		}
	}
}

// A network that is banned is held: others are behind it too.
func TestANetworkIsHeldAndNeverRefused(t *testing.T) {
	b := banned(t)
	_, err := b.Comments.Impose(t.Context(), b.own, []string{comment.OfPrefix}, comment.Measure{Act: comment.Ban, Reason: "insults"}, b.Now())
	b.must(err)
	got := b.try("POST /comment", attempts["POST /comment"])
	if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/comment/") {
		t.Errorf("from a network that is held a comment is answered %d to %q, want its own page", got.status, got.header.Get("Location"))
	}
}

// writer is somebody whose comment is shown, beside somebody else's.
type writer struct {
	*stand
	on, own, other int64
	cookie         string
}

func banned(t *testing.T) *writer {
	t.Helper()
	s, a := written(t, comment.ShowAll)
	b := &writer{stand: s, on: a.ID}
	theirs := s.send("/comment", saying(a, "Somebody else says this.", "Nadia"))
	first := s.send("/comment", saying(a, "The first words of mine.", "Harold P.", "mail", "harold@harbor.example"))
	b.cookie, _, _ = strings.Cut(first.header.Get("Set-Cookie"), ";")
	for into, got := range map[*int64]answer{&b.other: theirs, &b.own: first} {
		_, digits, _ := strings.Cut(got.header.Get("Location"), "#comment-")
		*into, _ = strconv.ParseInt(digits, 10, 64)
		if got.status != http.StatusSeeOther || *into == 0 {
			t.Fatalf("a first comment is answered %d to %q: %.300s", got.status, got.header.Get("Location"), got.body)
		}
	}
	s.Settle()
	return b
}

// try sends what an attempt says to its route.
func (b *writer) try(route string, a attempt, more ...string) answer {
	b.t.Helper()
	id := b.own
	if a.others {
		id = b.other
	}
	_, path, _ := strings.Cut(route, " ")
	path = strings.NewReplacer("{id}", strconv.FormatInt(id, 10), "{token}", "abc", "{what}", "end", "{key}", "abc").Replace(path)
	form := url.Values{"article": {strconv.FormatInt(b.on, 10)}, "comment": {strconv.FormatInt(id, 10)}}
	for name, values := range a.form {
		form[name] = values
	}
	return b.send(path, form, append([]string{"Cookie", b.cookie}, more...)...)
}

// public is what stands of all comments and of what was said against them.
func (b *writer) public() string {
	b.t.Helper()
	rows, err := b.data.Read().QueryContext(b.t.Context(), `select id || ' ' || state || ' ' || text || ' ' || reports || ' ' || version from comment order by id`)
	b.must(err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var line string
		b.must(rows.Scan(&line))
		all = append(all, line)
	}
	b.must(rows.Err())
	return strings.Join(all, "\n")
}
