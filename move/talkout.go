package move

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lede/article"
	"lede/comment"
	"lede/internal/fault"
	"lede/paper"
)

// generator is what a file says that this program wrote.
const generator = "Lede"

// Hand writes all comments of the paper to w, in whatever state but for those that were erased, those of one article together and the oldest of them first: as WXR,
// which WordPress's importer takes, as JSON or as CSV. It streams. The addresses of those who wrote are in it, and that it
// was asked for is recorded.
func (t Talk) Hand(ctx context.Context, format string, w io.Writer, now time.Time) error {
	settings, err := t.Papers.Get(ctx)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 64<<10)
	var to handing
	switch format {
	case WXR:
		to = &wxrHanding{b, settings}
	case JSON:
		to = &jsonHanding{Writer: b, paper: settings}
	case CSV:
		to = &csvHanding{csv.NewWriter(b), settings}
	default:
		return fault.Invalid("Comments are exported as %s, %s or %s.", WXR, JSON, CSV)
	}
	if err := t.Comments.Handed(ctx, format, now); err != nil {
		return err
	}
	if err := to.begin(now); err != nil {
		return err
	}
	if err := t.handAll(ctx, to); err != nil {
		return err
	}
	if err := to.end(); err != nil {
		return err
	}
	return b.Flush()
}

func (t Talk) handAll(ctx context.Context, to handing) error {
	ids, err := t.Comments.Discussed(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		a, err := t.Articles.Get(ctx, id)
		if errors.Is(err, fault.NotFound) {
			a, err = article.Article{ID: id}, nil
		}
		if err != nil {
			return err
		}
		if err := to.article(a); err != nil {
			return err
		}
		err = t.Comments.Under(ctx, id, func(k comment.Kept) error {
			if k.Why == comment.Erasure {
				return nil
			}
			return to.comment(k)
		})
		if err != nil {
			return err
		}
		if err := to.over(); err != nil {
			return err
		}
	}
	return nil
}

// handing writes one format: begin, then for each article article, its comments and over, then end.
type handing interface {
	begin(now time.Time) error
	article(article.Article) error
	comment(comment.Kept) error
	over() error
	end() error
}

// wxrHanding writes WXR 1.2. An item stands for each article, so that the comments have something to stand under: WordPress finds the
// article again by its title and date, or makes one.
type wxrHanding struct {
	*bufio.Writer
	paper paper.Paper
}

