package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/section"
	"lede/staff"
)

func (n *Newsroom) commentRulesRoutes() []route {
	return append([]route{
		{pattern: "GET /newsroom/comments/rules", act: staff.Read, on: staff.Comments, handle: commentRulesPage},
		{pattern: "POST /newsroom/comments/rules", act: staff.Manage, on: staff.Comments, handle: setCommentRules},
	}, append(n.commentWordsRoutes(), n.noticesRoutes()...)...)
}

const commentRulesPath = "/newsroom/comments/rules"

// commentTabs are the pages about comments.
func (v *visit) commentTabs(here string) []tab {
	list := []tab{
		{Name: "Comments", Href: "/newsroom/comments"}, {Name: "Reports & appeals", Href: noticesPath},
		{Name: "Rules", Href: commentRulesPath}, {Name: "Word lists", Href: commentWordsPath},
	}
	if v.person.May(staff.Read, staff.Readers, false) {
		list = append(list, tab{Name: "Measures", Href: measuresPath}, tab{Name: "Readers", Href: keptPath})
	}
	if v.mayRule() {
		list = append(list, tab{Name: "Import & export", Href: commentMovePath})
	}
	for i := range list {
		list[i].Here = list[i].Href == here
	}
	return list
}

// mayRule tells whether the person may change the rules for comments.
func (v *visit) mayRule() bool { return v.person.May(staff.Manage, staff.Comments, true) }

// ruleSetting is one of the rules, as a form has it: a text.
type ruleSetting struct {
	setting
	get func(comment.Rules) string
	put func(r *comment.Rules, typed string)
}

// ruleTicked is a rule that is on or off.
func ruleTicked(name, label, hint string, of func(*comment.Rules) *bool) ruleSetting {
	return ruleSetting{setting{Name: name, Label: label, Hint: hint, Kind: "tick"},
		func(r comment.Rules) string { return map[bool]string{true: "yes"}[*of(&r)] },
		func(r *comment.Rules, typed string) { *of(r) = typed == "yes" }}
}

// ruleCounted is a rule that is a number; what is typed and is none becomes -1, which no rule takes.
func ruleCounted(name, label, hint string, of func(*comment.Rules) *int) ruleSetting {
	return ruleSetting{setting{Name: name, Label: label, Hint: hint},
		func(r comment.Rules) string { return strconv.Itoa(*of(&r)) },
		func(r *comment.Rules, typed string) {
			n, err := strconv.Atoi(typed)
			if err != nil {
				n = -1
			}
			*of(r) = n
		}}
}

// ruleLined is a rule that is one line of text.
func ruleLined(name, label, hint string, of func(*comment.Rules) *string) ruleSetting {
	return ruleSetting{setting{Name: name, Label: label, Hint: hint},
		func(r comment.Rules) string { return *of(&r) },
		func(r *comment.Rules, typed string) { *of(r) = typed }}
}

// ruleListed is a rule that is several lines.
func ruleListed(name, label, hint string, of func(*comment.Rules) *[]string) ruleSetting {
	return ruleSetting{setting{Name: name, Label: label, Hint: hint, Kind: "text"},
		func(r comment.Rules) string { return strings.Join(*of(&r), "\n") },
		func(r *comment.Rules, typed string) { *of(r) = termsOf(typed) }}
}

// commentModes are the modes in words.
func commentModes() []item {
	return []item{
		{string(comment.HoldAll), "Hold every comment until a moderator shows it"},
		{string(comment.HoldFirst), "Hold the first of each person, show the later ones"},
		{string(comment.ShowAll), "Show every comment at once"},
	}
}

