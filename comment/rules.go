package comment

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/paper"
	"lede/section"
)

// Mode is what becomes of an ordinary comment.
type Mode string

// The modes.
const (
	HoldAll   Mode = "hold all"
	HoldFirst Mode = "hold first" // until one of this person was shown
	ShowAll   Mode = "show all"
)

// Modes are all modes, the most careful first.
func Modes() []Mode { return []Mode{HoldAll, HoldFirst, ShowAll} }

// Order is how a thread is read.
type Order string

// The orders.
const (
	Newest Order = "newest"
	Oldest Order = "oldest"
)

// Rules are what the paper has decided about comments.
type Rules struct {
	Version  int64          `json:"-"`
	Off      bool           `json:"off,omitempty"` // no comments anywhere
	Mode     Mode           `json:"mode"`
	Sections map[int64]Mode `json:"sections,omitempty"` // where it is otherwise: there and in the sections below
	Order    Order          `json:"order"`
	Sites    bool           `json:"sites,omitempty"`    // a website may be given
	Accounts bool           `json:"accounts"`           // readers may have an account
	Longest  int            `json:"longest"`            // characters of a comment
	Deep     int            `json:"deep"`               // how far replies are set in; beyond, they stand flat
	Links    int            `json:"links"`              // held from so many links
	First    int            `json:"first"`              // held from so many links where nothing of the person was shown yet
	Fast     int            `json:"fast"`               // held beyond so many from one network in ten minutes
	Faster   int            `json:"faster"`             // refused beyond so many of one person in ten minutes
	Score    int            `json:"score"`              // held from this score for spam on
	Days     int            `json:"days"`               // closed so many days after publication; 0 for never
	Night    Hours          `json:"night,omitzero"`     // closed by the paper's clock
	Delicate bool           `json:"delicate,omitempty"` // sensitive articles are open as the others are
	Reserved []string       `json:"reserved,omitempty"` // names that nobody may take
	Digest   Digest         `json:"digest,omitzero"`

	staff []string // the skeletons of names that are kept as well: those of the staff, and of the paper
}

// Hours are a time of the day, "23:00" to "06:30", perhaps over midnight; empty for none.
type Hours struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// Digest is the mail to moderators of what waits.
type Digest struct {
	To []string `json:"to,omitempty"` // addresses
	At string   `json:"at,omitempty"` // "08:00" by the paper's clock
}

// NewRules are the rules of a new paper.
func NewRules() Rules {
	return Rules{Mode: HoldFirst, Order: Newest, Accounts: true, Longest: 5000, Deep: 3, Links: 3, First: 1, Fast: 20, Faster: 10, Score: 80, Days: 30}
}

// Check says field by field what is to be mended.
func (r Rules) Check() error {
	f := fault.Form{}
	if !slices.Contains(Modes(), r.Mode) {
		f["mode"] = "Say what becomes of an ordinary comment."
	}
	for _, m := range r.Sections {
		if !slices.Contains(Modes(), m) {
			f["sections"] = "Say what becomes of comments in the section."
		}
	}
	if r.Longest < 100 || r.Longest > 20_000 {
		f["longest"] = "A comment may have 100 to 20,000 characters."
	}
	if r.Deep < 1 || r.Deep > 8 {
		f["deep"] = "Replies may be set in 1 to 8 times."
	}
	if r.Score < 1 || r.Score > 100 {
		f["score"] = "The score is a number from 1 to 100."
	}
	for field, n := range map[string]int{"links": r.Links, "first": r.First, "fast": r.Fast, "faster": r.Faster} {
		if n < 1 || n > 100_000 {
			f[field] = "Give a number from 1 on."
		}
	}
	if r.Days < 0 || r.Days > 36_500 {
		f["days"] = "Give a number of days, or 0 for never."
	}
	switch {
	case r.Night.none():
	case !isClock(r.Night.From) || !isClock(r.Night.Until):
		f["night"] = "An hour is written as 23:00; leave both empty to stay open at night."
	case r.Night.From == r.Night.Until:
		f["night"] = "Threads must open at another hour than they close."
	}
	r.Digest.check(f)
	if slices.ContainsFunc(r.Reserved, func(name string) bool { return Length(name) > longestName }) || len(r.Reserved) > mostReserved {
		f["reserved"] = "A name has up to 60 characters, and there are up to 500 names."
	}
	if r.Order != Newest && r.Order != Oldest {
		f["order"] = "Say which comments come first."
	}
	return f.Err()
}

