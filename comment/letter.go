package comment

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/mail"
	"lede/internal/tongue"
	"lede/paper"
)

// What the paper writes to those who report and to those whose comments go. Anybody can have typed an address: nothing that a stranger
// wrote stands in these letters.

// letterhead is what a letter needs of the paper, in the language of whoever gets it.
type letterhead struct {
	*tongue.Tongue
	paper paper.Paper
	name  string
}

// mailTo has a letter sent; nothing where there is no address.
func (s *Store) mailTo(ctx context.Context, q db.Q, to, lang string, now time.Time, write func(letterhead) (subject, text string)) error {
	if to == "" {
		return nil
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return err
	}
	subject, text := write(letterhead{Tongue: tongue.For(lang), paper: p, name: onOneLine(p.NameIn(lang))})
	return s.mail.Add(ctx, q, mail.Message{To: to, Subject: subject, Text: text}, now)
}

func onOneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// link is a path of the paper as a mail says it.
func (l letterhead) link(path string) string { return strings.TrimSuffix(l.paper.Address, "/") + path }

func (l letterhead) day(at time.Time) string { return l.Date(at.In(l.paper.Clock()), tongue.Long) }

func pathOf(comment int64) string { return "/comment/" + strconv.FormatInt(comment, 10) }

func paragraphs(list ...string) string { return strings.Join(list, "\n\n") + "\n" }

// received says that a report came.
func (l letterhead) received(n Notice) (subject, text string) {
	return l.T("Your report {0} at {1}", n.Number(), l.name), paragraphs(
		l.T("Thank you for reporting a comment at {0}. A moderator looks at it, and we write to you what was decided.", l.name),
		l.T("The comment: {0}", l.link(pathOf(n.Comment))),
		l.T("If it was not you who reported it, you need do nothing."))
}

// decided says what became of a report.
func (l letterhead) decided(n Notice, appeal string) (subject, text string) {
	list := n.says(l.Tongue, l.paper)
	if n.State == Dismissed {
		list = append(list, l.T("To appeal: {0}", l.link(appeal)))
	}
	return l.T("Your report {0} at {1}", n.Number(), l.name), paragraphs(list...)
}

// says is what became of a report, for whoever made it.
func (n Notice) says(t *tongue.Tongue, p paper.Paper) []string {
	switch n.State {
	case Open:
		return []string{t.T("No moderator has decided about it yet.")}
	case Dismissed:
		return []string{t.T("The comment that you reported stays: a moderator found that it keeps to the law and to the rules of {0}.", p.NameIn(t.Tag)),
			t.T("A moderator decided this, no program."), redress(t, p, n.Decided.AddDate(0, appealable, 0))}
	}
	for _, w := range Whys() {
		if w.Code == n.Why {
			return []string{t.T("The comment that you reported is not shown any more. We found that it {0}.", t.T(w.Says))}
		}
	}
	return []string{t.T("The comment that you reported is not shown any more.")}
}

// redress is what can be done against a decision until a day.
func redress(t *tongue.Tongue, p paper.Paper, until time.Time) string {
	return t.T("You can appeal once until {0}. Another moderator than the first decides, if the paper has one. You can also turn to an out-of-court dispute settlement body or to a court.", t.Date(until.In(p.Clock()), tongue.Long))
}

// reasons is the statement of reasons to whoever wrote a comment.
func (l letterhead) reasons(st Statement, c Comment, appeal string) (subject, text string) {
	first := l.T("Your comment of {0} is not shown any more.", l.day(c.At))
	if c.State == Refused {
		first = l.T("Your comment of {0} is not shown.", l.day(c.At))
	}
	list := append([]string{first}, st.Says(l.Tongue, l.paper)...)
	if st.Open {
		list = append(list, l.T("To appeal: {0}", l.link(appeal)))
	}
	return l.T("Your comment at {0}", l.name), paragraphs(list...)
}

// Says is the statement in words: for a writer the ground, the facts, how it came about and what can be done against it; for whoever
// reported, what became of that.
func (st Statement) Says(t *tongue.Tongue, p paper.Paper) []string {
	if st.Notice != nil {
		return st.Notice.says(t, p)
	}
	list := []string{st.ground(t)}
	if st.Note != "" {
		list = append(list, t.T("The moderator adds: {0}", st.Note))
	}
	switch {
	case st.Guard:
		list = append(list, t.T("A program of the paper decided this, by a list of words."))
	case st.Noticed:
		list = append(list, t.T("Somebody had reported it. A moderator decided this, no program."))
	case st.Found:
		list = append(list, t.T("A program of the paper had held it for a moderator, who decided this."))
	default:
		list = append(list, t.T("A moderator decided this, no program."))
	}
	if st.Open {
		list = append(list, redress(t, p, st.Until))
	}
	return list
}

func (st Statement) ground(t *tongue.Tongue) string {
	if st.Comment.State == Spam {
		return t.T("The ground is the rules of the paper: it is advertising, or was sent in bulk.")
	}
	for _, w := range Whys() {
		if w.Code == st.Why && st.Law() {
			return t.T("The ground is the law: we hold that it {0}.", t.T(w.Says))
		}
		if w.Code == st.Why {
			return t.T("The ground is the rules of the paper: it {0}.", t.T(w.Says))
		}
	}
	return t.T("The ground is the rules of the paper: it holds words that are not printed here.")
}

// appealed says what became of an appeal.
func (l letterhead) appealed(a Appeal, c Comment) (subject, text string) {
	list := append([]string{a.Outcome(l.Tongue)}, a.How(l.Tongue)...)
	list = append(list, l.T("The comment: {0}", l.link(pathOf(c.ID))))
	return l.T("Your appeal {0} at {1}", a.Number(), l.name), paragraphs(list...)
}

// Outcome is what became of an appeal, in a sentence.
func (a Appeal) Outcome(t *tongue.Tongue) string {
	switch {
	case a.State == Open:
		return t.T("Your appeal waits for a moderator.")
	case a.State == Dismissed:
		return t.T("We looked at the comment again, and the decision stays.")
	case a.Notice != 0:
		return t.T("We looked at the comment again: it is not shown any more.")
	}
	return t.T("We looked at your comment again: it is shown.")
}

// How tells who decided about an appeal and why, and what can be done still.
func (a Appeal) How(t *tongue.Tongue) []string {
	if a.State == Open {
		return nil
	}
	var list []string
	if a.Note != "" {
		list = append(list, t.T("The moderator adds: {0}", a.Note))
	}
	if a.Same {
		list = append(list, t.T("The same person decided as the first time, for the paper has no other moderator."))
	} else {
		list = append(list, t.T("Another person decided than the first time."))
	}
	if a.State == Dismissed {
		list = append(list, t.T("You can still turn to an out-of-court dispute settlement body or to a court."))
	}
	return list
}