// ruleSettings are the rules of the paper, in the order of the page.
func ruleSettings(tree section.Tree) []ruleSetting {
	all := []ruleSetting{
		ruleTicked("off", "No comments anywhere", "Threads that stand stay readable; nothing is added.", func(r *comment.Rules) *bool { return &r.Off }),
		{setting{Name: "mode", Label: "In the paper", Kind: "choice", Items: commentModes(),
			Hint: "What becomes of a comment that nothing else speaks against. A new paper holds the first of each person: known readers talk freely, strangers are looked at once."},
			func(r comment.Rules) string { return string(r.Mode) }, func(r *comment.Rules, typed string) { r.Mode = comment.Mode(typed) }},
	}
	for _, s := range tree {
		all = append(all, sectionMode(s, tree))
	}
	return append(all,
		ruleSetting{setting{Name: "order", Label: "What comes first", Kind: "choice", Items: []item{{string(comment.Newest), "The newest comments"}, {string(comment.Oldest), "The oldest comments"}},
			Hint: "Replies below a comment always read from the oldest on. Readers can turn the order round."},
			func(r comment.Rules) string { return string(r.Order) }, func(r *comment.Rules, typed string) { r.Order = comment.Order(typed) }},
		ruleCounted("deep", "Replies are set in", "So many times; deeper ones stand flat below each other. 3 reads well on a phone.", func(r *comment.Rules) *int { return &r.Deep }),
		ruleCounted("days", "Threads close after", "Days from publication; 0 keeps them open. A new paper has 30: most spam goes to old articles.", func(r *comment.Rules) *int { return &r.Days }),
		ruleLined("night", "Close at", "", func(r *comment.Rules) *string { return &r.Night.From }),
		ruleLined("until", "Open at", "", func(r *comment.Rules) *string { return &r.Night.Until }),
		ruleTicked("delicate", "Comments under sensitive articles", "Off, a new paper’s choice: under an article marked sensitive nobody can write. One thread can be opened or closed by hand in its own place.", func(r *comment.Rules) *bool { return &r.Delicate }),
		ruleTicked("accounts", "Readers may have an account", "Signed in by a link in a mail. Guests write as well.", func(r *comment.Rules) *bool { return &r.Accounts }),
		ruleTicked("sites", "A website may be given", "The name then links there, with nofollow. Off in a new paper: it draws link farms.", func(r *comment.Rules) *bool { return &r.Sites }),
		ruleListed("reserved", "Reserved names", "One to a line. Nobody signs with them, however they are spelt. Those of the paper and its staff are kept anyway.", func(r *comment.Rules) *[]string { return &r.Reserved }),
		ruleCounted("longest", "Longest comment", "Characters, 100 to 20,000. What is longer goes back to its writer, nothing is lost.", func(r *comment.Rules) *int { return &r.Longest }),
		ruleCounted("links", "Hold from so many links", "By people of whom something was shown before.", func(r *comment.Rules) *int { return &r.Links }),
		ruleCounted("first", "In a first comment, from", "By people of whom nothing was shown yet.", func(r *comment.Rules) *int { return &r.First }),
		ruleCounted("fast", "Hold beyond so many of one network", "In ten minutes. A school or a mobile network is one: its comments are held, never refused.", func(r *comment.Rules) *int { return &r.Fast }),
		ruleCounted("faster", "Refuse beyond so many of one person", "In ten minutes. The writer is told when to try again.", func(r *comment.Rules) *int { return &r.Faster }),
		ruleCounted("score", "Hold from this score for spam", "1 to 100, learned from the decisions made here. It only ever holds.", func(r *comment.Rules) *int { return &r.Score }),
		ruleListed("to", "Mail what is held to", "Addresses, one to a line, of moderators who do not sit here all day. Each comment comes with a link to show or refuse it.", func(r *comment.Rules) *[]string { return &r.Digest.To }),
		ruleLined("at", "Every day at", "By the paper’s clock, as 08:00. Nothing held, no mail.", func(r *comment.Rules) *string { return &r.Digest.At }),
	)
}

// sectionMode is the rule of one section; "" where it has none of its own.
func sectionMode(s section.Section, tree section.Tree) ruleSetting {
	name := s.NameIn("en")
	line := tree.Line(s.ID)
	for _, above := range line[min(1, len(line)):] {
		name = above.NameIn("en") + " › " + name
	}
	above := item{"", "As in the paper"}
	if s.Parent != 0 {
		above.Says = "As in the section above"
	}
	return ruleSetting{setting{Name: fmt.Sprint("section-", s.ID), Label: name, Kind: "choice", Items: append([]item{above}, commentModes()...)},
		func(r comment.Rules) string { return string(r.Sections[s.ID]) },
		func(r *comment.Rules, typed string) {
			if typed == "" {
				delete(r.Sections, s.ID)
				return
			}
			r.Sections[s.ID] = comment.Mode(typed)
		}}
}

// commentRulesView is the page of the rules for comments.
type commentRulesView struct {
	settingsPage
	Saved     string
	Night     string // when threads close, in a sentence
	Rehearsal *rehearsal
	MailSet   bool
}

// rehearsal says what rules would have done.
type rehearsal struct {
	Says  string
	Typed bool // those that were typed, not those that hold
}

// Parted tells whether a section does otherwise than the paper.
func (c commentRulesView) Parted() bool {
	return slices.ContainsFunc(c.Fields("section"), func(f field) bool { return f.Value != "" })
}

func commentRulesPage(v *visit) error {
	r, settings, err := v.commentRules()
	if err != nil {
		return err
	}
	page := v.commentRulesView(r, settings, func(s ruleSetting) string { return s.get(r) }, nil)
	if page.Rehearsal, err = v.rehearsed(r, false); err != nil {
		return err
	}
	return v.show("commentrules", page)
}

