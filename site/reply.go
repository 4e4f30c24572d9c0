package site

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"lede/article"
	"lede/comment"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/tongue"
	"lede/internal/web"
)

// longestPost is the most that a form for comments may hold, in bytes: the longest comment a paper can allow, each byte of it as %XX.
const longestPost = 256 << 10

// Reply is the form for comments under an article, or what stands in its place.
type Reply struct {
	Article, Parent int64
	Sites           bool   // a website may be given
	Shut            string // why nothing can be written here, in place of the form; Text then is what was not taken
	Says            string // what is wrong with all of it
	Inert           bool   // it is only looked at: a preview
	Text, Name      string // as they were typed
	Mail, Site      string
	Wrong           map[string]string // what is to be mended, by field
}

// Mark is what is wrong with one field of a form.
type Mark struct {
	Field, Says string
	First       bool // it is the first that is wrong, and takes the focus
}

// Mark is what is wrong with a field; nothing where Says is "".
func (p *Reply) Mark(field string) Mark {
	for _, f := range []string{"text", "name", "mail", "site"} {
		if p.Wrong[f] != "" {
			return Mark{field, p.Wrong[field], f == field}
		}
	}
	return Mark{Field: field}
}

// reply is the form under an article, empty. The page is made anew when the thread closes or opens by the clock.
func (sh *sheet) reply(a article.Article) (*Reply, error) {
	sh.tags = append(sh.tags, tagTalk)
	on := article.Card{ID: a.ID, Published: a.Published, Sensitive: a.Sensitive}
	o, err := sh.Comments.Opening(sh.ctx, on, sh.now)
	if err != nil {
		return nil, err
	}
	sh.good(o.Until)
	if !o.Open {
		return &Reply{Shut: sh.shut(o)}, nil
	}
	rules, err := sh.Comments.Known(sh.ctx)
	return &Reply{Article: a.ID, Sites: rules.Sites, Inert: sh.glance != nil}, err
}

// tagTalk is on every page that shows what the rules for comments say.
const tagTalk = "talk"

// watchRules has the pages of articles made anew when the rules for comments are others.
func (s *Site) watchRules() {
	var version atomic.Int64
	job.Watch(s.Jobs, comment.RulesChanged, func(ctx context.Context, _ int64, _ time.Time) {
		rules, err := s.Comments.Rules(ctx)
		if err != nil {
			s.Log.Error("the rules for comments are not known; every article's page is made anew", "error", err)
		}
		if err != nil || version.Swap(rules.Version) != rules.Version { // what was learned of spam is told by the same event
			s.cache.Purge(tagTalk)
		}
	})
}

// shut says why nothing can be written under an article.
func (sh *sheet) shut(o comment.Opening) string {
	switch o.Why {
	case "off":
		return sh.t.T("This paper takes no comments at present.")
	case "sensitive":
		return sh.t.T("Out of regard for the people in it, this article takes no comments.")
	case "days":
		return sh.t.T("Comments are closed: this article has been out for some time.")
	case "night":
		return sh.t.T("Comments are closed for the night. They open again at {0}.", sh.t.Time(o.Opens.In(sh.now.Location())))
	}
	return sh.t.T("Comments on this article are closed.")
}

// safely lets through what the paper's own pages ask for, and nothing that another site sends; no answer is kept anywhere.
func (s *Site) safely(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		if s.guard.Check(r) != nil {
			return fault.Forbidden
		}
		return h(w, r)
	}
}

// post takes a comment.
func (s *Site) post(w http.ResponseWriter, r *http.Request) error {
	d, err := typed(r)
	if err != nil {
		return s.turned(w, r, d, err)
	}
	by := s.hand(r)
	if by.Owner == "" {
		by.Owner = comment.NewOwner()
	}
	c, err := s.Comments.Post(r.Context(), d, by, s.Clock())
	if err != nil {
		return s.turned(w, r, d, err)
	}
	s.keepOwner(w, r, by.Owner)
	to, err := s.placeOf(r, c)
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}

