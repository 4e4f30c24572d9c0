package ad

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/secret"
	"lede/paper"
	"lede/section"
)

var (
	noon    = time.Date(2026, 12, 1, 17, 0, 0, 0, time.UTC)
	newYork = func() *time.Location {
		z, err := time.LoadLocation("America/New_York")
		if err != nil {
			panic(err)
		}
		return z
	}()
	article = Page{Kind: ArticlePage, ID: 7, Sections: []int64{12, 1}, Topics: []int64{30}, Lang: "en"}
)

// fitting is a picture that stands in a place on all screens.
func fitting(p Place) Content {
	c := Content{Link: "https://bellamys.example/"}
	for _, d := range Devices() {
		c.Files = append(c.Files, File{Name: string(d), Box: p.Box(d)})
	}
	return c
}

// shows is a booking that runs around noon with n ads of its own.
func shows(id int64, p Place, promise Promise, n int) Running {
	r := Running{Booking: Booking{ID: id, Version: 1, Advertiser: id, Place: p, Promise: promise, From: noon.Add(-48 * time.Hour), Until: noon.Add(48 * time.Hour), Pricing: PerTime, Stage: Booked}}
	for i := range n {
		r.Shown = append(r.Shown, Ad{ID: id*100 + int64(i), Version: 1, Advertiser: id, Form: PictureForm, Content: fitting(p)})
	}
	return r
}

func table(all ...Running) *Table {
	p := NewPlan(newYork, NewRules(), all, NewCurve(newYork, nil, nil, noon))
	return (&Pacer{}).Table(p, noon, nil)
}

func visit() Visit { return Visit{At: noon, View: 1, Device: Desk} }

// tally of whom n page views show, by booking.
func tallied(t *Table, page Page, spots []Place, v Visit, n uint64) map[int64]int {
	got := map[int64]int{}
	for i := range n {
		for _, p := range t.Choose(page, spots, v, mix(99, i)) {
			got[p.Booking]++
		}
	}
	return got
}

func TestWhatIsBookedFlatGoesFirstThenSharesGoalsBulkAndTheHouse(t *testing.T) {
	all := []Running{shows(1, Top, Flat, 1), shows(2, Top, Share, 1), shows(3, Top, Goal, 1), shows(4, Top, Bulk, 1), shows(5, Top, House, 1)}
	all[1].Booking.Share = 1
	all[2].Goal, all[2].Measure = 1_000_000_000, Rendered
	for len(all) > 0 {
		first := all[0].ID
		if got := tallied(table(all...), article, []Place{Top}, visit(), 100); got[first] != 100 {
			t.Errorf("of 100 views booking %d had %v", first, got)
		}
		all = all[1:]
	}
	if got := tallied(table(), article, []Place{Top}, visit(), 10); got[0] != 10 {
		t.Errorf("with nothing booked: %v", got)
	}
}

func TestSharesAreExactAlsoWhereAPageHasSeveralPositions(t *testing.T) {
	a, b, house := shows(1, Text, Share, 1), shows(2, Text, Share, 2), shows(9, Text, House, 9)
	a.Booking.Share, b.Booking.Share = 3, 4
	table := table(a, b, house)
	for _, spots := range [][]Place{{Text}, {Top, Text, Text}, {Text, Text, Text}} {
		const views = 60_000
		got := tallied(table, article, spots, visit(), views)
		n := 0.0
		for _, p := range spots {
			if p == Text {
				n += views
			}
		}
		for id, want := range map[int64]float64{1: 1. / 3, 2: 1. / 4} {
			if is := float64(got[id]) / n; math.Abs(is-want) > .005 {
				t.Errorf("%v: booking %d has %.4f of the views, not %.4f", spots, id, is, want)
			}
		}
	}
}

func TestNoAdStandsTwiceOnAPage(t *testing.T) {
	a, b, bulk := shows(1, Text, Flat, 2), shows(2, Top, Flat, 1), shows(3, Text, Bulk, 3)
	b.Shown = a.Shown[:1] // two bookings show the same ad
	table := table(a, b, bulk)
	for i := range uint64(500) {
		seen := map[int64]bool{}
		for _, p := range table.Choose(article, []Place{Top, Text, Text, Text, Text}, visit(), i) {
			if p.Ad != 0 && seen[p.Ad] {
				t.Fatalf("ad %d stands twice", p.Ad)
			}
			seen[p.Ad] = true
		}
		if len(seen) < 5 {
			t.Fatalf("%d ads stand where 5 could", len(seen))
		}
	}
}

