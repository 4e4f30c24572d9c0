package front

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"lede/internal/fault"
	"lede/paper"
)

// Alert is a line that stands on all the readers' pages in one language from Begins until Ends.
type Alert struct {
	ID, Version  int64
	Lang         string
	Text         string
	Link         string // where it leads, "/2026/11/flood" or "https://…", or ""
	Begins, Ends time.Time
	Added        time.Time
}

// longestAlert is how many characters an alert may have: two lines on a phone.
const longestAlert = 160

// farthest is how long an alert may stand: what is longer is no alert.
const farthest = 31 * 24 * time.Hour

// On tells whether the alert stands on the pages at now.
func (a Alert) On(now time.Time) bool { return !a.Begins.After(now) && a.Ends.After(now) }

// Ahead tells whether it is still to come.
func (a Alert) Ahead(now time.Time) bool { return a.Begins.After(now) && a.Ends.After(a.Begins) }

// clean makes one line of what was typed; without a beginning it begins now.
func (a Alert) clean(now time.Time) Alert {
	a.Text, a.Link = paper.Line(a.Text), strings.TrimSpace(a.Link)
	if a.Begins.IsZero() {
		a.Begins = now
	}
	return a
}

func (a Alert) check(now time.Time) error {
	f := fault.Form{}
	if a.Lang == "" {
		f["lang"] = "Say in which language it is."
	}
	switch n := utf8.RuneCountInString(a.Text); {
	case n == 0:
		f["text"] = "Say in a line what readers must know."
	case n > longestAlert:
		f["text"] = "An alert has at most 160 characters; put the rest into the article it leads to."
	}
	if !leads(a.Link) {
		f["link"] = "A link is an address of this paper (/2026/11/flood) or begins with https://."
	}
	switch {
	case a.Ends.IsZero():
		f["ends"] = "Say until when it stands."
	case !a.Ends.After(now):
		f["ends"] = "This time is over."
	case !a.Ends.After(a.Begins):
		f["ends"] = "It ends before it begins."
	case a.Ends.Sub(a.Begins) > farthest:
		f["ends"] = "An alert stands for 31 days at the most."
	}
	return f.Err()
}

// leads tells whether a link may stand in an alert.
func leads(link string) bool {
	if link == "" {
		return true
	}
	u, err := url.Parse(link)
	if err != nil || len(link) > 2000 || strings.ContainsAny(link, "\\\"<> ") {
		return false
	}
	if u.Scheme == "" {
		return u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(link, "//")
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
