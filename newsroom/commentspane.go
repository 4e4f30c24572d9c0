package newsroom

import (
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lede/article"
	"lede/comment"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/section"
	"lede/staff"
)

// commentPane is one comment with all that is needed to judge it.
type commentPane struct {
	comment.Comment
	Ask      commentAsk
	At, When string
	About    string // "replies, guest, English"
	NameHeld bool   // the name is among what held it
	Text     [][]commentPiece
	Drawn    template.HTML // as readers will see it, where that is not the text itself
	On       commentOn
	To       *commentTo
	Reported []reportLine
	Head     string
	Decided  string // by whom, where it is not any more what the list shows
	Past     []pastVerdict
	Acts     commentActs
	Next     string // the addresses of its neighbours in the list
	Former   string
	Known    *commentPerson
	Key      string // makes of two clicks on a reply one
	Me       string
	Whys     []comment.Why
	Open     string     // which of the forms is open, because what was typed there is to be mended
	Wrong    fault.Form // what is
	Typed    string
}

// commentPiece is a part of a text; held tells that it is among what held it.
type commentPiece struct {
	Says string
	Held bool
}

// commentOn is the article and its thread.
type commentOn struct {
	Headline, Href, Says, Lang string
	Thread                     string // "Open until 24 Dec."
	Switch                     []option
	All                        string
}

// commentTo is what a comment replies to.
type commentTo struct{ Name, When, State, Text, Href string }

// reportLine is one report that nobody has decided.
type reportLine struct{ Why, Text, By string }

// pastVerdict is what was decided before; Stands tells that it is the last that was, and can be undone.
type pastVerdict struct {
	Says, Note string
	Stands     bool
}

// commentActs says which verdicts can be given; where one cannot, Done is the word for where it stands.
type commentActs struct {
	Show, Refuse, Spam string // what the button says; "" where it is so already
	Hold, Marks        bool
	Refused            string // the state of a refusal
}

func (v *visit) commentPane(c comment.Comment, list []comment.Comment, page commentsPage, tree section.Tree) (*commentPane, error) {
	p := &commentPane{Comment: c, Ask: page.Ask, At: c.At.Format(time.RFC3339), When: moment(c.At.In(v.now.Location()), v.now), About: aboutComment(c), Key: doc.NewID(),
		Me: v.person.Name, Whys: page.Whys, Acts: actsOn(c), Wrong: fault.Form{}}
	p.Text, p.NameHeld = heldPassages(c)
	p.Drawn = drawnComment(c)
	if i := slices.IndexFunc(list, func(o comment.Comment) bool { return o.ID == c.ID }); i >= 0 {
		if i+1 < len(list) {
			p.Next = page.Ask.To(list[i+1].ID, "")
		}
		if i > 0 {
			p.Former = page.Ask.To(list[i-1].ID, "")
		}
	}
	var err error
	if p.On, err = v.commentOn(c, page.Ask, tree); err != nil {
		return nil, err
	}
	if p.To, err = v.commentTo(c); err != nil {
		return nil, err
	}
	if err := v.reported(p); err != nil {
		return nil, err
	}
	if err := v.pastVerdicts(p); err != nil {
		return nil, err
	}
	if v.person.May(staff.Read, staff.Readers, true) || page.May {
		p.Known, err = v.commentPerson(c, page)
	}
	return p, err
}

func aboutComment(c comment.Comment) string {
	who := "guest"
	switch {
	case c.Staff != 0:
		who = "staff"
	case c.Reader != 0:
		who = "reader with an account"
	}
	about := who + ", " + tongue.For("en").Language(c.Lang)
	if c.Parent != 0 {
		about = "replies, " + about
	}
	if !c.Edited.IsZero() {
		about += ", edited"
	}
	return about
}