func TestAdsOfABookingAreShownAsOftenAsEachOther(t *testing.T) {
	table := table(shows(1, Top, Flat, 3))
	got := map[int64]int{}
	for i := range uint64(30_000) {
		got[table.Choose(article, []Place{Top}, visit(), mix(5, i))[0].Ad]++
	}
	for id := int64(100); id < 103; id++ {
		if got[id] < 9_700 || got[id] > 10_300 {
			t.Errorf("ad %d was shown %d times of 30,000", id, got[id])
		}
	}
}

func TestOnlyWhomABookingIsAimedAtGetsIt(t *testing.T) {
	tuesdayNoon := visit()
	for name, c := range map[string]struct {
		aim  Aim
		page func(*Page)
		v    func(*Visit)
		want bool
	}{
		"everybody":           {want: true},
		"the section":         {aim: Aim{Sections: []int64{12}}, want: true},
		"the section above":   {aim: Aim{Sections: []int64{1}}, want: true},
		"another section":     {aim: Aim{Sections: []int64{2}}},
		"the topic":           {aim: Aim{Topics: []int64{29, 30}}, want: true},
		"another topic":       {aim: Aim{Topics: []int64{29}}},
		"the article":         {aim: Aim{Articles: []int64{7}}, want: true},
		"a topic of its id":   {aim: Aim{Articles: []int64{7}}, page: func(p *Page) { p.Kind = TopicPage }},
		"articles":            {aim: Aim{Pages: []PageKind{ArticlePage}}, want: true},
		"fronts":              {aim: Aim{Pages: []PageKind{FrontPage}}},
		"English":             {aim: Aim{Langs: []string{"en"}}, want: true},
		"Spanish":             {aim: Aim{Langs: []string{"es"}}},
		"phones":              {aim: Aim{Devices: []Device{Phone}}},
		"wide screens":        {aim: Aim{Devices: []Device{Desk, Tablet}}, want: true},
		"Tuesdays":            {aim: Aim{Days: []time.Weekday{time.Tuesday}}, want: true},
		"Wednesdays":          {aim: Aim{Days: []time.Weekday{time.Wednesday}}},
		"noon in New York":    {aim: Aim{Hours: []int{12}}, want: true},
		"five in the evening": {aim: Aim{Hours: []int{17}}},
		"an unknown country":  {aim: Aim{Countries: []string{"US"}}},
		"its country":         {aim: Aim{Countries: []string{"US"}}, v: func(v *Visit) { v.Country = "US" }, want: true},
		"its region":          {aim: Aim{Regions: []string{"US-NY"}}, v: func(v *Visit) { v.Country, v.Region = "US", "US-NY" }, want: true},
		"another region":      {aim: Aim{Regions: []string{"US-CA"}}, v: func(v *Visit) { v.Country, v.Region = "US", "US-NY" }},
		"before it begins":    {v: func(v *Visit) { v.At = noon.Add(-48*time.Hour - time.Nanosecond) }},
		"when it begins":      {v: func(v *Visit) { v.At = noon.Add(-48 * time.Hour) }, want: true},
		"when it is over":     {v: func(v *Visit) { v.At = noon.Add(48 * time.Hour) }},
		"section and topic":   {aim: Aim{Sections: []int64{12}, Topics: []int64{31}}},
		"a phone, no picture": {v: func(v *Visit) { v.Device = Phone }},
	} {
		r := shows(1, Top, Flat, 1)
		r.Aim = c.aim
		if strings.Contains(name, "no picture") {
			r.Shown[0].Files = r.Shown[0].Files[2:] // nothing that stands on a phone
		}
		page, v := article, tuesdayNoon
		if c.page != nil {
			c.page(&page)
		}
		if c.v != nil {
			c.v(&v)
		}
		if got := table(r).Choose(page, []Place{Top}, v, 1)[0].Booking == 1; got != c.want {
			t.Errorf("%s: shown is %v", name, got)
		}
	}
}

func TestWithoutAScriptNothingIsShownThatIsSoldByViews(t *testing.T) {
	byThousand, toViews, toRendered, flat := shows(1, Top, Flat, 1), shows(2, Top, Goal, 1), shows(3, Top, Goal, 1), shows(4, Top, Bulk, 1)
	byThousand.Pricing = PerThousand
	toViews.Goal, toViews.Measure = 1_000_000_000, Viewed
	toRendered.Goal, toRendered.Measure = 1_000_000_000, Rendered
	v := visit()
	v.View = 0
	got := tallied(table(byThousand, toViews, toRendered, flat), article, []Place{Top}, v, 1000)
	if got[1]+got[2] > 0 || got[3] == 0 {
		t.Errorf("without a script the views went to %v", got)
	}
}