func (v *visit) commentRules() (comment.Rules, []ruleSetting, error) {
	r, err := v.Comments.Rules(v.ctx())
	if err != nil {
		return r, nil, err
	}
	tree, err := v.Sections.Tree(v.ctx())
	return r, ruleSettings(tree), err
}

// commentRulesView is the page with what value gives of each rule; r are the rules that hold.
func (v *visit) commentRulesView(r comment.Rules, settings []ruleSetting, value func(ruleSetting) string, wrong fault.Form) commentRulesView {
	page := commentRulesView{settingsPage: settingsPage{frame: v.frame("Rules for comments", "comments"), Tabs: v.commentTabs(commentRulesPath), Action: commentRulesPath,
		Version: r.Version, May: v.mayRule(), Wrong: wrong}, Saved: v.told(), MailSet: v.paper.Mail.Host != ""}
	for _, s := range settings {
		page.fields = append(page.fields, field{setting: s.setting, Value: value(s), Wrong: wrong[s.Name]})
	}
	if from, until := page.Field("night").Value, page.Field("until").Value; from != "" && until != "" {
		page.Night = fmt.Sprintf("Threads close at %s and open at %s, paper’s time (%s).", from, until, v.paper.Clock())
	}
	return page
}

func (v *visit) rehearsed(r comment.Rules, typed bool) (*rehearsal, error) {
	all, err := v.Comments.Rehearse(v.ctx(), r)
	if err != nil || all.Of == 0 {
		return nil, err
	}
	says := fmt.Sprintf("Of the last %d comments %s would have been held", all.Of, noneOr(all.Held))
	if all.Of == 1 {
		says = fmt.Sprintf("Of the one comment so far %s would have been held", noneOr(all.Held))
	}
	if all.Refused > 0 {
		says += fmt.Sprintf(" and %s refused", noneOr(all.Refused))
	}
	return &rehearsal{Says: says + fmt.Sprintf("; as they came, %s did not get through at once.", noneOr(all.Was)), Typed: typed}, nil
}

// noneOr is a number in a sentence.
func noneOr(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}

func setCommentRules(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	now, settings, err := v.commentRules()
	if err != nil {
		return err
	}
	values := typedRules(settings, sent)
	r := rulesOf(now, settings, values)
	r.Version = number(sent.Get("version"))
	show := func(status int, wrong fault.Form, more func(*commentRulesView) error) error {
		page := v.commentRulesView(now, settings, func(s ruleSetting) string { return values[s.Name] }, wrong)
		if err := more(&page); err != nil {
			return err
		}
		return v.showAs(status, "commentrules", page)
	}
	if sent.Get("do") == "try" && r.Check() == nil {
		return show(http.StatusOK, nil, func(page *commentRulesView) (err error) {
			page.Version = r.Version
			page.Rehearsal, err = v.rehearsed(r, true)
			return err
		})
	}
	err = v.Comments.SetRules(v.ctx(), r, v.now)
	var wrong fault.Form
	switch {
	case errors.As(err, &wrong):
		return show(http.StatusUnprocessableEntity, wrong, func(page *commentRulesView) error { page.Version = r.Version; return nil })
	case errors.Is(err, fault.Conflict):
		return show(http.StatusConflict, nil, func(page *commentRulesView) error {
			page.ByWhom, page.Clashes = v.lastRuler(), ruleClashes(now, settings, values)
			return nil
		})
	case err != nil:
		return err
	}
	return v.tell(commentRulesPath, nil, "Saved, and in force for every comment since "+v.now.Format("15:04:05")+".")
}

// typedRules is what the form holds.
func typedRules(settings []ruleSetting, sent url.Values) map[string]string {
	plain := make([]setting, len(settings))
	for i, s := range settings {
		plain[i] = s.setting
	}
	return typed(plain, sent)
}

// rulesOf are the rules that were typed.
func rulesOf(r comment.Rules, settings []ruleSetting, values map[string]string) comment.Rules {
	r.Sections = map[int64]comment.Mode{}
	for _, s := range settings {
		s.put(&r, values[s.Name])
	}
	return r
}

// ruleClashes are the rules that somebody else has set otherwise than they were typed.
func ruleClashes(now comment.Rules, settings []ruleSetting, values map[string]string) []clash {
	var all []clash
	for _, s := range settings {
		if theirs, mine := s.get(now), values[s.Name]; theirs != mine {
			all = append(all, clash{Label: s.Label, Theirs: s.said(theirs), Mine: s.said(mine)})
		}
	}
	return all
}

// lastRuler is who changed the rules last.
func (v *visit) lastRuler() string {
	list, err := v.Audit.List(v.ctx(), audit.Filter{Act: "comment.rules", Limit: 1})
	if err != nil || len(list) == 0 {
		return "Somebody"
	}
	return list[0].Who.Name
}