func actsOn(c comment.Comment) commentActs {
	a := commentActs{Show: "Show", Refuse: "Refuse…", Spam: "Spam", Hold: c.State != comment.Held, Refused: string(comment.Refused)}
	if c.ByOwner() || c.Why == comment.Erasure {
		return commentActs{}
	}
	switch c.State {
	case comment.Shown:
		a.Show, a.Refuse, a.Refused, a.Marks = "", "Remove…", string(comment.Removed), true
		if c.Reports > 0 {
			a.Show = "Keep"
		}
	case comment.Spam:
		a.Spam = ""
	}
	return a
}

// heldPassages cuts a text into paragraphs, and these where a passage begins or ends that was among what held it. Passages behind the
// text are of the name.
func heldPassages(c comment.Comment) (paragraphs [][]commentPiece, name bool) {
	held := make([]bool, len(c.Text))
	for _, r := range c.Reasons {
		for _, m := range r.Marks {
			if len(m) != 2 {
				continue
			}
			name = name || m[1] > len(c.Text)
			for i := max(0, m[0]); i < min(m[1], len(c.Text)); i++ {
				held[i] = true
			}
		}
	}
	for i := range held {
		if !utf8.RuneStart(c.Text[i]) { // a letter is marked whole or not
			held[i] = held[i-1]
		}
	}
	at := 0
	for part := range strings.SplitAfterSeq(c.Text, "\n\n") {
		var pieces []commentPiece
		from := at
		for i := at; i <= at+len(part); i++ {
			if i < at+len(part) && held[i] == held[from] {
				continue
			}
			if says := strings.Trim(c.Text[from:i], "\n"); says != "" {
				pieces = append(pieces, commentPiece{c.Text[from:i], held[from]})
			}
			from = i
		}
		if len(pieces) > 0 {
			pieces[len(pieces)-1].Says = strings.TrimRight(pieces[len(pieces)-1].Says, "\n")
			paragraphs = append(paragraphs, pieces)
		}
		at += len(part)
	}
	return paragraphs, name
}

// drawnComment is a text with quotations, bold or italics as readers will see it, "" for one that has none.
func drawnComment(c comment.Comment) template.HTML {
	tree := comment.Tree(c.Text)
	for n := range tree.All() {
		if n.Type == "quote" || slices.ContainsFunc(n.Marks, func(m doc.Mark) bool { return m.Type != "link" }) {
			return tree.HTML(doc.Show{Guest: true, Inert: true})
		}
	}
	return ""
}

// commentOn tells of the article, and of its thread.
func (v *visit) commentOn(c comment.Comment, ask commentAsk, tree section.Tree) (commentOn, error) {
	a, err := v.Articles.Get(v.ctx(), c.Article)
	if errors.Is(err, fault.NotFound) {
		return commentOn{Headline: "An article that is gone"}, nil
	}
	if err != nil {
		return commentOn{}, err
	}
	id := strconv.FormatInt(a.ID, 10)
	on := commentOn{Headline: a.Headline, Lang: a.Lang, Href: "/newsroom/article/" + id, All: commentsPath + "?state=all&article=" + id}
	var says []string
	if len(a.Sections) > 0 {
		if s, ok := tree.Get(a.Sections[0]); ok {
			says = append(says, s.NameIn("en"))
		}
	}
	if !a.Published.IsZero() {
		says = append(says, "published "+moment(a.Published.In(v.now.Location()), v.now))
	}
	counts, err := v.Comments.Counts(v.ctx(), a.ID)
	if err != nil {
		return on, err
	}
	says = append(says, plural(counts[a.ID], "comment"))
	on.Says = strings.Join(says, ", ")
	return on, v.threadState(&on, a)
}

func plural(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// threadState says whether something can be written under the article, and what a moderator can change about it.
func (v *visit) threadState(on *commentOn, a article.Article) error {
	card, err := v.Articles.Card(v.ctx(), a.ID, v.now)
	if err != nil {
		on.Thread = "Readers do not see the article now."
		if errors.As(err, new(article.Taken)) || errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) {
			return nil
		}
		return err
	}
	open, err := v.Comments.Opening(v.ctx(), card, v.now)
	if err != nil {
		return err
	}
	own, err := v.Comments.Switched(v.ctx(), a.ID)
	if err != nil {
		return err
	}
	on.Thread = v.openingSays(open, own)
	if open.Why == "off" {
		return nil
	}
	if own != comment.ByRules {
		on.Switch = append(on.Switch, option{Value: "rules", Name: "Go by the rules"})
	}
	if open.Open {
		on.Switch = append(on.Switch, option{Value: comment.KeptClosed, Name: "Close the thread"})
	} else if open.Why != "night" {
		on.Switch = append(on.Switch, option{Value: comment.KeptOpen, Name: "Open the thread"})
	}
	return nil
}

