package move

import (
	"encoding/xml"
	"strings"
	"time"

	"lede/comment"
)

// readDisqus reads an export of Disqus: https://help.disqus.com/en/articles/1717164-comments-export. Threads come first, then posts that
// name their thread and what they reply to.
func readDisqus(x *exported, _ *time.Location, take func(origin, told) error) error {
	threads := map[string]origin{}
	return x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "thread":
			id := idOf(e)
			f, err := x.fields(nil)
			threads[id] = origin{key: "disqus:" + id, link: strings.TrimSpace(f["link"]), title: f["title"], at: disqusTime(f["createdAt"])}
			return err
		case "post":
			c, thread, err := disqusPost(x, idOf(e))
			if err != nil {
				return err
			}
			o, ok := threads[thread]
			if !ok {
				o = origin{key: "disqus:" + thread, title: "thread " + thread + " of Disqus, which the file does not hold"}
			}
			return take(o, c)
		}
		return nil
	})
}

// disqusPost reads one post, and the id of its thread.
func disqusPost(x *exported, id string) (c told, thread string, err error) {
	parent, author := "", map[string]string{}
	f, err := x.fields(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "thread":
			thread = idOf(e)
		case "parent":
			parent = idOf(e)
		case "author":
			author, err = x.fields(nil)
		}
		return err
	})
	c = told{html: f["message"], Arrival: comment.Arrival{Key: "disqus:" + id, State: comment.Shown, At: disqusTime(f["createdAt"]), Name: author["name"], Mail: author["email"]}}
	if strings.TrimSpace(c.Name) == "" {
		c.Name = author["username"]
	}
	if parent != "" {
		c.Parent = "disqus:" + parent
	}
	switch {
	case isTrue(f["isSpam"]):
		c.State = comment.Spam
	case isTrue(f["isDeleted"]):
		c.State = comment.Removed
	case f["isApproved"] != "" && !isTrue(f["isApproved"]):
		c.State = comment.Held
	}
	return c, thread, err
}

// idOf is the dsq:id of an element.
func idOf(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" {
			return a.Value
		}
	}
	return ""
}

func isTrue(s string) bool { s = strings.TrimSpace(s); return s == "true" || s == "1" }

func disqusTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil {
		return time.Time{}
	}
	return t
}
