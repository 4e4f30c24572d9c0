package newsroom

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/staff"
)

// cutArticle makes a version of what was typed lately, so that the panel shows it.
func cutArticle(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if _, err := v.Articles.Get(v.ctx(), id); err != nil {
		return err
	}
	if _, err := v.Desk.Cut(v.ctx(), id, v.now); err != nil {
		return err
	}
	return v.seeOther(fmt.Sprintf("/newsroom/article/%d/publish?done=cut", id))
}

// publishArticle publishes, schedules, or sets an embargo. "Publish now" is recorded under the person's name.
func publishArticle(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil || !ok {
		return v.panelRefused(p, err)
	}
	if p.When.When == "embargo" {
		return v.embargo(p)
	}
	at, wrong := p.When.at(v.now)
	if wrong != nil {
		return v.panelAgain(p, wrong)
	}
	if err := v.mayGoOut(p); err != nil {
		return v.panelAgain(p, err)
	}
	if err := v.Articles.Publish(v.ctx(), p.ID, p.Version, at, v.now, v.person.ID, p.Passed()...); err != nil {
		return v.panelAgain(p, err)
	}
	if at.After(v.now) {
		return v.panelOn(p, "scheduled")
	}
	return v.panelOn(p, "published")
}

// mayGoOut says why what the panel shows may not be put before readers by this person. All that publishes, schedules or amends asks it.
func (v *visit) mayGoOut(p panel) error {
	if p.Stops > 0 {
		return fault.Invalid("Nothing was done: %s", panelStops(p.Stops))
	}
	if len(p.Code) == 0 || v.person.May(staff.Code, staff.Articles, false) {
		return nil
	}
	return fault.Form{"code": "It brings code of its own that readers do not have yet: " + strings.Join(p.Code, ", ") +
		". You may not put code before readers: take it out, or ask somebody who may, an editor or a publisher."}
}

// newCode names the frames of a text whose code stood in no frame of the one before.
func newCode(had, has doc.Doc) (names []string) {
	for _, n := range has.Frames() {
		if !slices.ContainsFunc(had.Frames(), func(was doc.Node) bool { return was.Attrs.Code == n.Attrs.Code }) {
			names = append(names, cmp.Or(n.Attrs.Title, "a frame without a title"))
		}
	}
	return names
}

// panelRefused answers a form that was not made from the newest version, or is about nothing.
func (v *visit) panelRefused(p panel, err error) error {
	if err != nil {
		return err
	}
	return v.panelAgain(p, nil)
}

// panelStops says how much stops it.
func panelStops(n int) string {
	if n == 1 {
		return "1 thing stops it."
	}
	return fmt.Sprintf("%d things stop it.", n)
}

// embargo keeps the article from going out before a time, and lets it go out then if that was asked for.
func (v *visit) embargo(p panel) error {
	until, wrong := p.When.at(v.now)
	if wrong != nil {
		return v.panelAgain(p, wrong)
	}
	if p.When.Then {
		if err := v.mayGoOut(p); err != nil {
			return v.panelAgain(p, err)
		}
	}
	if err := v.Articles.Embargo(v.ctx(), p.ID, p.Version, until, v.person.ID, v.now); err != nil {
		return v.panelAgain(p, err)
	}
	if !p.When.Then {
		return v.panelOn(p, "embargo")
	}
	now, err := v.Articles.Newest(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	if err := v.Articles.Publish(v.ctx(), p.ID, now.Version, until, v.now, v.person.ID, p.Passed()...); err != nil {
		return v.panelAgain(p, err)
	}
	return v.panelOn(p, "scheduled")
}

func liftEmbargo(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil || !ok {
		return v.panelRefused(p, err)
	}
	if err := v.Articles.Embargo(v.ctx(), p.ID, p.Version, time.Time{}, v.person.ID, v.now); err != nil {
		return v.panelAgain(p, err)
	}
	return v.panelOn(p, "lifted")
}

func unscheduleArticle(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil || !ok {
		return v.panelRefused(p, err)
	}
	if p.Standing != article.Scheduled {
		return v.panelAgain(p, fault.Invalid("It is not on the schedule: it is %s.", p.Standing))
	}
	if err := v.Articles.Withdraw(v.ctx(), p.ID, p.Version, article.Withdrawal{}, v.person.ID, v.now); err != nil {
		return v.panelAgain(p, err)
	}
	return v.panelOn(p, "unscheduled")
}

// amendArticle puts before readers what was written since they have the article.
func amendArticle(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil || !ok {
		return v.panelRefused(p, err)
	}
	if err := v.mayGoOut(p); err != nil {
		return v.panelAgain(p, err)
	}
	m := article.Amendment{Kind: p.Kind, Note: p.Reason, Passed: p.Passed()}
	if p.Instead != "" {
		if m.Supersedes, err = strconv.ParseInt(p.Instead, 10, 64); err != nil {
			return v.panelAgain(p, fault.Form{"supersedes": "Choose one of the changes listed."})
		}
	}
	if err := v.Articles.Amend(v.ctx(), p.ID, p.Version, p.Article.Text, m, v.person.ID, v.now); err != nil {
		return v.panelAgain(p, err)
	}
	return v.panelOn(p, "amended")
}