func TestStandsTellsByTheClockWhatAPageMayShow(t *testing.T) {
	flat, later, hours, house, other := shows(1, Top, Flat, 1), shows(2, Foot, Flat, 1), shows(3, Beside, Goal, 1), shows(4, Text, House, 1), shows(5, Between, Flat, 1)
	later.From = noon.Add(time.Hour)
	hours.Aim.Hours = []int{13}
	other.Aim.Sections = []int64{2}
	p := NewPlan(newYork, NewRules(), []Running{flat, later, hours, house, other}, NewCurve(newYork, nil, nil, noon))
	places := func(s Standing) (list []Place) {
		for _, p := range Places() {
			if _, ok := s.Places[p]; ok {
				list = append(list, p)
			}
		}
		return list
	}
	s := p.Stands(article, noon)
	if got := places(s); !slices.Equal(got, []Place{Top, Text}) || s.Places[Text].Ad != 400 || s.Places[Top].Ad != 0 {
		t.Errorf("at noon there stand %v, %v", got, s.Places)
	}
	if want := noon.Add(time.Hour); !s.Until.Equal(want) {
		t.Errorf("it holds until %v, not %v", s.Until, want)
	}
	if got := places(p.Stands(article, noon.Add(time.Hour))); !slices.Equal(got, []Place{Top, Beside, Text, Foot}) {
		t.Errorf("an hour later there stand %v", got)
	}
	if s := p.Stands(article, noon.Add(48*time.Hour)); len(s.Places) > 0 || !s.Until.IsZero() {
		t.Errorf("when all is over there stand %v until %v", s.Places, s.Until)
	}
	rules := NewRules()
	rules.Closed, rules.Sections = []Place{Top}, []int64{2}
	p = NewPlan(newYork, rules, []Running{flat, house}, NewCurve(newYork, nil, nil, noon))
	if got := places(p.Stands(article, noon)); !slices.Equal(got, []Place{Text}) {
		t.Errorf("with the top closed there stand %v", got)
	}
	if got := places(p.Stands(Page{Kind: SectionPage, Sections: []int64{2}}, noon)); len(got) > 0 {
		t.Errorf("in a section without positions there stand %v", got)
	}
}

