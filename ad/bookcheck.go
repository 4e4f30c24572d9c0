package ad

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"golang.org/x/text/language"

	"lede/internal/fault"
	"lede/paper"
	"lede/section"
)

// The bounds of what can be booked: an order beyond them is a slip of the hand.
const (
	longestBooking = 731 // days
	longestHouse   = 3660
	farthestAhead  = 731 // days
	mostGoal       = 1_000_000_000
	mostShare      = 20
	mostPrice      = 1_000_000_000_00 // in hundredths
	mostUnitPrice  = 1_000_000_00     // of a thousand viewed, of a click
	mostAimed      = 200
	mostAds        = 50
)

// ground is what a booking is checked against: the paper as it is, and what its aim names.
type ground struct {
	paper  paper.Paper
	rules  Rules
	tree   section.Tree
	topics []int64
	pages  []Page // of the articles, those that the public has
}

func (s *Store) ground(ctx context.Context, a Aim) (ground, error) {
	var g ground
	var err error
	if g.paper, err = s.papers.Get(ctx); err != nil {
		return g, err
	}
	if g.rules, err = s.Rules(ctx); err != nil {
		return g, err
	}
	if g.tree, err = s.sections.Tree(ctx); err != nil {
		return g, err
	}
	if n := len(a.Topics); n > 0 && n <= mostAimed {
		topics, err := s.sections.Topics(ctx, a.Topics...)
		if err != nil {
			return g, err
		}
		for _, t := range topics {
			g.topics = append(g.topics, t.ID)
		}
	}
	if n := len(a.Articles); n > 0 && n <= mostAimed && s.pages != nil {
		g.pages, err = s.pages(ctx, a.Articles)
	}
	return g, err
}

// Tidy orders the lists of an aim, says nothing where the promise has no use for it, and finds the moments of the days.
func (b Booking) Tidy(clock *time.Location) Booking {
	b.Aim = b.Aim.tidy()
	if b.Promise != Share {
		b.Share = 0
	}
	if b.Promise != Goal {
		b.Goal, b.Measure, b.Pace = 0, "", ""
	} else {
		b.Measure, b.Pace = cmp.Or(b.Measure, Viewed), cmp.Or(b.Pace, Even)
	}
	if b.Promise == House {
		b.Pricing, b.Price = PerTime, 0
	}
	b.Pricing = cmp.Or(b.Pricing, PerTime)
	b.From, b.Until = time.Time{}, time.Time{}
	if from, ok := paper.Day(time.DateOnly, b.First, clock); ok {
		b.From = from.UTC()
	}
	if last, ok := paper.Day(time.DateOnly, b.Last, clock); ok {
		b.Until = paper.NextMidnight(last).UTC()
	}
	b.Ads = slices.Compact(slices.Clone(b.Ads))
	return b
}

func (a Aim) tidy() Aim {
	return Aim{sorted(a.Sections), sorted(a.Topics), sorted(a.Articles), sorted(a.Pages), sorted(a.Langs), sorted(a.Devices), sorted(a.Days), sorted(a.Hours),
		sorted(a.Countries), sorted(a.Regions)}
}

