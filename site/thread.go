package site

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"lede/article"
	"lede/comment"
	"lede/internal/doc"
	"lede/paper"
)

// Thread is what readers wrote under an article, as far as a page has room for it.
type Thread struct {
	Count       int
	Marked      []Comment // what is pinned or featured stands above the others
	Comments    []Comment
	Oldest      bool  // the oldest come first
	Turned      *Link // the same, read from its other end
	Page, Pages int
	Prev, Next  *Link
}

// Comment is a comment with the replies to it. One that is gone has a place while replies to it are shown, and nothing else.
type Comment struct {
	ID        int64
	Anchored  bool // the page has it once only, or here first: links to it lead here
	Gone      bool
	Withdrawn bool // it is gone because its writer wished so
	Name      string
	Site      string // the writer's website
	Staff     bool
	Pinned    bool
	Featured  bool
	When      Stamp
	Edited    bool
	To        *Link // what it replies to, where it does not stand below that
	Text      template.HTML
	Open      bool // it can be replied to
	Replies   []Comment
	More      int // replies that have no room on this page
}

// inThread is what follows an article's address in that of the pages of its comments.
const inThread = "/comments"

func tagThread(id int64) string { return "thread:" + strconv.FormatInt(id, 10) }

// thread is a page of what was written under an article; nil while nothing was. Previews show none: what readers say stands in no
// relation to the moment that is looked at.
func (sh *sheet) thread(on article.Card, open bool) (*Thread, error) {
	sh.tags = append(sh.tags, tagThread(on.ID), tagTalk)
	rules, err := sh.Comments.Known(sh.ctx)
	if err != nil || rules.Off || sh.glance != nil {
		return nil, err
	}
	order := cmp.Or(sh.order, rules.Order)
	found, err := sh.Comments.Thread(sh.ctx, on.ID, order, sh.number)
	if err != nil || len(found.Branches)+len(found.Marked) == 0 {
		return nil, err
	}
	sh.good(paper.NextMidnight(sh.now)) // today's times become dates
	t := &Thread{Count: found.Shown, Page: found.Number, Pages: found.Pages}
	d := sh.teller(rules, open)
	t.Comments = d.all(found.Branches)
	t.Marked = d.all(found.Marked)
	t.link(on.Path+inThread, order, rules.Order)
	if found.Pages > 1 || len(found.Branches) > 1 {
		t.Turned = &Link{Href: threadHref(on.Path+inThread, turn(order), rules.Order, 1)}
	}
	return t, nil
}

func turn(o comment.Order) comment.Order {
	if o == comment.Newest {
		return comment.Oldest
	}
	return comment.Newest
}

// link leads to the pages beside this one.
func (t *Thread) link(path string, order, usual comment.Order) {
	t.Oldest = order == comment.Oldest
	if t.Page > 1 {
		t.Prev = &Link{Href: threadHref(path, order, usual, t.Page-1)}
	}
	if t.Page < t.Pages {
		t.Next = &Link{Href: threadHref(path, order, usual, t.Page+1)}
	}
}

// threadHref is the address of a page of a thread: what is usual is left out.
func threadHref(path string, order, usual comment.Order, number int) string {
	q := url.Values{}
	if order != usual {
		q.Set("order", string(order))
	}
	if number > 1 {
		q.Set("page", strconv.Itoa(number))
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// teller makes comments as a page shows them, of comments as they are kept.
type teller struct {
	*sheet
	show   doc.Show
	rules  comment.Rules
	open   bool
	placed map[int64]bool // what has its anchor
}

func (sh *sheet) teller(rules comment.Rules, open bool) *teller {
	return &teller{sheet: sh, show: doc.Show{Guest: true, T: sh.t.T}, rules: rules, open: open, placed: map[int64]bool{}}
}

func (d *teller) all(list []comment.Branch) []Comment {
	told := make([]Comment, len(list))
	for i, b := range list {
		told[i] = d.one(b.Comment, b.Gone)
		told[i].Replies, told[i].More = d.below(b, 1), b.More
	}
	return told
}

// below are the replies to a comment, set in as far as the rules go; what goes deeper stands flat, in the order in which it came.
func (d *teller) below(b comment.Branch, depth int) []Comment {
	var told []Comment
	for _, r := range b.Replies {
		c := d.one(r.Comment, r.Gone)
		if depth < d.rules.Deep {
			c.Replies = d.below(r, depth+1)
			told = append(told, c)
			continue
		}
		told = append(told, c)
		names := map[int64]string{r.ID: r.Name}
		for _, x := range flat(r) {
			c := d.one(x.Comment, x.Gone)
			if names[x.Parent] != "" {
				c.To = &Link{Href: "#" + anchorOf(x.Parent), Name: names[x.Parent]}
			}
			names[x.ID] = x.Name
			told = append(told, c)
		}
	}
	return told
}

// flat is all that stands below a comment, the oldest first.
func flat(b comment.Branch) []comment.Branch {
	var all []comment.Branch
	for _, r := range b.Replies {
		all = append(append(all, r), flat(r)...)
	}
	slices.SortFunc(all, func(a, b comment.Branch) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all
}

func (d *teller) one(c comment.Comment, gone bool) Comment {
	told := Comment{ID: c.ID, Gone: gone, Anchored: !d.placed[c.ID]}
	d.placed[c.ID] = true
	if gone {
		told.Withdrawn = c.ByOwner()
		return told
	}
	told.Name, told.Staff, told.Pinned, told.Featured = c.Name, c.Staff != 0, c.Pinned, c.Featured
	told.When, told.Edited, told.Open = d.brief(c.At), !c.Edited.IsZero(), d.open
	if d.rules.Sites {
		told.Site = c.Site
	}
	told.Text = comment.Tree(c.Text).HTML(d.show)
	return told
}

func anchorOf(id int64) string { return "comment-" + strconv.FormatInt(id, 10) }
