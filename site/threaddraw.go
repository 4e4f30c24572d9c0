package site

import (
	"html"
	"html/template"
	"strconv"
	"strings"

	"lede/internal/tongue"
)

// comments draws a list of comments. A page of a long thread holds some 120, and a busy one is made anew three times a second: what a
// template takes two milliseconds for is done here in a tenth of that.
func comments(t *tongue.Tongue, list []Comment) template.HTML {
	w := commentWriter{t: t}
	w.Grow(600 * (1 + len(list)))
	for i := range list {
		w.comment(&list[i])
	}
	return template.HTML(w.String()) // of texts that are escaped here, and of doc's HTML
}

// commentWriter writes comments; said are the words of the interface that each of them has.
type commentWriter struct {
	strings.Builder
	t    *tongue.Tongue
	said struct{ reply, report string }
}

func (w *commentWriter) comment(c *Comment) {
	id := strconv.FormatInt(c.ID, 10)
	if c.Anchored {
		w.put(`<li id="comment-`, id, `">`)
	} else {
		w.put(`<li>`)
	}
	if c.Gone {
		w.gap(c)
	} else {
		w.head(c, id)
		w.put(`<div class="words">`, string(c.Text), `</div>`)
		w.ways(c, id)
	}
	if len(c.Replies) > 0 {
		w.put(`<ol>`)
		for i := range c.Replies {
			w.comment(&c.Replies[i])
		}
		w.put(`</ol>`)
	}
	if c.More > 0 {
		w.put(`<p class="more"><a href="/comment/`, id, `/replies">`, html.EscapeString(w.t.N(c.More, "{n} more replies")), `</a></p>`)
	}
}

func (w *commentWriter) put(pieces ...string) {
	for _, p := range pieces {
		w.WriteString(p)
	}
}

func (w *commentWriter) gap(c *Comment) {
	says := w.t.T("This comment is not shown.")
	if c.Withdrawn {
		says = w.t.T("Its writer withdrew this comment.")
	}
	w.put(`<p class="meta">`, html.EscapeString(says), `</p>`)
}

// head says who wrote it, and when.
func (w *commentWriter) head(c *Comment, id string) {
	name := `<bdi>` + html.EscapeString(c.Name) + `</bdi>`
	if strings.HasPrefix(c.Site, "https://") || strings.HasPrefix(c.Site, "http://") {
		name = `<a href="` + html.EscapeString(c.Site) + `" rel="nofollow ugc">` + name + `</a>`
	}
	w.put(`<p class="by"><b>`, name, `</b>`)
	if c.Staff {
		w.mark(w.t.T("Staff"))
	}
	if c.Pinned {
		w.mark(w.t.T("Pinned"))
	} else if c.Featured {
		w.mark(w.t.T("Featured"))
	}
	w.put(` <a href="/comment/`, id, `" rel="nofollow">`, string(stamp(c.When)), `</a>`)
	if c.Edited {
		w.put(` <span>`, html.EscapeString(w.t.T("edited")), `</span>`)
	}
	w.put(`</p>`)
	if c.To != nil {
		w.put(`<p class="meta"><a href="`, html.EscapeString(c.To.Href), `">`, html.EscapeString(w.t.T("In reply to {0}", c.To.Name)), `</a></p>`)
	}
}

func (w *commentWriter) mark(says string) {
	w.put(` <span class="mark">`, html.EscapeString(says), `</span>`)
}

// ways leads to what a reader can do about it.
func (w *commentWriter) ways(c *Comment, id string) {
	if w.said.report == "" {
		w.said.reply, w.said.report = html.EscapeString(w.t.T("Reply")), html.EscapeString(w.t.T("Report"))
	}
	w.put(`<p class="do">`)
	if c.Open {
		w.put(`<a href="/comment/`, id, `/reply" rel="nofollow">`, w.said.reply, `</a>`)
	}
	w.put(`<a href="/comment/`, id, `/report" rel="nofollow">`, w.said.report, `</a></p>`)
}
