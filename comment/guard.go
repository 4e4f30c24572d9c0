package comment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/internal/fault"
)

// Way is how something comes in. Every way leads through the guard.
type Way string

// The ways.
const (
	ByPost   Way = "post"
	ByEdit   Way = "edit"
	ByReport Way = "report"
	ByImport Way = "import"
)

// Reason is something that the guard noticed, in words for moderators.
type Reason struct {
	Check   string  `json:"check"` // which of the checks
	Says    string  `json:"says"`  // "3 links"
	Rule    string  `json:"rule,omitempty"`
	Decided bool    `json:"decided,omitempty"` // it is why the comment stands where it stands
	Marks   [][]int `json:"marks,omitempty"`   // the passages meant: from and until, in bytes of the text
}

// Closed says that nothing can be written under an article now.
type Closed struct{ Opening }

func (c Closed) Error() string { return "comments are closed: " + c.Why }

// Unwrap makes it a fault.Forbidden.
func (c Closed) Unwrap() error { return fault.Forbidden }

// Banned says that somebody is kept from writing, until when (zero for good) and why.
type Banned struct{ Measure }

func (b Banned) Error() string { return "banned: " + b.Reason }

// Unwrap makes it a fault.Forbidden.
func (b Banned) Unwrap() error { return fault.Forbidden }

// TooFast says that somebody writes faster than people do, and when to try again.
type TooFast struct{ Again time.Time }

func (t TooFast) Error() string { return "too many in a short time" }

// Unwrap makes it a fault.Forbidden.
func (t TooFast) Unwrap() error { return fault.Forbidden }

// The memory of the guard.
const (
	window = 10 * time.Minute // in which it counts what is fast, and what is said again
	flood  = 10               // so many times what is held for being fast is refused, whoever sends it
)

// matter is all that the guard looks at.
type matter struct {
	way      Way
	now      time.Time
	rules    Rules
	mode     Mode
	opening  Opening
	draft    Draft
	staff    bool
	known    bool      // something of this person was shown before
	measures []Measure // in force
	near     int       // sent from the network within the window
	own      int       // sent by the person within the window
	same     int       // so often the same text was sent within the window, by whomever
	hits     []Hit
	score    Score
	posted   int64 // this very post is kept already, as that comment
}

// finding is what one check found.
type finding struct {
	Reason
	to   State // Held or Refused; "" where it decides nothing
	deny error // nothing is kept, and this is the answer
}

// check is one look of the guard.
type check struct {
	name string
	ways []Way
	look func(matter) finding
}

// checks are made in this order; the first that decides wins, the others after it only note what they saw.
var checks = []check{
	{"length", []Way{ByPost, ByEdit, ByImport}, lookLength},
	{"open", []Way{ByPost, ByEdit}, lookOpen},
	{"banned", []Way{ByPost, ByEdit, ByReport}, lookBanned},
	{"rate", []Way{ByPost, ByEdit, ByReport}, lookRate},
	{"trap", []Way{ByPost, ByEdit}, lookTrap},
	{"repeat", []Way{ByPost, ByEdit}, lookRepeat},
	{"words", []Way{ByPost, ByEdit, ByImport}, lookWords},
	{"links", []Way{ByPost, ByEdit, ByImport}, lookLinks},
	{"first", []Way{ByPost, ByEdit}, lookFirst},
	{"spam", []Way{ByPost, ByEdit, ByImport}, lookSpam},
	{"mode", []Way{ByPost, ByEdit}, lookMode},
}

// answer is what the guard says: the state, and why. deny is set where nothing is kept.
type answer struct {
	state   State
	reasons []Reason
	deny    error
}

// judge is the one guard on every way in. What may not be kept is not, whatever would have become of it.
func judge(m matter) answer {
	a := answer{state: Shown}
	decided := false
	for _, c := range checks {
		if !slices.Contains(c.ways, m.way) {
			continue
		}
		f := c.look(m)
		if f.deny != nil {
			return answer{deny: f.deny}
		}
		if f.Says == "" {
			continue
		}
		f.Check = c.name
		if f.to != "" && !decided {
			a.state, decided, f.Decided = f.to, true, true
		}
		a.reasons = append(a.reasons, f.Reason)
	}
	return a
}

func lookLength(m matter) finding {
	if m.staff { // their own names are kept for them
		m.rules.Reserved, m.rules.staff = nil, nil
	}
	return finding{deny: m.draft.check(m.rules)}
}