func (v *visit) openingSays(o comment.Opening, own string) string {
	until := ""
	if !o.Until.IsZero() {
		until = " until " + moment(o.Until.In(v.now.Location()), v.now)
	}
	switch {
	case o.Open && own == comment.KeptOpen:
		return "Kept open" + until + "."
	case o.Open:
		return "Open" + until + "."
	}
	return map[string]string{"off": "The paper takes no comments.", "sensitive": "Closed: the article is sensitive.", "closed": "Closed by hand.", "days": "Closed: the article is old.",
		"night": "Closed for the night" + until + "."}[o.Why]
}

// commentTo is the comment that this one replies to, nil for none.
func (v *visit) commentTo(c comment.Comment) (*commentTo, error) {
	if c.Parent == 0 {
		return nil, nil
	}
	to, err := v.Comments.Get(v.ctx(), c.Parent)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return &commentTo{to.Name, v.shortly(to.At), string(to.State), cut(to.Text, 400), commentsPath + "/" + strconv.FormatInt(to.ID, 10)}, err
}

// reported lists the open reports of a comment.
func (v *visit) reported(p *commentPane) error {
	if p.Reports == 0 {
		return nil
	}
	all, err := v.Comments.NoticesOf(v.ctx(), p.ID)
	for _, n := range all {
		if n.State == comment.Open {
			by := "by somebody"
			if n.Name != "" {
				by = "by " + n.Name
			}
			why := "It " + comment.WhySays(n.Reason)
			if n.Reason == comment.Other {
				why = "Something else"
			}
			p.Reported = append(p.Reported, reportLine{why + ".", n.Text, by + ", " + v.shortly(n.At)})
		}
	}
	return err
}

// pastVerdicts says what was decided, by whom, and what the guard saw.
func (v *visit) pastVerdicts(p *commentPane) error {
	all, err := v.Comments.Decisions(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	f, err := v.faces()
	if err != nil {
		return err
	}
	if page := p.Ask.State; page != "" && page != p.State {
		p.Decided, _ = v.firstSays(p.Comment)
	}
	p.Head = "What the guard saw"
	if p.State == comment.Held {
		p.Head = "Why it is held"
	}
	stands := slices.IndexFunc(all, func(d comment.Decision) bool { return !d.Undone })
	for i, d := range all {
		says := fmt.Sprintf("%s %s %s", f.who(d.By).Name, judged(d.After, "it"), v.atMoment(d.At))
		if d.Why != "" {
			says += ": " + comment.WhySays(d.Why)
		}
		if d.Undone {
			says += " (undone)"
		}
		p.Past = append(p.Past, pastVerdict{says + ".", d.Note, i == stands && p.Acts.Refuse != ""})
	}
	if p.ByOwner() {
		p.Past = slices.Insert(p.Past, 0, pastVerdict{Says: "Its writer withdrew it."})
	}
	return nil
}

// judged is what somebody did to it ("it", "this") who brought a comment into a state.
func judged(to comment.State, it string) string {
	switch to {
	case comment.Shown:
		return "showed " + it
	case comment.Refused:
		return "refused " + it
	case comment.Removed:
		return "removed " + it
	case comment.Spam:
		return "called " + it + " spam"
	}
	return "put " + it + " back"
}

// atMoment is a moment within a sentence.
func (v *visit) atMoment(t time.Time) string {
	if says := moment(t.In(v.now.Location()), v.now); len(says) > 5 {
		return "on " + says
	}
	return "at " + clock(t.In(v.now.Location()))
}
