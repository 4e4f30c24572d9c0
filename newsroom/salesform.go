package newsroom

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/paper"
	"lede/section"
)

// bookingForm is a booking as it is typed.
type bookingForm struct {
	ID, Version int64
	Place       string
	Promise     string // "share", "flat", "viewed", "clicked", "bulk", "house"
	Share       string
	Goal        string
	First, Last string // "2026-12-01"
	Pace        string
	Pricing     string
	Price       string
	Sections    []int64
	Topics      string // names, one to a line
	Articles    string // addresses, one to a line
	Pages       []string
	Langs       []string
	Devices     []string
	Days        []string // "1" for Monday to "6", "0" for Sunday
	Hours       string   // "7–9, 17–19"
	Countries   string
	Regions     string
	Ads         []int64
	Why         string
	GoodOf      int64
	Shown       bool
}

// promises are the promises as a form has them.
func promises(house bool) []item {
	if house {
		return []item{{"house", "House"}}
	}
	return []item{{"share", "Share of views"}, {"flat", "Flat"}, {"viewed", "Goal of views"}, {"clicked", "Goal of clicks"}, {"bulk", "Bulk"}}
}

func (f bookingForm) blank() bool {
	return f.First == "" && f.Last == "" && f.Price == "" && f.Goal == ""
}

// Narrowed tells whether more than sections is aimed at.
func (f bookingForm) Narrowed() bool {
	return len(f.Pages)+len(f.Langs)+len(f.Devices)+len(f.Days) > 0 || f.Topics+f.Articles+f.Hours+f.Countries+f.Regions != ""
}

// newForm is the form of a new booking: a share of the top, from tomorrow on.
func (s shop) newForm(house bool) bookingForm {
	f := bookingForm{Place: string(ad.Top), Promise: "share", Share: "3", Pace: string(ad.Even), Pricing: string(ad.PerTime)}
	if house {
		f.Promise = "house"
	}
	return f
}

// bookingForm is a booking as the form has it.
func (v *visit) bookingForm(s shop, b ad.Booking) (bookingForm, error) {
	f := bookingForm{ID: b.ID, Version: b.Version, Place: string(b.Place), Promise: string(b.Promise), Share: strconv.Itoa(b.Share), Goal: strconv.FormatInt(b.Goal, 10),
		First: b.First, Last: b.Last, Pace: string(b.Pace), Pricing: string(b.Pricing), Price: ad.Amount(b.Price, s.rules.Currency), Sections: b.Aim.Sections,
		Pages: texts(b.Aim.Pages), Langs: b.Aim.Langs, Devices: texts(b.Aim.Devices), Hours: hourSpans(b.Aim.Hours),
		Countries: strings.Join(b.Aim.Countries, ", "), Regions: strings.Join(b.Aim.Regions, ", "), Ads: b.Ads, GoodOf: b.GoodOf}
	if b.Promise == ad.Goal {
		f.Promise = string(b.Measure)
	}
	if b.Share == 0 {
		f.Share = "3"
	}
	if b.Goal == 0 {
		f.Goal = ""
	}
	for _, d := range b.Aim.Days {
		f.Days = append(f.Days, strconv.Itoa(int(d)))
	}
	topics, err := v.Sections.Topics(v.ctx(), b.Aim.Topics...)
	if err != nil {
		return f, err
	}
	for _, t := range topics {
		f.Topics += t.NameIn("en") + "\n"
	}
	for _, id := range b.Aim.Articles {
		a, err := v.Articles.Get(v.ctx(), id)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return f, err
		}
		f.Articles += a.Path + "\n"
	}
	f.Topics, f.Articles = strings.TrimSpace(f.Topics), strings.TrimSpace(f.Articles)
	return f, nil
}

func texts[T ~string](list []T) []string {
	var all []string
	for _, t := range list {
		all = append(all, string(t))
	}
	return all
}

func tagged[T ~string](list []string) []T {
	var all []T
	for _, t := range list {
		all = append(all, T(t))
	}
	return all
}

