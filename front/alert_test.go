package front_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/front"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/ledetest"
)

func TestAlertSaysWhatIsWrongWithIt(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		now := p.Now()
		for field, a := range map[string]front.Alert{
			"text":  {Lang: "en", Ends: now.Add(time.Hour)},
			"lang":  {Text: "Flood", Ends: now.Add(time.Hour)},
			"ends":  {Lang: "en", Text: "Flood"},
			"ends ": {Lang: "en", Text: "Flood", Ends: now},
			"ends.": {Lang: "en", Text: "Flood", Begins: now.Add(2 * time.Hour), Ends: now.Add(time.Hour)},
			"ends!": {Lang: "en", Text: "Flood", Ends: now.Add(40 * 24 * time.Hour)},
			"text ": {Lang: "en", Text: strings.Repeat("x", 161), Ends: now.Add(time.Hour)},
			"link":  {Lang: "en", Text: "Flood", Link: "javascript:alert(1)", Ends: now.Add(time.Hour)},
			"link ": {Lang: "en", Text: "Flood", Link: "//evil.example/", Ends: now.Add(time.Hour)},
			"link.": {Lang: "en", Text: "Flood", Link: "/\\evil.example", Ends: now.Add(time.Hour)},
			"link!": {Lang: "en", Text: "Flood", Link: "https://bank.example@evil.example/", Ends: now.Add(time.Hour)},
		} {
			_, err := p.Fronts.SetAlert(t.Context(), a, now)
			var form fault.Form
			if !errors.As(err, &form) || form[strings.Trim(field, " .!")] == "" || len(form) != 1 {
				t.Errorf("%+v: %v, wanted a word about %s", a, err, field)
			}
		}
	})
}

func TestAlertsFollowTheClock(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		ctx, now := t.Context(), p.Now()
		at := func(d time.Duration) (string, time.Duration) {
			t.Helper()
			a, until, err := p.Fronts.Alert(ctx, "en", now.Add(d))
			if err != nil {
				t.Fatal(err)
			}
			if until.IsZero() {
				return a.Text, 0
			}
			return a.Text, until.Sub(now)
		}
		set := func(text string, begins, ends time.Duration) front.Alert {
			t.Helper()
			a, err := p.Fronts.SetAlert(ctx, front.Alert{Lang: "en", Text: text, Link: "/world", Begins: now.Add(begins), Ends: now.Add(ends)}, p.Now())
			if err != nil {
				t.Fatal(err)
			}
			p.Pass(time.Second)
			return a
		}
		long := set("Long", 0, 10*time.Hour)
		set("Short", 2*time.Hour, 3*time.Hour)
		for _, c := range []struct {
			at, until time.Duration
			says      string
		}{{0, 2 * time.Hour, "Long"}, {2 * time.Hour, 3 * time.Hour, "Short"}, {3 * time.Hour, 10 * time.Hour, "Long"}, {10 * time.Hour, 0, ""}} {
			if says, until := at(c.at); says != c.says || until != c.until {
				t.Errorf("after %v the alert is %q until %v, wanted %q until %v", c.at, says, until, c.says, c.until)
			}
		}
		if a, _, err := p.Fronts.Alert(ctx, "ar", now); err != nil || a.ID != 0 {
			t.Errorf("in Arabic there is %v (%v)", a, err)
		}
		long.Version--
		if err := p.Fronts.ChangeAlert(ctx, long, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a change made from an older version gives %v", err)
		}
		long.Version++
		if err := p.Fronts.EndAlert(ctx, long.ID, long.Version, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Fronts.EndAlert(ctx, long.ID, long.Version+1, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("ending what is over gives %v", err)
		}
		if err := p.Fronts.EndAlert(ctx, 1, 1, p.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("ending what there is not gives %v", err)
		}
		done, err := p.Audit.List(ctx, audit.Filter{})
		if err != nil || len(done) < 3 || done[0].Act != "alert.ended" || done[0].Of != long.ID {
			t.Errorf("the audit log tells %v (%v)", done, err)
		}
		if list, err := p.Fronts.Alerts(ctx); err != nil || len(list) != 2 || list[0].Text != "Short" {
			t.Errorf("the history is %v (%v)", list, err)
		}
	})
}

func TestPicksFallAwayByThemselves(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a, b := p.Publish(p.Text("A")), p.Publish(p.Text("B"))
		p.Pass(time.Minute)
		p.Publish(p.Text("C"))
		ctx, end := t.Context(), p.Now().Add(time.Hour)
		picks := []front.Pick{{Article: a.ID, Headline: " Pinned  A ", Until: end}, {Article: b.ID, Headline: "Own B"}}
		if err := p.Fronts.Pick(ctx, "en", picks, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if got := shown(t, p); got != "Pinned A Own B C" {
			t.Errorf("the front is %q", got)
		}
		f, err := p.Fronts.Now(ctx, "en", p.Now())
		if err != nil || !f.Until.Equal(end) || f.Picked != 2 {
			t.Errorf("it holds until %v with %d picked (%v)", f.Until, f.Picked, err)
		}
		p.Pass(time.Hour)
		if got := shown(t, p); got != "Own B C A" {
			t.Errorf("at its end the front is %q", got)
		}
		if err := p.Articles.Withdraw(ctx, b.ID, b.Version, article.Withdrawal{Note: "Wrong."}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		p.Settle()
		if got := shown(t, p); got != "C A" {
			t.Errorf("with B withdrawn the front is %q", got)
		}
		was, _, err := p.Fronts.PicksAt(ctx, "en", 1)
		if err != nil || len(was) != 2 || was[0].Headline != "Pinned A" || was[1].Headline != "" {
			t.Errorf("the former choice is %v (%v); nobody may name what was withdrawn", was, err)
		}
		if err := p.Fronts.Pick(ctx, "en", []front.Pick{{Article: a.ID}, {Article: a.ID}}, 2, p.Now()); !errors.As(err, new(fault.Form)) {
			t.Errorf("the same article twice gives %v", err)
		}
	})
}