func TestTokensAreShortAndOnlyOurs(t *testing.T) {
	s := NewStore(nil, secret.New(), nil, nil, nil)
	full := Offer{ID: newOfferID(), At: noon, Booking: db.NewID(), Ad: db.NewID(), AdVersion: db.NewID(), Place: Foot, N: 12, Kind: StandingPage, Page: db.NewID(), Section: db.NewID(),
		Lang: "zh-Hant-HK-x-something-long", Device: Desk, Scripted: true, Reason: "too fast from one network", Look: true}
	for _, o := range []Offer{full, {ID: newOfferID(), At: noon, Place: Top, Kind: FrontPage, Device: Phone, Lang: "en"}} {
		token := s.Seal(o)
		if len(token) > 200 || strings.ContainsAny(token, "+/=% ") {
			t.Errorf("a token of %d letters: %s", len(token), token)
		}
		if got, err := s.Unseal(token, noon.Add(Lasts)); err != nil || got != o {
			t.Errorf("unsealed it is %+v, %v\nwant %+v", got, err, o)
		}
		if got, err := s.Unseal(token, noon.Add(Lasts+time.Millisecond)); !errors.Is(err, ErrLate) || got != o {
			t.Errorf("late it is %+v, %v", got, err)
		}
		for i := range len(token) {
			forged := []byte(token)
			forged[i] = "AB"[b2i(forged[i] == 'A')]
			if _, err := s.Unseal(string(forged), noon); !errors.Is(err, fault.NotFound) {
				t.Fatalf("letter %d changed: %v", i, err)
			}
		}
		for _, wrong := range []string{"", token[:40], token + "A", token + token, NewStore(nil, secret.New(), nil, nil, nil).Seal(o)} {
			if _, err := s.Unseal(wrong, noon); !errors.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
	}
}

func FuzzUnpackedOffersArePackedTheSame(f *testing.F) {
	f.Add(packOffer(Offer{ID: newOfferID(), At: noon, Place: Top, Kind: FrontPage, Device: Phone, Lang: "en"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o, ok := unpackOffer(b); ok {
			if again, ok := unpackOffer(packOffer(o)); !ok || again.ID != o.ID || again.Booking != o.Booking {
				t.Errorf("%+v becomes %+v", o, again)
			}
		}
	})
}

// keep puts a booking that runs, and its ads, into the database as they are kept.
func keep(t *testing.T, d *db.DB, r Running) {
	t.Helper()
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	do := func(statement string, args ...any) {
		t.Helper()
		if err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error { _, err := q.ExecContext(ctx, statement, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	do(`insert into booking (id, version, at, order_id, advertiser_id, place, promise, measure, goal, share, first_day, last_day, from_at, until_at, pace, pricing, price, aim, stage, runs, forecast)
		values ($1, 1, 0, 1, $2, $3, $4, $5, $6, $7, '', '', $8, $9, $10, $11, 0, $12, 'booked', 1, $13)`,
		r.ID, r.Advertiser, r.Place, r.Promise, r.Measure, r.Goal, r.Booking.Share, db.Micros(r.From), db.Micros(r.Until), r.Pace, r.Pricing, text(r.Aim), text(r.Forecast))
	for i, a := range r.Shown {
		do(`insert into ad (id, version, at, by_id, advertiser_id, name, form, stage, shown_version) values ($1, 2, 0, 1, $2, '', $3, 'approved', 1)`, a.ID, a.Advertiser, a.Form)
		do(`insert into ad_version (ad_id, version, at, by_id, what) values ($1, 1, 0, 1, $2)`, a.ID, text(a.Content))
		do(`insert into booking_ad (booking_id, ad_id, place) values ($1, $2, $3)`, r.ID, a.ID, i)
	}
}

func open(t *testing.T, d *db.DB) *Store {
	t.Helper()
	papers := paper.NewStore(d)
	if err := papers.Found(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	return NewStore(d, secret.New(), nil, papers, section.NewStore(d))
}

func TestTheSamePageViewIsOfferedTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		keep(t, d, shows(1, Top, Flat, 5))
		keep(t, d, shows(2, Text, Bulk, 5))
		spots := []Place{Top, Text, Text, Beside}
		choose := func(v Visit) []Offer {
			t.Helper()
			offers, err := s.Choose(t.Context(), article, spots, v)
			if err != nil {
				t.Fatal(err)
			}
			return offers
		}
		v := visit()
		first := choose(v)
		if first[0].Booking != 1 || first[1].Booking != 2 || first[2].Booking != 2 || first[1].Ad == first[2].Ad || first[3].Booking != 0 {
			t.Fatalf("offered: %+v", first)
		}
		v.At = v.At.Add(59 * time.Second)
		for n, o := range choose(v) {
			if want := first[n]; o.ID != want.ID || o.Ad != want.Ad || o.N != n || o.Place != spots[n] || o.Section != 12 || !o.Scripted {
				t.Errorf("asked again, position %d is offered %+v, not %+v", n, o, want)
			}
			if got, err := s.Unseal(s.Seal(o), v.At); err != nil || got != o {
				t.Errorf("sealed and unsealed: %+v, %v; want %+v", got, err, o)
			}
		}
		ads := map[string]bool{}
		for i := range uint64(50) {
			v.View = 1000 + i
			ads[fmt.Sprint(choose(v)[0].Ad)] = true
		}
		if len(ads) != 5 {
			t.Errorf("50 page views saw %d of 5 ads", len(ads))
		}
		v.View = 0
		one, two := choose(v), choose(v)
		if one[0].Ad != two[0].Ad || one[0].ID == two[0].ID || one[0].Scripted {
			t.Errorf("without a script: %+v and %+v", one[0], two[0])
		}
	})
}

func TestWhatChangedIsDecidedAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		if at, err := s.Stands(t.Context(), article, noon); err != nil || len(at.Places) > 0 {
			t.Fatalf("in an empty paper there stand %v, %v", at, err)
		}
		keep(t, d, shows(1, Top, Flat, 1))
		s.Forget()
		if at, err := s.Stands(t.Context(), article, noon); err != nil || len(at.Places) != 1 {
			t.Fatalf("after it is booked there stand %v, %v", at, err)
		}
		if at, err := s.Stands(t.Context(), article, noon.Add(72*time.Hour)); err != nil || len(at.Places) > 0 {
			t.Fatalf("in three days there stand %v, %v", at, err)
		}
		if at, err := s.Stands(t.Context(), article, noon.Add(-time.Hour)); err != nil || len(at.Places) != 1 {
			t.Fatalf("an hour before there stand %v, %v", at, err)
		}
	})
}