// bookingTyped is what was sent.
func bookingTyped(sent url.Values) bookingForm {
	line := func(name string) string { return paper.Line(sent.Get(name)) }
	return bookingForm{ID: number(sent.Get("id")), Version: number(sent.Get("version")), Place: line("place"), Promise: line("promise"), Share: line("share"), Goal: line("goal"),
		First: line("first"), Last: line("last"), Pace: line("pace"), Pricing: line("pricing"), Price: line("price"), Sections: numbers(sent["sections"]),
		Topics: strings.TrimSpace(sent.Get("topics")), Articles: strings.TrimSpace(sent.Get("articles")), Pages: sent["pages"], Langs: sent["langs"], Devices: sent["devices"],
		Days: sent["days"], Hours: line("hours"), Countries: line("countries"), Regions: line("regions"), Ads: numbers(sent["ads"]), Why: line("why"), GoodOf: number(sent.Get("good-of"))}
}

// booking is what a form says, on top of the booking as it is; what cannot be read is in the form.
func (v *visit) booking(s shop, was ad.Booking, f bookingForm) (ad.Booking, fault.Form, error) {
	b, wrong := was, fault.Form{}
	b.Version, b.Place, b.First, b.Last, b.Ads, b.GoodOf = f.Version, ad.Place(f.Place), f.First, f.Last, f.Ads, f.GoodOf
	b.Promise, b.Measure, b.Pace, b.Pricing = ad.Promise(f.Promise), "", ad.Pace(f.Pace), ad.Pricing(f.Pricing)
	if f.Promise == string(ad.Viewed) || f.Promise == string(ad.Clicked) {
		b.Promise, b.Measure = ad.Goal, ad.Measure(f.Promise)
	}
	b.Share = int(number(f.Share))
	b.Goal = number(strings.NewReplacer(",", "", ".", "", " ", "", "\u00a0", "").Replace(f.Goal))
	if n, ok := ad.ParseAmount(f.Price, s.rules.Currency); ok {
		b.Price = n
	} else if f.Price == "" {
		b.Price = 0
	} else {
		wrong["price"] = "This is no sum. One is written 1,234.50."
	}
	var err error
	b.Aim, err = v.aim(f, wrong)
	return b, wrong, err
}

// aim reads whom a form is for.
func (v *visit) aim(f bookingForm, wrong fault.Form) (ad.Aim, error) {
	a := ad.Aim{Sections: f.Sections, Pages: tagged[ad.PageKind](f.Pages), Langs: f.Langs, Devices: tagged[ad.Device](f.Devices), Countries: codes(f.Countries), Regions: codes(f.Regions)}
	for _, d := range f.Days {
		n, err := strconv.Atoi(d)
		if err != nil {
			n = -1
		}
		a.Days = append(a.Days, time.Weekday(n))
	}
	var ok bool
	if a.Hours, ok = hoursOf(f.Hours); !ok {
		wrong["hours"] = "Hours are written 7–9, 17–19: from the beginning of the first to the end of the last."
	}
	for _, name := range linesOf(f.Topics) {
		id, err := v.topicNamed(name)
		if err != nil {
			return a, err
		}
		if id == 0 {
			wrong["topics"] = "“" + name + "” is no topic of the paper."
			continue
		}
		a.Topics = append(a.Topics, id)
	}
	for _, address := range linesOf(f.Articles) {
		id, err := v.articleAt(v.ctx(), address)
		if err != nil {
			return a, err
		}
		if id == 0 {
			wrong["articles"] = "“" + address + "” is the address of no article. One looks like /2026/11/harbor-ice."
			continue
		}
		a.Articles = append(a.Articles, id)
	}
	return a, nil
}