func lookOpen(m matter) finding {
	if m.opening.Open || m.staff {
		return finding{}
	}
	return finding{deny: Closed{m.opening}}
}

// lookBanned refuses a person who is banned or suspended. A network is never refused, for others are behind it too: it is held.
func lookBanned(m matter) finding {
	held := finding{}
	for _, k := range m.measures {
		switch {
		case k.Act == Warn:
		case k.Kind != OfPrefix && k.Act != HoldAlways:
			return finding{deny: Banned{k}}
		case held.to == "" && m.way != ByReport:
			held = finding{Reason: Reason{Says: k.Says(), Rule: WhySays(k.Reason)}, to: Held}
		}
	}
	return held
}

func lookRate(m matter) finding {
	switch {
	case m.staff:
	case m.own >= m.rules.Faster, m.near >= m.rules.Fast*flood:
		return finding{deny: TooFast{m.now.Add(window)}}
	case m.near >= m.rules.Fast && m.way != ByReport:
		return finding{Reason: Reason{Says: fmt.Sprintf("%d in 10 minutes from one network.", m.near+1), Rule: fmt.Sprintf("Hold beyond %d.", m.rules.Fast)}, to: Held}
	}
	return finding{}
}

// lookTrap holds what filled a field that people do not see.
func lookTrap(m matter) finding {
	if m.draft.Trap == "" || m.staff {
		return finding{}
	}
	return finding{Reason: Reason{Says: "A field that nobody sees was filled."}, to: Held}
}

func lookRepeat(m matter) finding {
	if m.same == 0 || m.staff {
		return finding{}
	}
	return finding{Reason: Reason{Says: fmt.Sprintf("Same text %d times in 10 minutes.", m.same+1)}, to: Held}
}

// lookWords goes by the first term that refuses, or else by the first that holds; the passages of all are marked.
func lookWords(m matter) finding {
	if len(m.hits) == 0 || m.staff {
		return finding{}
	}
	at := max(0, slices.IndexFunc(m.hits, func(h Hit) bool { return h.Act == Refuse }))
	h := m.hits[at]
	f := finding{Reason: Reason{Says: fmt.Sprintf("Word list “%s”: %s.", h.List, strings.TrimRight(h.Term, "."))}, to: Held}
	if h.Act == Refuse {
		f.to, f.Rule = Refused, "Refuse what the list names."
	}
	for _, h := range m.hits {
		switch mark := []int{h.From, h.Until}; {
		case h.From > len(m.draft.Text): // in the name
		case len(f.Marks) > 0 && f.Marks[len(f.Marks)-1][1] >= h.Until:
		default:
			f.Marks = append(f.Marks, mark)
		}
	}
	if h.From > len(m.draft.Text) {
		f.Says = fmt.Sprintf("Word list “%s”, in the name: %s.", h.List, strings.TrimRight(h.Term, "."))
	}
	return f
}

func lookLinks(m matter) finding {
	marks := Links(m.draft.Text)
	n := len(marks)
	if n == 0 || m.staff {
		return finding{}
	}
	f := finding{Reason: Reason{Says: counted(n, "1 link.", "%d links."), Marks: marks}}
	switch {
	case n >= m.rules.Links:
		f.to, f.Rule = Held, counted(m.rules.Links, "Hold from 1 link.", "Hold from %d links.")
	case !m.known && n >= m.rules.First:
		f.to, f.Rule = Held, counted(m.rules.First, "Hold from 1 link in a first comment.", "Hold from %d links in a first comment.")
	}
	return f
}

func lookFirst(m matter) finding {
	if m.known || m.staff {
		return finding{}
	}
	f := finding{Reason: Reason{Says: "First comment under this name."}}
	if m.mode == HoldFirst {
		f.to, f.Rule = Held, "Hold the first of each."
	}
	return f
}

func lookSpam(m matter) finding {
	if m.staff {
		return finding{}
	}
	f := finding{Reason: Reason{Says: m.score.says()}}
	if m.score.Percent >= m.rules.Score {
		f.to, f.Rule = Held, fmt.Sprintf("Hold from %d.", m.rules.Score)
	}
	return f
}

func lookMode(m matter) finding {
	if m.mode != HoldAll || m.staff {
		return finding{}
	}
	return finding{Reason: Reason{Says: "All comments of the section are held."}, to: Held}
}

// counted says a number in English.
func counted(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}
