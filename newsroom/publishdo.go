package newsroom

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"lede/article"
	"lede/internal/fault"
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
	if p.Stops > 0 {
		p.Stop = "Nothing was done: " + panelStops(p.Stops)
		return v.showAs(http.StatusUnprocessableEntity, "publish", p)
	}
	if err := v.Articles.Publish(v.ctx(), p.ID, p.Version, at, v.now, v.person.ID, p.Passed()...); err != nil {
		return v.panelAgain(p, err)
	}
	if at.After(v.now) {
		return v.panelOn(p, "scheduled")
	}
	return v.panelOn(p, "published")
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
	if p.When.Then && p.Stops > 0 {
		p.Stop = "Nothing was done: " + panelStops(p.Stops)
		return v.showAs(http.StatusUnprocessableEntity, "publish", p)
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
	if p.Stops > 0 {
		p.Stop = "Nothing was done: " + panelStops(p.Stops)
		return v.showAs(http.StatusUnprocessableEntity, "publish", p)
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
