package move

import (
	"encoding/xml"
	"net/url"
	"strings"
	"time"

	"lede/comment"
)

// isWP tells whether an element is of WordPress's own: its namespace is https://wordpress.org/export/1.2/, in some version.
func isWP(n xml.Name) bool {
	return n.Space == "wp" || strings.Contains(n.Space, "wordpress.org/export/") && !strings.Contains(n.Space, "excerpt")
}

// readWXR reads the comments of a WXR file, as WordPress exports and imports it: https://github.com/WordPress/wordpress-importer.
func readWXR(x *exported, zone *time.Location, take func(origin, told) error) error {
	r := wxr{x: x, zone: zone, take: take}
	return x.children(func(e xml.StartElement) error {
		if e.Name.Local != "channel" {
			return nil
		}
		return x.children(r.channel)
	})
}

// wxr reads one file.
type wxr struct {
	x    *exported
	zone *time.Location
	take func(origin, told) error
	site string // its host
	ours bool   // a Lede wrote it
}

// channel reads an element of the channel.
func (r *wxr) channel(e xml.StartElement) error {
	switch {
	case e.Name.Local == "item":
		return r.item()
	case e.Name.Local == "link" && e.Name.Space == "" || isWP(e.Name) && (e.Name.Local == "base_blog_url" || e.Name.Local == "base_site_url"):
		text, err := r.x.text()
		if u, bad := url.Parse(strings.TrimSpace(text)); bad == nil && u.Host != "" && (r.site == "" || e.Name.Local == "base_blog_url") {
			r.site = strings.TrimPrefix(strings.ToLower(u.Host), "www.")
		}
		return err
	case e.Name.Local == "generator":
		text, err := r.x.text()
		r.ours = strings.TrimSpace(text) == generator
		return err
	}
	return nil
}

// item reads an article or a page, and hands on its comments once all is known of it.
func (r *wxr) item() error {
	var comments []map[string]string
	f, err := r.x.fields(func(e xml.StartElement) error {
		if !isWP(e.Name) || e.Name.Local != "comment" {
			return nil
		}
		c, err := r.x.fields(nil)
		comments = append(comments, c)
		return err
	})
	if err != nil {
		return err
	}
	o := origin{key: "wxr:" + r.site + ":" + f["post_id"], link: strings.TrimSpace(f["link"]), slug: f["post_name"], title: f["title"]}
	o.at = r.when(f["post_date_gmt"], f["post_date"])
	if f["post_id"] == "" {
		o.key += o.link
	}
	for _, c := range comments {
		if err := r.take(o, r.comment(c)); err != nil {
			return err
		}
	}
	return nil
}

// stateOf are WordPress's states; what is none of them waits.
var stateOf = map[string]comment.State{"1": comment.Shown, "approve": comment.Shown, "approved": comment.Shown, "0": comment.Held, "hold": comment.Held,
	"spam": comment.Spam, "trash": comment.Removed, "post-trashed": comment.Removed}

func (r *wxr) comment(f map[string]string) told {
	c := told{html: f["comment_content"], Arrival: comment.Arrival{Key: r.key(f["comment_id"]), State: comment.Held, At: r.when(f["comment_date_gmt"], f["comment_date"]),
		Name: f["comment_author"], Mail: f["comment_author_email"], Site: f["comment_author_url"]}}
	if s, ok := stateOf[strings.TrimSpace(f["comment_approved"])]; ok {
		c.State = s
	}
	if p := strings.TrimSpace(f["comment_parent"]); p != "" && p != "0" {
		c.Parent = r.key(p)
	}
	if kind := strings.TrimSpace(f["comment_type"]); kind != "" && kind != "comment" {
		c.other = kind
	}
	return c
}

// key is what a comment is known by; one that left a Lede is known by its id here.
func (r *wxr) key(id string) string {
	id = strings.TrimSpace(id)
	if r.ours {
		return "lede:" + id
	}
	return "wxr:" + r.site + ":" + id
}

// when reads a date in UTC, or else in the paper's zone; zero for neither.
func (r *wxr) when(gmt, local string) time.Time {
	if t, err := time.Parse(time.DateTime, strings.TrimSpace(gmt)); err == nil && t.Year() > 1 {
		return t
	}
	if t, err := time.ParseInLocation(time.DateTime, strings.TrimSpace(local), r.zone); err == nil && t.Year() > 1 {
		return t
	}
	return time.Time{}
}
