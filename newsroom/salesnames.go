package newsroom

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/tongue"
	"lede/paper"
	"lede/section"
)

// shop is what the names of what is sold are made of.
type shop struct {
	rules  ad.Rules
	tree   section.Tree
	clock  *time.Location
	buyers map[int64]string
	topics map[int64]string
	now    time.Time
}

// shop reads them.
func (v *visit) shop() (shop, error) {
	s := shop{clock: v.paper.Clock(), buyers: map[int64]string{0: "The house"}, topics: map[int64]string{}, now: v.now}
	var err error
	if s.rules, err = v.Ads.Rules(v.ctx()); err != nil {
		return s, err
	}
	if s.tree, err = v.Sections.Tree(v.ctx()); err != nil {
		return s, err
	}
	all, err := v.Ads.Advertisers(v.ctx(), "")
	for _, a := range all {
		s.buyers[a.ID] = a.Name
	}
	return s, err
}

// placeNames are the places as staff call them.
var placeNames = map[ad.Place]string{ad.Top: "Top", ad.Beside: "Beside", ad.Text: "In the text", ad.Between: "Between cards", ad.Foot: "Foot"}

// pageNames are the kinds of pages as staff call them.
var pageNames = map[ad.PageKind]string{ad.FrontPage: "the front", ad.SectionPage: "sections", ad.TopicPage: "topics", ad.ListPage: "lists", ad.ArticlePage: "articles", ad.StandingPage: "standing pages"}

var deviceNames = map[ad.Device]string{ad.Phone: "phones", ad.Tablet: "tablets", ad.Desk: "wide screens"}

// position names where a booking stands: "Top of Sport", "In the text, Town".
func (s shop) position(b ad.Booking) string {
	where := s.where(b.Aim)
	name := placeNames[b.Place]
	if name == "" {
		return "No position yet"
	}
	if b.Place == ad.Top || b.Place == ad.Foot {
		if where == "" {
			where = "all pages"
		}
		return name + " of " + where
	}
	if where == "" {
		return name
	}
	return name + ", " + where
}

// where names the sections, topics, articles and pages of an aim; "" for all of them.
func (s shop) where(a ad.Aim) string {
	var names []string
	for _, id := range a.Sections {
		if sec, ok := s.tree.Get(id); ok {
			names = append(names, sec.NameIn("en"))
		}
	}
	for _, id := range a.Topics {
		names = append(names, s.topics[id])
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	switch n := len(a.Articles); {
	case n == 1:
		names = append(names, "one article")
	case n > 1:
		names = append(names, fmt.Sprintf("%d articles", n))
	}
	if len(names) == 0 {
		for _, k := range a.Pages {
			names = append(names, pageNames[k])
		}
	}
	return tongue.For("en").List(names)
}

// aimed says what else narrows a booking: "articles, phones, Mon to Fri, 7 to 9 h, in English, DE".
func (s shop) aimed(a ad.Aim) string {
	var parts []string
	if len(a.Sections)+len(a.Topics)+len(a.Articles) > 0 {
		for _, k := range a.Pages {
			parts = append(parts, pageNames[k])
		}
	}
	for _, d := range a.Devices {
		parts = append(parts, deviceNames[d])
	}
	for _, l := range a.Langs {
		parts = append(parts, "in "+tongue.For("en").Language(l))
	}
	if len(a.Days) > 0 {
		parts = append(parts, dayNames(a.Days))
	}
	if len(a.Hours) > 0 {
		parts = append(parts, hourSpans(a.Hours)+" h")
	}
	parts = append(parts, a.Countries...)
	return strings.Join(append(parts, a.Regions...), ", ")
}

// week are the days of the week in the order of a calendar.
func week() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

func dayNames(days []time.Weekday) string {
	var names []string
	for _, d := range week() {
		if slices.Contains(days, d) {
			names = append(names, d.String()[:3])
		}
	}
	return strings.Join(names, ", ")
}

// hourSpans writes hours as people say them, "7–9, 17–19": from the beginning of the first to the end of the last.
func hourSpans(hours []int) string {
	var spans []string
	for i := 0; i < len(hours); {
		j := i
		for j+1 < len(hours) && hours[j+1] == hours[j]+1 {
			j++
		}
		spans = append(spans, fmt.Sprintf("%d–%d", hours[i], hours[j]+1))
		i = j + 1
	}
	return strings.Join(spans, ", ")
}

// hoursOf reads hours as people write them, "7-9, 17–19" or "7"; ok is false where it is none.
func hoursOf(typed string) (hours []int, ok bool) {
	for part := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ',' || r == ';' }) {
		part = strings.TrimSpace(strings.NewReplacer("–", "-", ":00", "", "h", "", " to ", "-").Replace(part))
		if part == "" {
			continue
		}
		from, to, span := strings.Cut(part, "-")
		first, err := strconv.Atoi(strings.TrimSpace(from))
		last := first + 1
		if err == nil && span {
			last, err = strconv.Atoi(strings.TrimSpace(to))
		}
		if err != nil || first < 0 || last > 24 || first >= last {
			return nil, false
		}
		for h := first; h < last; h++ {
			hours = append(hours, h)
		}
	}
	return hours, true
}