// Bounds of what the rules hold.
const (
	mostReserved = 500
	mostDigests  = 20
)

func (d Digest) check(f fault.Form) {
	if len(d.To) > 0 && d.At == "" || d.At != "" && !isClock(d.At) {
		f["at"] = "An hour is written as 08:00."
	}
	for _, to := range d.To {
		if !isMail(to) {
			f["to"] = "This is no e-mail address: " + to
		}
	}
	if len(d.To) > mostDigests {
		f["to"] = "The digest goes to up to 20 addresses."
	}
}

func isClock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == 5
}

// In is the mode of a section: its own, else that of the nearest one above it, else the paper's.
func (r Rules) In(tree section.Tree, id int64) Mode {
	for _, s := range tree.Line(id) {
		if m, ok := r.Sections[s.ID]; ok {
			return m
		}
	}
	return r.Mode
}

// Kept tells whether a name is kept for the paper and its staff, however it is spelt.
func (r Rules) Kept(name string) bool {
	bare := Skeleton(name)
	same := func(kept string) bool { return Skeleton(kept) == bare }
	return bare != "" && (slices.Contains(r.staff, bare) || slices.ContainsFunc(r.Reserved, same))
}

// Opening says whether something can be written under an article, and until when that holds.
type Opening struct {
	Open  bool
	Why   string    // it is closed: "off", "sensitive", "closed", "days" or "night"
	Opens time.Time // when it opens again by itself; zero if it does not
	Until time.Time // when it will be otherwise; zero if it will not
}

// Switches of one thread.
const (
	ByRules    = ""
	KeptOpen   = "open"
	KeptClosed = "closed"
)

// opening is that of the thread of an article at now, which is in the paper's zone.
func (r Rules) opening(on article.Card, own string, now time.Time) Opening {
	switch {
	case r.Off:
		return Opening{Why: "off"}
	case own == KeptClosed:
		return Opening{Why: "closed"}
	case on.Sensitive && !r.Delicate && own != KeptOpen:
		return Opening{Why: "sensitive"}
	}
	closes := time.Time{}
	if r.Days > 0 && own != KeptOpen {
		closes = on.Published.In(now.Location()).AddDate(0, 0, r.Days)
		if !now.Before(closes) {
			return Opening{Why: "days"}
		}
	}
	night, turn := r.Night.at(now)
	switch {
	case night && !closes.IsZero() && !turn.Before(closes): // by the morning it is over
		return Opening{Why: "days"}
	case night:
		return Opening{Why: "night", Opens: turn, Until: turn}
	}
	return Opening{Open: true, Until: first(closes, turn)}
}

func (h Hours) none() bool { return h.From == "" && h.Until == "" }

// at tells whether now is within the hours, and when that will be otherwise; never where there are none.
func (h Hours) at(now time.Time) (within bool, turn time.Time) {
	if h.none() || h.From == h.Until {
		return false, time.Time{}
	}
	from, until := next(h.From, now), next(h.Until, now)
	if until.Before(from) {
		return true, until
	}
	return false, from
}

// next is the first moment after now at which the clock shows an hour; where the clock is put over that hour, when it is.
func next(clock string, now time.Time) time.Time {
	for day := range 4 { // a zone may leave out a day
		date := time.Date(now.Year(), now.Month(), now.Day()+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		at := paper.Wall{Says: date + "T" + clock, Zone: now.Location().String()}.Near()
		if at.After(now) {
			return at.In(now.Location())
		}
	}
	return time.Time{}
}

func first(times ...time.Time) time.Time {
	times = slices.DeleteFunc(times, time.Time.IsZero)
	if len(times) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(times, time.Time.Compare)
}

// tidy makes rules of what was typed.
func (r Rules) tidy() Rules {
	r.Reserved = lines(r.Reserved)
	r.Digest.To = lines(r.Digest.To)
	r.Order = cmp.Or(r.Order, Newest)
	return r
}

func lines(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