func sorted[T cmp.Ordered](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// check says field by field what makes no sense; was is the version before, if there is one.
func (b Booking) check(g ground, was Booking, now time.Time) fault.Form {
	f := fault.Form{}
	b.checkPlace(g.rules, f)
	b.checkPromise(f)
	b.checkPrice(f)
	b.checkDays(was, now, g.paper.Clock(), f)
	b.checkAim(g, f)
	b.checkTimes(g.paper.Clock(), f)
	if len(b.Ads) > mostAds {
		f["ads"] = fmt.Sprintf("A booking shows up to %d ads.", mostAds)
	}
	if was.ID != 0 && was.Begun(now) {
		b.checkBegun(was, f)
	}
	return f
}

func (b Booking) checkPlace(r Rules, f fault.Form) {
	switch {
	case !slices.Contains(Places(), b.Place):
		f["place"] = "Choose a position."
	case r.Off:
		f["place"] = "The paper has switched off all positions."
	case slices.Contains(r.Closed, b.Place):
		f["place"] = "The paper does not use this position. Choose another one."
	}
}

func (b Booking) checkPromise(f fault.Form) {
	switch b.Promise {
	case Share:
		if b.Share < 1 || b.Share > mostShare {
			f["share"] = fmt.Sprintf("A share is one in 1 to %d views.", mostShare)
		}
	case Goal:
		if b.Goal < 1 || b.Goal > mostGoal {
			f["goal"] = "Give a number from 1 to 1,000,000,000."
		}
		if b.Measure != Viewed && b.Measure != Clicked {
			f["measure"] = "A goal is a number of views or of clicks."
		}
		if b.Pace != Even && b.Pace != Fast {
			f["pace"] = "Say whether it is spread evenly or shown as fast as readers come."
		}
	case Flat, Bulk, House:
	default:
		f["promise"] = "Say what is promised."
	}
}

func (b Booking) checkPrice(f fault.Form) {
	if !slices.Contains([]Pricing{PerTime, PerThousand, PerClick}, b.Pricing) {
		f["pricing"] = "Say what the price is for."
	}
	switch {
	case b.Price < 0 || b.Price > mostPrice:
		f["price"] = "A price is from 0 to 1,000,000,000."
	case b.Pricing != PerTime && b.Price > mostUnitPrice:
		f["price"] = "A thousand views or a click cost up to 1,000,000."
	}
}

func (b Booking) checkDays(was Booking, now time.Time, clock *time.Location, f fault.Form) {
	if b.From.IsZero() {
		f["first"] = noDay(b.First)
	}
	if b.Until.IsZero() {
		f["last"] = noDay(b.Last)
	}
	if b.From.IsZero() || b.Until.IsZero() {
		return
	}
	today := now.In(clock).Format(time.DateOnly)
	longest := longestBooking
	if b.Promise == House {
		longest = longestHouse
	}
	switch moved := was.First != b.First; {
	case moved && b.First < today:
		f["first"] = "This day is past. Today is " + now.In(clock).Format("2 January 2006") + "."
	case b.From.After(now.AddDate(0, 0, farthestAhead)):
		f["first"] = "This is more than two years ahead."
	}
	switch {
	case b.Last < b.First:
		f["last"] = "The last day is before the first."
	case b.Last < today:
		f["last"] = "This day is past. Today is " + now.In(clock).Format("2 January 2006") + "."
	case f["first"] == "" && b.Until.After(b.From.AddDate(0, 0, longest+1)):
		f["last"] = fmt.Sprintf("A booking runs for up to %d days.", longest)
	}
}

func noDay(typed string) string {
	if typed == "" {
		return "Give a day."
	}
	return "This is no day of the calendar. One is written 2026-12-24."
}

// checkBegun holds what the readers, the ledger and the advertiser rely on once a booking was delivered.
func (b Booking) checkBegun(was Booking, f fault.Form) {
	const fixed = "It has begun, and this cannot change any more. Cancel it and book another."
	for field, same := range map[string]bool{
		"place": b.Place == was.Place, "promise": b.Promise == was.Promise, "measure": b.Measure == was.Measure, "pricing": b.Pricing == was.Pricing, "first": b.First == was.First,
	} {
		if !same {
			f[field] = fixed
		}
	}
}

// standsOn tells which pages have a place.
func (p Place) standsOn(k PageKind) bool {
	switch p {
	case Text:
		return k == ArticlePage
	case Between:
		return k != ArticlePage && k != StandingPage
	}
	return true
}

var (
	inSections = []PageKind{SectionPage, ArticlePage}
	onTopics   = []PageKind{TopicPage, ArticlePage}
)

// checkAim refuses what names nothing, and what names several things that no page is at once.
func (b Booking) checkAim(g ground, f fault.Form) {
	a := b.Aim
	a.checkNames(g, f)
	kinds := slices.DeleteFunc(PageKinds(), func(k PageKind) bool { return !b.Place.standsOn(k) })
	for _, step := range []struct {
		field string
		on    bool
		keep  []PageKind
		says  string
	}{
		{"pages", len(a.Pages) > 0, a.Pages, "These pages do not have this position. It would never be shown."},
		{"sections", len(a.Sections) > 0, inSections, "Of the pages you aim at none stands in a section. It would never be shown."},
		{"topics", len(a.Topics) > 0, onTopics, "Of the pages you aim at none has topics. It would never be shown."},
		{"articles", len(a.Articles) > 0, []PageKind{ArticlePage}, "Of the pages you aim at none is an article. It would never be shown."},
	} {
		if !step.on {
			continue
		}
		if kinds = slices.DeleteFunc(kinds, func(k PageKind) bool { return !slices.Contains(step.keep, k) }); len(kinds) == 0 && f[step.field] == "" {
			f[step.field] = step.says
			return
		}
	}
	if len(a.Articles) > 0 && f["articles"] == "" && !slices.ContainsFunc(g.pages, a.OnPage) {
		f["articles"] = "None of these articles stands in the sections, topics and languages you aim at. It would never be shown."
	}
}

func (a Aim) checkNames(g ground, f fault.Form) {
	for field, n := range map[string]int{"sections": len(a.Sections), "topics": len(a.Topics), "articles": len(a.Articles), "countries": len(a.Countries), "regions": len(a.Regions)} {
		if n > mostAimed {
			f[field] = fmt.Sprintf("Name up to %d.", mostAimed)
		}
	}
	for _, id := range a.Sections {
		if s, ok := g.tree.Get(id); !ok {
			f["sections"] = "One of these sections is not there any more."
		} else if g.rules.Bars(Page{Sections: In(g.tree, id)}) {
			f["sections"] = "The paper has no positions in " + s.NameIn(g.paper.Main()) + "."
		}
	}
	if len(a.Topics) > len(g.topics) {
		f["topics"] = "One of these topics is not there any more."
	}
	if len(a.Articles) > len(g.pages) {
		f["articles"] = "One of these articles is not before the public."
	}
	unknown(f, "pages", a.Pages, PageKinds(), "Choose pages from the list.")
	unknown(f, "devices", a.Devices, Devices(), "Choose screens from the list.")
	unknown(f, "langs", a.Langs, g.paper.Langs, "The paper does not appear in this language.")
	for _, c := range a.Countries {
		if !isCountry(c) {
			f["countries"] = c + " is no country. One is two letters, as DE or US (ISO 3166)."
		}
	}
	for _, r := range a.Regions {
		if !regional.MatchString(r) || !isCountry(r[:2]) {
			f["regions"] = r + " is no region. One is written US-NY (ISO 3166-2)."
		}
	}
}

func unknown[T comparable](f fault.Form, field string, list, known []T, says string) {
	for _, item := range list {
		if !slices.Contains(known, item) {
			f[field] = says
		}
	}
}

var regional = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)