// promise says what a booking gives: "1 in 3 views", "20,000 viewed".
func (s shop) promise(b ad.Booking) string {
	switch b.Promise {
	case ad.Flat:
		return "the position"
	case ad.Share:
		if b.Share == 1 {
			return "all views"
		}
		return fmt.Sprintf("1 in %d views", b.Share)
	case ad.Goal:
		says := thousands(int(b.Goal)) + " " + string(b.Measure)
		if b.Pace == ad.Fast {
			says += ", as fast as readers come"
		}
		return says
	case ad.Bulk:
		return "what nobody else bought"
	case ad.House:
		return "where nothing is sold"
	}
	return "nothing yet"
}

// price says what a booking costs: "400.00", "12.00 a thousand viewed".
func (s shop) price(b ad.Booking) string {
	sum := ad.Amount(b.Price, s.rules.Currency)
	switch {
	case b.Promise == ad.House:
		return "–"
	case b.Pricing == ad.PerThousand:
		return sum + " a thousand viewed"
	case b.Pricing == ad.PerClick:
		return sum + " a click"
	}
	return sum
}

// when says the days of a booking: "1–19 Dec", "28 Nov – 3 Dec", with the year where it is not this one.
func (s shop) when(b ad.Booking) string {
	first, ok1 := paper.Day(time.DateOnly, b.First, s.clock)
	last, ok2 := paper.Day(time.DateOnly, b.Last, s.clock)
	if !ok1 || !ok2 {
		return strings.TrimSpace(b.First + " – " + b.Last)
	}
	year := ""
	if last.Year() != s.now.Year() || first.Year() != s.now.Year() {
		year = last.Format(" 2006")
	}
	switch {
	case b.First == b.Last:
		return first.Format("2 Jan") + year
	case first.Year() != last.Year():
		return first.Format("2 Jan 2006") + " – " + last.Format("2 Jan 2006")
	case first.Month() == last.Month():
		return first.Format("2–") + last.Format("2 Jan") + year
	}
	return first.Format("2 Jan – ") + last.Format("2 Jan") + year
}

// days is how many days a booking lasts.
func (s shop) days(b ad.Booking) int {
	first, err1 := time.Parse(time.DateOnly, b.First)
	last, err2 := time.Parse(time.DateOnly, b.Last)
	if err1 != nil || err2 != nil || last.Before(first) {
		return 0
	}
	return int(last.Sub(first)/(24*time.Hour)) + 1
}

// stage says where a booking stands at this moment.
func (s shop) stage(b ad.Booking) tag {
	switch {
	case b.Stage == ad.Draft:
		return tag{"", "not booked"}
	case b.Stage == ad.Cancelled:
		return tag{"stop", "cancelled"}
	case b.Over(s.now):
		return tag{"", "over"}
	case b.Stage == ad.Paused:
		return tag{"warn", "paused"}
	case b.Runs(s.now):
		return tag{"good", "runs"}
	}
	return tag{"pen", "booked"}
}
