package site

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/tongue"
)

// longestPost is the most that a form for comments may hold, in bytes: the longest comment a paper can allow, each byte of it as %XX.
const longestPost = 256 << 10

// Reply is the form for comments under an article, or what stands in its place.
type Reply struct {
	Article, Parent int64
	Sites           bool   // a website may be given
	Shut            string // why nothing can be written here, in place of the form; Text then is what was not taken
	Appeal          string // where to object to that
	Says            string // what is wrong with all of it
	Inert           bool   // it is only looked at: a preview
	Text, Name      string // as they were typed
	Mail, Site      string
	Follow          bool              // replies shall be mailed
	Wrong           map[string]string // what is to be mended, by field

	closed *comment.Opening // said in the language of the page once that is known; so are the others
	banned *comment.Measure
	says   string
}

// Mark is what is wrong with one field of a form.
type Mark struct {
	Field, Says string
	First       bool // it is the first that is wrong, and takes the focus
}

// Mark is what is wrong with a field; nothing where Says is "".
func (p *Reply) Mark(field string) Mark {
	return markOf(p.Wrong, field, "text", "name", "mail", "site")
}

// markOf is what is wrong with one of the fields of a form; the first that is wrong takes the focus.
func markOf(wrong map[string]string, field string, order ...string) Mark {
	for _, f := range order {
		if wrong[f] != "" {
			return Mark{field, wrong[field], f == field}
		}
	}
	return Mark{Field: field}
}

// reply is the form under an article, empty. The page is made anew when the thread closes or opens by the clock.
func (sh *sheet) reply(a article.Article) (*Reply, error) {
	sh.tags = append(sh.tags, tagTalk)
	return sh.form(article.Card{ID: a.ID, Published: a.Published, Sensitive: a.Sensitive})
}

func (sh *sheet) form(on article.Card) (*Reply, error) {
	o, err := sh.Comments.Opening(sh.ctx, on, sh.now)
	if err != nil {
		return nil, err
	}
	sh.good(o.Until)
	if !o.Open {
		return &Reply{Shut: sh.shut(o)}, nil
	}
	rules, err := sh.Comments.Known(sh.ctx)
	return &Reply{Article: on.ID, Sites: rules.Sites, Inert: sh.glance != nil}, err
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

// post takes a comment.
func (s *Site) post(w http.ResponseWriter, r *http.Request) error {
	d, err := typed(r)
	if err != nil {
		return s.turned(w, r, d, err)
	}
	d.Origin = s.accountOrigin(r)
	by := s.hand(r)
	if by.Owner == "" {
		by.Owner, by.Fresh = comment.NewOwner(), true
	}
	c, err := s.Comments.Post(r.Context(), d, by, s.Clock())
	if err != nil {
		return s.turned(w, r, d, err)
	}
	s.keepOwner(w, r, by.Owner)
	s.threads.ask(c.Article) // whoever wrote it is led to a page that has it: what tells every node is a moment later
	to, err := s.placeOf(r, c)
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}

// typed reads what a form sent. What no text of ours may hold is left out of it, and said.
func typed(r *http.Request) (comment.Draft, error) {
	f := fault.Form{}
	field, err := fields(r, f)
	if err != nil {
		return comment.Draft{}, err
	}
	d := comment.Draft{Text: field("text"), Name: field("name"), Mail: field("mail"), Site: field("site"), Key: field("key"), Trap: field("more")}
	d.Article, d.Parent, d.Follow = number(field("article")), number(field("parent")), field("follow") != ""
	return d, f.Err()
}

// fields reads a form field by field. What it gives holds nothing that no text of ours may hold; wrong then says where that was.
func fields(r *http.Request, wrong fault.Form) (func(name string) string, error) {
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		return nil, fault.Invalid("The form cannot be read: %w.", err)
	}
	return func(name string) string {
		said := r.Form.Get(name) // what a form is about may stand in its address, all else is in the body
		clean := strings.ReplaceAll(strings.ToValidUTF8(said, "\uFFFD"), "\x00", "\uFFFD")
		if clean != said {
			wrong[name] = tongue.Word("Some of these characters arrived broken. Please look at the places marked with \uFFFD.")
		}
		return clean
	}, nil
}

// number is an id as a form sends it; 0 if it is none.
func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // what is no number is no id of anything
	return n
}