func linesOf(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = paper.Line(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// codes are countries or regions as typed: "us, de" is US and DE.
func codes(typed string) []string {
	return strings.FieldsFunc(strings.ToUpper(typed), func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
}

// topicNamed is the topic of that name, 0 for none.
func (v *visit) topicNamed(name string) (int64, error) {
	list, _, err := v.Sections.FindTopics(v.ctx(), section.Search{Find: name, Limit: 100})
	for _, t := range list {
		if strings.EqualFold(t.NameIn("en"), name) || strings.EqualFold(t.NameIn(v.paper.Main()), name) {
			return t.ID, err
		}
	}
	return 0, err
}

// articleAt is the article at an address, 0 for none.
func (v *visit) articleAt(ctx context.Context, address string) (int64, error) {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return 0, nil
	}
	at, err := v.Papers.At(ctx, u.Path)
	var moved fault.Moved
	if errors.As(err, &moved) {
		at, err = v.Papers.At(ctx, moved.To)
	}
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) || errors.As(err, &moved) || err == nil && at.Kind != paper.KindArticle {
		return 0, nil
	}
	return at.ID, err
}

// choice is one of several that can be ticked.
type ticking struct {
	Key, Says string
	On        bool
	Deep      int // how far a section is set in
}

// offerings are what the lists of the form offer.
type offerings struct {
	Places, Promises, Shares, Paces, Pricings []ticking
	Sections, Pages, Langs, Devices, Days     []ticking
}

func (v *visit) offerings(s shop, f bookingForm, house bool) offerings {
	var c offerings
	for _, p := range ad.Places() {
		if !slices.Contains(s.rules.Closed, p) || f.Place == string(p) {
			c.Places = append(c.Places, ticking{Key: string(p), Says: placeNames[p], On: f.Place == string(p)})
		}
	}
	for _, p := range promises(house) {
		c.Promises = append(c.Promises, ticking{Key: p.Key, Says: p.Says, On: f.Promise == p.Key})
	}
	for n := 1; n <= 10; n++ {
		one := ticking{Key: strconv.Itoa(n), Says: "1 in " + strconv.Itoa(n), On: f.Share == strconv.Itoa(n)}
		if n == 1 {
			one.Says = "All"
		}
		c.Shares = append(c.Shares, one)
	}
	c.Paces = []ticking{{Key: string(ad.Even), Says: "Evenly", On: f.Pace != string(ad.Fast)}, {Key: string(ad.Fast), Says: "As fast as readers come", On: f.Pace == string(ad.Fast)}}
	for _, p := range []item{{string(ad.PerTime), "For the booking"}, {string(ad.PerThousand), "A thousand viewed"}, {string(ad.PerClick), "A click"}} {
		c.Pricings = append(c.Pricings, ticking{Key: p.Key, Says: p.Says, On: f.Pricing == p.Key})
	}
	c.Sections = sectionTicks(s.tree, 0, 0, f.Sections)
	for _, k := range ad.PageKinds() {
		c.Pages = append(c.Pages, ticking{Key: string(k), Says: upperFirst(pageNames[k]), On: slices.Contains(f.Pages, string(k))})
	}
	for _, l := range v.paper.Langs {
		c.Langs = append(c.Langs, ticking{Key: l, Says: tongue.For("en").Language(l), On: slices.Contains(f.Langs, l)})
	}
	for _, d := range ad.Devices() {
		c.Devices = append(c.Devices, ticking{Key: string(d), Says: upperFirst(deviceNames[d]), On: slices.Contains(f.Devices, string(d))})
	}
	for _, d := range week() {
		key := strconv.Itoa(int(d))
		c.Days = append(c.Days, ticking{Key: key, Says: d.String()[:3], On: slices.Contains(f.Days, key)})
	}
	return c
}

// sectionTicks are the sections below parent, each followed by those below it.
func sectionTicks(tree section.Tree, parent int64, deep int, on []int64) []ticking {
	var all []ticking
	for _, s := range tree.Below(parent) {
		all = append(all, ticking{Key: strconv.FormatInt(s.ID, 10), Says: s.NameIn("en"), On: slices.Contains(on, s.ID), Deep: min(deep, 3)})
		all = append(all, sectionTicks(tree, s.ID, deep+1, on)...)
	}
	return all
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// dayClicked sets the days of a form as a click on one of the month does: the first click chooses a day, the next the last one.
func (f bookingForm) dayClicked(day string) bookingForm {
	if f.First != "" && f.First == f.Last && day > f.First {
		f.Last = day
		return f
	}
	f.First, f.Last = day, day
	return f
}