// typed reads what a form sent. What no text of ours may hold is left out of it, and said.
func typed(r *http.Request) (comment.Draft, error) {
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return comment.Draft{}, err
		}
		return comment.Draft{}, fault.Invalid("The form cannot be read: %w.", err)
	}
	f := fault.Form{}
	field := func(name string) string {
		said := r.Form.Get(name) // the article and its parent stand in the address, all else in the body
		clean := strings.ReplaceAll(strings.ToValidUTF8(said, "\uFFFD"), "\x00", "\uFFFD")
		if clean != said {
			f[name] = tongue.Word("Some of these characters arrived broken. Please look at the places marked with \uFFFD.")
		}
		return clean
	}
	d := comment.Draft{Text: field("text"), Name: field("name"), Mail: field("mail"), Site: field("site"), Key: field("key"), Trap: field("more")}
	d.Article, d.Parent = number(field("article")), number(field("parent"))
	return d, f.Err()
}

// number is an id as a form sends it; 0 if it is none.
func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // what is no number is no id of anything
	return n
}

// seeOther sends a browser on; a script of ours is told where to.
func seeOther(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Location", to)
	if r.Header.Get("X-Lede") != "" {
		w.WriteHeader(http.StatusCreated)
		return nil
	}
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// turned answers with what a reader should mend, or why nothing was kept, and with all that was typed.
func (s *Site) turned(w http.ResponseWriter, r *http.Request, d comment.Draft, err error) error {
	var form fault.Form
	var closed comment.Closed
	var banned comment.Banned
	var fast comment.TooFast
	p := Reply{Parent: d.Parent, Text: d.Text, Name: d.Name, Mail: d.Mail, Site: d.Site}
	switch {
	case errors.As(err, &form):
		p.Wrong = form
		return s.again(w, r, d, p, http.StatusUnprocessableEntity)
	}
	_, _, _ = closed, banned, fast
	return err
}

// again answers with the article's page, as it is for one reader whose comment was not taken.
func (s *Site) again(w http.ResponseWriter, r *http.Request, d comment.Draft, p Reply, status int) error {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	a, err := s.Articles.Public(sh.ctx, d.Article, sh.now)
	if err != nil {
		return err
	}
	sh.speak(sh.paper.Edition(a.Lang))
	x, err := sh.tell(a)
	if err != nil {
		return err
	}
	page, err := sh.articlePage(x)
	if err != nil {
		return err
	}
	page.Reply = sh.filledIn(p, page.Reply)
	drawn, err := s.draw(sh, viewArticle, page)
	if err != nil {
		return err
	}
	drawn = embeds(drawn, x.Body)
	drawn.Status = status
	return s.once(w, sh, drawn)
}

// filledIn is a form with what was typed into it; empty is the one that stands on the page, which may be shut.
func (sh *sheet) filledIn(p Reply, empty *Reply) *Reply {
	p.Article, p.Sites = empty.Article, empty.Sites
	if p.Shut == "" {
		p.Shut = empty.Shut
	}
	for field, says := range p.Wrong {
		p.Wrong[field] = sh.t.T(says)
	}
	return &p
}

// once answers with a page that nobody else gets.
func (s *Site) once(w http.ResponseWriter, sh *sheet, page web.Page) error {
	texts, names := web.Cut(page.Body)
	whole := []byte(texts[0])
	for i, name := range names {
		body, _, err := s.segment(sh.ctx, s.sharedAs(name), s.Clock())
		if err != nil {
			return err
		}
		whole = append(append(whole, body...), texts[i+1]...)
	}
	page.Body = whole
	web.WriteOnce(w, page)
	return nil
}

// The owner's cookie tells whoever wrote a comment from everybody else. It has the name of a secure one over TLS alone.
const (
	ownerCookie = "__Secure-lede-comment"
	plainOwner  = "lede-comment"
	ownerFor    = 365 * 24 * time.Hour
)

func (s *Site) ownerName(r *http.Request) (name string, secure bool) {
	if s.web.Scheme(r) == "https" {
		return ownerCookie, true
	}
	return plainOwner, false
}

// hand is what is known of whoever sends a request. It is asked for below /comment alone.
func (s *Site) hand(r *http.Request) comment.Hand {
	h := comment.Hand{Addr: s.web.Client(r)}
	name, _ := s.ownerName(r)
	if c, err := r.Cookie(name); err == nil && len(c.Value) == len(comment.NewOwner()) && utf8.ValidString(c.Value) {
		h.Owner = c.Value
	}
	if s.reader != nil {
		h.Reader, h.Named, h.Mail = s.reader(r)
	}
	return h
}

// keepOwner has the browser keep the owner's cookie, for a year from now on.
func (s *Site) keepOwner(w http.ResponseWriter, r *http.Request, value string) {
	name, secure := s.ownerName(r)
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/comment", MaxAge: int(ownerFor / time.Second), Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