func isCountry(c string) bool {
	r, err := language.ParseRegion(c)
	return err == nil && len(c) == 2 && r.IsCountry() && r.String() == c
}

// checkTimes refuses days and hours of which none comes within the booking: no Sunday in it, or the hour that a clock put forward
// leaves out.
func (b Booking) checkTimes(clock *time.Location, f fault.Form) {
	for _, d := range b.Aim.Days {
		if d < time.Sunday || d > time.Saturday {
			f["days"] = "Choose days of the week."
		}
	}
	for _, h := range b.Aim.Hours {
		if h < 0 || h > 23 {
			f["hours"] = "Hours are 0 to 23."
		}
	}
	if len(b.Aim.Days)+len(b.Aim.Hours) == 0 || f["days"] != "" || f["hours"] != "" || b.From.IsZero() || b.Until.IsZero() {
		return
	}
	for at := b.From; at.Before(b.Until); at = at.Add(15 * time.Minute) {
		if local := at.In(clock); meets(b.Aim.Days, []time.Weekday{local.Weekday()}) && meets(b.Aim.Hours, []int{local.Hour()}) {
			return
		}
	}
	if len(b.Aim.Days) > 0 {
		f["days"] = "None of these days comes between the first and the last, at these hours."
	} else {
		f["hours"] = "None of these hours comes between the first and the last day."
	}
}