// x is a text for XML.
func x(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

func (w *wxrHanding) begin(now time.Time) error {
	_, err := fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>%s</title>
<link>%s</link>
<description>%s</description>
<pubDate>%s</pubDate>
<language>%s</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>%[2]s</wp:base_site_url>
<wp:base_blog_url>%[2]s</wp:base_blog_url>
<generator>%[6]s</generator>
`, x(w.paper.Name), x(w.paper.Address), x(w.paper.Motto), now.UTC().Format(time.RFC1123Z), x(w.paper.Main()), x(generator))
	return err
}

func (w *wxrHanding) article(a article.Article) error {
	state := "draft"
	if !a.Published.IsZero() && a.Withdrawn.IsZero() {
		state = "publish"
	}
	slug := a.Path[strings.LastIndex(a.Path, "/")+1:]
	_, err := fmt.Fprintf(w, `<item>
<title>%s</title>
<link>%s</link>
<pubDate>%s</pubDate>
<dc:creator></dc:creator>
<guid isPermaLink="false">%s</guid>
<description></description>
<content:encoded></content:encoded>
<excerpt:encoded></excerpt:encoded>
<wp:post_id>%d</wp:post_id>
<wp:post_date>%s</wp:post_date>
<wp:post_date_gmt>%s</wp:post_date_gmt>
<wp:comment_status>open</wp:comment_status>
<wp:ping_status>closed</wp:ping_status>
<wp:post_name>%s</wp:post_name>
<wp:status>%s</wp:status>
<wp:post_parent>0</wp:post_parent>
<wp:menu_order>0</wp:menu_order>
<wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password>
<wp:is_sticky>0</wp:is_sticky>
`, x(a.Headline), x(w.paper.Address+a.Path), dated(a.Published, time.RFC1123Z), x(w.paper.Address+a.Path), a.ID,
		dated(a.Published.In(w.paper.Clock()), time.DateTime), dated(a.Published.UTC(), time.DateTime), x(slug), state)
	return err
}

// dated is a time in a layout, or WordPress's word for none.
func dated(t time.Time, layout string) string {
	switch {
	case !t.IsZero():
		return t.Format(layout)
	case layout == time.DateTime:
		return "0000-00-00 00:00:00"
	}
	return ""
}

// approved are WordPress's states. It has none for what was refused.
var approved = map[comment.State]string{comment.Shown: "1", comment.Held: "0", comment.Spam: "spam", comment.Refused: "trash", comment.Removed: "trash"}

func (w *wxrHanding) comment(c comment.Kept) error {
	_, err := fmt.Fprintf(w, `<wp:comment>
<wp:comment_id>%d</wp:comment_id>
<wp:comment_author>%s</wp:comment_author>
<wp:comment_author_email>%s</wp:comment_author_email>
<wp:comment_author_url>%s</wp:comment_author_url>
<wp:comment_author_IP></wp:comment_author_IP>
<wp:comment_date>%s</wp:comment_date>
<wp:comment_date_gmt>%s</wp:comment_date_gmt>
<wp:comment_content>%s</wp:comment_content>
<wp:comment_approved>%s</wp:comment_approved>
<wp:comment_type>comment</wp:comment_type>
<wp:comment_parent>%d</wp:comment_parent>
<wp:comment_user_id>0</wp:comment_user_id>
</wp:comment>
`, c.ID, x(c.Name), x(c.Mail), x(c.Site), c.At.In(w.paper.Clock()).Format(time.DateTime), c.At.UTC().Format(time.DateTime), x(htmlText(c.Text)), approved[c.State], c.Parent)
	return err
}

func (w *wxrHanding) over() error { _, err := w.WriteString("</item>\n"); return err }

func (w *wxrHanding) end() error { _, err := w.WriteString("</channel>\n</rss>\n"); return err }

// jsonHanding writes the JSON that docs/running.md tells of: one comment on a line.
type jsonHanding struct {
	*bufio.Writer
	paper paper.Paper
	on    article.Article
	some  bool
}

// jsonVersion is that of the JSON: it grows when something in it changes that a reader of it must know.
const jsonVersion = 1

// jsonComment is a comment as it is handed out.
type jsonComment struct {
	ID       string     `json:"id"`
	Article  string     `json:"article"`
	URL      string     `json:"url,omitempty"`
	Headline string     `json:"headline,omitempty"`
	Parent   string     `json:"parent,omitempty"`
	State    string     `json:"state"`
	Why      string     `json:"why,omitempty"`
	At       time.Time  `json:"at"`
	Edited   *time.Time `json:"edited,omitempty"`
	Name     string     `json:"name"`
	Mail     string     `json:"mail,omitempty"`
	Site     string     `json:"site,omitempty"`
	Lang     string     `json:"lang"`
	Staff    bool       `json:"staff,omitempty"`
	Pinned   bool       `json:"pinned,omitempty"`
	Featured bool       `json:"featured,omitempty"`
	Text     string     `json:"text"`
	HTML     string     `json:"html"`
}

func (w *jsonHanding) begin(now time.Time) error {
	head, err := json.Marshal(struct {
		Format  string    `json:"format"`
		Version int       `json:"version"`
		Paper   string    `json:"paper"`
		Address string    `json:"address,omitempty"`
		At      time.Time `json:"at"`
	}{"lede-comments", jsonVersion, w.paper.Name, w.paper.Address, now.UTC()})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s,\"comments\":[", head[:len(head)-1])
	return err
}

func (w *jsonHanding) article(a article.Article) error { w.on = a; return nil }

func (w *jsonHanding) comment(c comment.Kept) error {
	one := jsonComment{ID: id(c.ID), Article: id(c.Article), Headline: w.on.Headline, State: string(c.State), Why: c.Why, At: c.At, Name: c.Name, Mail: c.Mail, Site: c.Site,
		Lang: c.Lang, Staff: c.Staff != 0, Pinned: c.Pinned, Featured: c.Featured, Text: c.Text, HTML: htmlText(c.Text)}
	if w.on.Path != "" {
		one.URL = w.paper.Address + w.on.Path
	}
	if c.Parent != 0 {
		one.Parent = id(c.Parent)
	}
	if !c.Edited.IsZero() {
		one.Edited = &c.Edited
	}
	line, err := json.Marshal(one)
	if err != nil {
		return err
	}
	between := "\n"
	if w.some {
		between = ",\n"
	}
	w.some = true
	_, err = fmt.Fprintf(w, "%s%s", between, line)
	return err
}

// id is a number as text: as a number it is too long for what reads JSON in a browser.
func id(n int64) string { return strconv.FormatInt(n, 10) }

func (w *jsonHanding) over() error { return nil }

func (w *jsonHanding) end() error { _, err := w.WriteString("\n]}\n"); return err }

// csvHanding writes a table for spreadsheets.
type csvHanding struct {
	*csv.Writer
	paper paper.Paper
}

func (w *csvHanding) begin(time.Time) error {
	return w.Write([]string{"id", "article", "parent", "state", "at", "name", "mail", "site", "text"})
}

func (w *csvHanding) article(article.Article) error { return nil }

func (w *csvHanding) comment(c comment.Kept) error {
	parent := ""
	if c.Parent != 0 {
		parent = id(c.Parent)
	}
	return w.Write([]string{id(c.ID), id(c.Article), parent, string(c.State), c.At.In(w.paper.Clock()).Format(time.RFC3339), cell(c.Name), cell(c.Mail), cell(c.Site), cell(c.Text)})
}

// cell is a text that no spreadsheet takes for a formula.
func cell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

func (w *csvHanding) over() error { return nil }

func (w *csvHanding) end() error {
	w.Flush()
	return w.Error()
}
