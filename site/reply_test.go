package site

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"lede/article"
	"lede/comment"
	"lede/paper"
)

// send posts a form as a browser without JavaScript does; more are header names and values, in turn.
func (s *stand) send(path string, form url.Values, more ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://narrows.example"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// saying is what a reader types under an article; more are fields and values, in turn.
func saying(on article.Article, text, name string, more ...string) url.Values {
	form := url.Values{"article": {strconv.FormatInt(on.ID, 10)}, "text": {text}, "name": {name}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func (s *stand) rules(change func(*comment.Rules)) {
	s.t.Helper()
	r, err := s.Comments.Rules(s.t.Context())
	s.must(err)
	change(&r)
	s.must(s.Comments.SetRules(s.t.Context(), r, s.Now()))
	s.Settle()
}

// written is an article with readers allowed to write at once.
func written(t *testing.T, mode comment.Mode) (*stand, article.Article) {
	t.Helper()
	s := open(t)
	s.rules(func(r *comment.Rules) { r.Mode, r.Days = mode, 0 })
	a := s.Publish(s.Text("Ferry late again"))
	s.Settle()
	return s, a
}

func TestWhatIsMissingIsSaidAtItsField(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	got := s.send("/comment", saying(a, " ", "", "mail", "nadia@harbor.example"))
	if got.status != http.StatusUnprocessableEntity || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("an empty form: %d, %q, wanted 422 and no-store", got.status, got.header.Get("Cache-Control"))
	}
	for _, want := range []string{
		`aria-required="true" aria-invalid="true" aria-describedby="text-bad" autofocus> </textarea></label><p id="text-bad" class="bad" role="alert">Please enter your comment!</p>`,
		`aria-invalid="true" aria-describedby="name-bad"></label><p id="name-bad" class="bad" role="alert">Please enter your name here</p>`,
		`value="nadia@harbor.example"`, `<h1>Ferry late again</h1>`, `novalidate`, `<h2>Leave a reply</h2>`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if n := strings.Count(got.body, " autofocus"); n != 1 {
		t.Errorf("%d fields take the focus, wanted 1", n)
	}
	if strings.Contains(got.body, "\x00") {
		t.Error("the page has slots that nobody filled")
	}
	if got := s.send("/comment", saying(a, "The county never asked us.", "")); got.status != 422 ||
		!strings.Contains(got.body, ">The county never asked us.</textarea>") || !strings.Contains(got.body, `aria-describedby="name-bad" autofocus>`) {
		t.Errorf("without a name: %d, and the text or the focus is not where it was", got.status)
	}
	if c := got.header["Set-Cookie"]; c != nil {
		t.Errorf("a form that was turned down sets a cookie: %v", c)
	}
}

func TestAShownCommentIsLedToItsPlace(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	got := s.send("/comment", saying(a, "The county never asked us.", "Harold P."))
	to := got.header.Get("Location")
	if got.status != http.StatusSeeOther || !strings.HasPrefix(to, a.Path+"#comment-") || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("a shown comment: %d to %q, wanted 303 to its place", got.status, to)
	}
	if again := s.send("/comment", saying(a, "The county never asked us.", "Harold P.")); again.header.Get("Location") != to {
		t.Errorf("sent again it leads to %s, wanted %s", again.header.Get("Location"), to)
	}
	_, id, _ := strings.Cut(to, "#comment-")
	s.is(http.StatusSeeOther, "/comment/"+id, to)
}

func TestAHeldCommentIsLedToItsOwnPage(t *testing.T) {
	s, a := written(t, comment.HoldAll)
	got := s.send("/comment", saying(a, "The county never asked us.", "Harold P."))
	to := got.header.Get("Location")
	if got.status != http.StatusSeeOther || !strings.HasPrefix(to, "/comment/") {
		t.Fatalf("a held comment: %d to %q, wanted 303 to its own page", got.status, to)
	}
	if c := got.header.Get("Set-Cookie"); !strings.Contains(c, "; Path=/comment; Max-Age=31536000; HttpOnly; SameSite=Lax") {
		t.Errorf("the owner's cookie is %q", c)
	}
	s.is(http.StatusNotFound, to, "")
}

func TestTheOwnersCookieIsSecureOverTLS(t *testing.T) {
	s, a := written(t, comment.HoldAll)
	s.settings(func(p *paper.Paper) { p.Address = "https://narrows.example" })
	r := httptest.NewRequest(http.MethodPost, "https://narrows.example/comment", strings.NewReader(saying(a, "Over TLS.", "Harold P.").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	if c := w.Header().Get("Set-Cookie"); !strings.HasPrefix(c, "__Secure-lede-comment=") || !strings.HasSuffix(c, "; Path=/comment; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax") {
		t.Errorf("the owner's cookie over TLS is %q", c)
	}
}

func TestAnotherSiteCannotPost(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	for _, from := range []string{"cross-site", "same-site"} {
		if got := s.send("/comment", saying(a, "Not mine.", "Harold P."), "Sec-Fetch-Site", from); got.status != http.StatusForbidden {
			t.Errorf("a form of a %s page: %d, wanted 403", from, got.status)
		}
	}
}

func TestTheArticlesPageIsTheSameForEverybody(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	cookie := s.send("/comment", saying(a, "Mine.", "Harold P.")).header.Get("Set-Cookie")
	s.Settle()
	plain := s.get(a.Path)
	mine := s.get(a.Path, "Cookie", strings.Split(cookie, ";")[0]+"; __Host-lede-reader=x")
	if plain.body != mine.body || plain.header.Get("Etag") != mine.header.Get("Etag") || mine.header["Set-Cookie"] != nil {
		t.Error("who has written gets another page")
	}
}

func TestAScriptIsToldWhereACommentStands(t *testing.T) {
	for mode, starts := range map[comment.Mode]string{comment.ShowAll: "/2025/06/ferry-late-again#comment-", comment.HoldAll: "/comment/"} {
		s, a := written(t, mode)
		got := s.send("/comment", saying(a, "The county never asked us.", "Harold P.", "key", "4-8-15-16"), "X-Lede", "1")
		if got.status != http.StatusCreated || !strings.HasPrefix(got.header.Get("Location"), starts) || got.body != "" {
			t.Errorf("%s: %d to %q, wanted 201 to %s…", mode, got.status, got.header.Get("Location"), starts)
		}
		again := s.send("/comment", saying(a, "Typed on meanwhile.", "Harold P.", "key", "4-8-15-16"), "X-Lede", "1")
		if again.header.Get("Location") != got.header.Get("Location") {
			t.Errorf("%s: the same key led to %s, wanted %s", mode, again.header.Get("Location"), got.header.Get("Location"))
		}
	}
}

func TestNoHeaderChangesThePageWithTheForm(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	s.send("/comment", saying(a, "Mine.", "Harold P."))
	s.Settle()
	plain := s.get(a.Path)
	for _, header := range unkeyed {
		if header == "If-Match" || header == "If-Unmodified-Since" {
			continue
		}
		for _, value := range []string{"lede-comment=" + comment.NewOwner(), "evil.example", "1"} {
			got := s.get(a.Path, header, value)
			if got.body != plain.body || got.header["Set-Cookie"] != nil {
				t.Errorf("%s: %s changes the article's page", header, value)
			}
		}
	}
}

func TestWhatIsTypedStaysTextInTheForm(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	page := func(said string) string {
		said = "x " + said
		got := s.send("/comment", saying(a, said, "", "mail", said, "site", said))
		if got.status != http.StatusUnprocessableEntity {
			t.Fatalf("%q: %d, wanted 422", said, got.status)
		}
		return elementsOf(t, got.body)
	}
	s.rules(func(r *comment.Rules) { r.Sites, r.Longest = true, 20_000 })
	plain := page("y")
	for _, p := range payloads(t) {
		if strings.Contains(p, "\x00") || !utf8.ValidString(p) || len(p) > 15_000 {
			continue
		}
		if got := page(p); got != plain {
			t.Errorf("%q changes the page around it", p)
		}
	}
}

// elementsOf are the elements of a page with the names of their attributes, in order.
func elementsOf(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		tag := z.Token()
		if tag.Type != html.StartTagToken {
			continue
		}
		b.WriteString(" " + tag.Data)
		for _, a := range tag.Attr {
			b.WriteString("." + a.Key)
		}
	}
	return b.String()
}
