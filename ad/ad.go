// Package ad sells what space a page has: positions, orders, bookings and ads, what is shown when, and a ledger of what was seen.
package ad

import (
	"slices"
	"time"
)

// Place is where on a page a position is.
type Place string

// The places, from the head of a page to its foot.
const (
	Top     Place = "top"
	Beside  Place = "beside"
	Text    Place = "text"    // between the paragraphs of an article; there may be several
	Between Place = "between" // between the cards of a front or a list
	Foot    Place = "foot"
)

// Places are all places, in the order of a page.
func Places() []Place { return []Place{Top, Beside, Text, Between, Foot} }

// Device is how wide the screen is.
type Device string

// The devices: below 768 CSS pixels, below 1088, and from there on.
const (
	Phone  Device = "phone"
	Tablet Device = "tablet"
	Desk   Device = "desk"
)

// Devices are all devices, the narrowest first.
func Devices() []Device { return []Device{Phone, Tablet, Desk} }

// Box is a size in CSS pixels.
type Box struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Box is the room a position has on a screen: sizes of the IAB's fixed-size guidelines. Nothing that is shown there is larger, and the
// page keeps all of it.
func (p Place) Box(d Device) Box {
	switch p {
	case Top, Foot:
		return map[Device]Box{Phone: {320, 100}, Tablet: {728, 90}, Desk: {970, 250}}[d]
	case Between: // beside a list there is no room for more
		return map[Device]Box{Phone: {300, 250}, Tablet: {728, 90}, Desk: {728, 90}}[d]
	}
	return Box{300, 250}
}

// PageKind is what a page is.
type PageKind string

// The kinds of pages that have positions.
const (
	FrontPage    PageKind = "front"
	SectionPage  PageKind = "section"
	TopicPage    PageKind = "topic"
	ListPage     PageKind = "list" // of a day, of somebody's articles
	ArticlePage  PageKind = "article"
	StandingPage PageKind = "page"
)

// PageKinds are all kinds of pages that have positions.
func PageKinds() []PageKind {
	return []PageKind{FrontPage, SectionPage, TopicPage, ListPage, ArticlePage, StandingPage}
}

// Page is what is known of a page that has positions.
type Page struct {
	Kind     PageKind
	ID       int64   // of the article, section, topic or standing page; 0 else
	Sections []int64 // the section it stands in, and all above it
	Topics   []int64
	Lang     string // BCP 47
}

// Section is the section a page is counted under; 0 for none.
func (p Page) Section() int64 {
	if len(p.Sections) == 0 {
		return 0
	}
	return p.Sections[0]
}

// Visit is what is known of whoever asks for what stands in a position. Nothing of it is kept but the device.
type Visit struct {
	At              time.Time
	View            uint64 // the number of the page view; 0 without JavaScript
	Device          Device
	Country, Region string // ISO 3166-1 and 3166-2, "US", "US-NY"; "" where it is not known
}

// Promise is what a booking gives.
type Promise string

// The promises.
const (
	Flat  Promise = "flat"  // the position, for a time
	Share Promise = "share" // one in so many views
	Goal  Promise = "goal"  // so many views or clicks within a time
	Bulk  Promise = "bulk"  // what nobody else bought
	House Promise = "house" // the paper's own, where nothing is sold
)

// Promises are all promises, the first served first.
func Promises() []Promise { return []Promise{Flat, Share, Goal, Bulk, House} }

// Measure is what is counted of an ad: the IAB's terms.
type Measure string

// The measures. Viewed is half of the pixels for one second in a visible tab (MRC Viewable Ad Impression Guidelines).
const (
	Rendered Measure = "rendered"
	Viewed   Measure = "viewed"
	Clicked  Measure = "clicked"
)

// Measures are all measures, in the order in which they happen.
func Measures() []Measure { return []Measure{Rendered, Viewed, Clicked} }

// Pace is how a goal is spread over its time.
type Pace string

// The paces.
const (
	Even Pace = "even" // along the paper's own hourly curve
	Fast Pace = "fast" // as fast as readers come
)

// Pricing is what a price is for.
type Pricing string

// The pricings.
const (
	PerTime     Pricing = "time"     // the booking
	PerThousand Pricing = "thousand" // a thousand viewed
	PerClick    Pricing = "click"
)

// Aim is whom a booking is for; an empty list is everybody. What names several things in one list is for any of them, what fills
// several lists for those that fit all.
type Aim struct {
	Sections  []int64        `json:"sections,omitempty"` // and those below them
	Topics    []int64        `json:"topics,omitempty"`
	Articles  []int64        `json:"articles,omitempty"`
	Pages     []PageKind     `json:"pages,omitempty"`
	Langs     []string       `json:"langs,omitempty"`
	Devices   []Device       `json:"devices,omitempty"`
	Days      []time.Weekday `json:"days,omitempty"`  // by the paper's clock
	Hours     []int          `json:"hours,omitempty"` // 0 to 23, by the paper's clock
	Countries []string       `json:"countries,omitempty"`
	Regions   []string       `json:"regions,omitempty"`
}

// OnPage tells whether a page is aimed at, whoever reads it.
func (a Aim) OnPage(p Page) bool {
	return meets(a.Sections, p.Sections) && meets(a.Topics, p.Topics) && meets(a.Pages, []PageKind{p.Kind}) && meets(a.Langs, []string{p.Lang}) &&
		(len(a.Articles) == 0 || p.Kind == ArticlePage && slices.Contains(a.Articles, p.ID))
}

// At tells whether a visit is aimed at; clock is v.At by the paper's clock.
func (a Aim) At(v Visit, clock time.Time) bool {
	return meets(a.Devices, []Device{v.Device}) && meets(a.Days, []time.Weekday{clock.Weekday()}) && meets(a.Hours, []int{clock.Hour()}) &&
		(len(a.Countries)+len(a.Regions) == 0 || slices.Contains(a.Countries, v.Country) || slices.Contains(a.Regions, v.Region))
}

// meets tells whether one of has is wanted; where nothing in particular is wanted, everything is.
func meets[T comparable](wanted, has []T) bool {
	return len(wanted) == 0 || slices.ContainsFunc(has, func(h T) bool { return slices.Contains(wanted, h) })
}

// Stage is where an order or a booking stands.
type Stage string

// The stages. Orders are never paused.
const (
	Draft     Stage = "draft"
	Booked    Stage = "booked"
	Paused    Stage = "paused"
	Cancelled Stage = "cancelled"
)

// Booking is one promise in an order.
type Booking struct {
	ID, Version int64
	Order       int64 // 0: the house's own
	Advertiser  int64 // 0: the house
	Made        time.Time
	Place       Place
	Promise     Promise
	Measure     Measure // what a goal counts
	Goal        int64
	Share       int       // one in so many
	First, Last string    // dates by the paper's clock, "2026-12-01", both included
	From, Until time.Time // the same as moments: from the first midnight to that after the last day
	Pace        Pace
	Pricing     Pricing
	Price       int64 // in the smallest unit of the currency
	Aim         Aim
	Stage       Stage
	Ads         []int64 // shown in turn
	GoodOf      int64   // makes good what this booking missed
	Forecast    Forecast
}

// Forecast is what a booking will get, as far as the paper's own traffic tells.
type Forecast struct {
	Views    int64    `json:"views"`              // of the position within its aim and time, by anybody
	Sold     int64    `json:"sold"`               // of these, what others have bought before it
	Viewed   int64    `json:"viewed"`             // what this booking will count
	Clicked  int64    `json:"clicked"`            //
	Enough   bool     `json:"enough"`             // the goal will be reached
	Displace []int64  `json:"displace,omitempty"` // bookings that will miss theirs because of it
	Thin     bool     `json:"thin,omitempty"`     // too little was measured to tell
	Weeks    int      `json:"weeks,omitempty"`    // how many weeks it rests on
	Outliers []string `json:"outliers,omitempty"` // days left out, "2026-11-28"
}

// Form is what an ad is made of.
type Form string

// The forms.
const (
	PictureForm Form = "picture"
	NativeForm  Form = "native" // a headline, a line and perhaps a picture, set in the paper's type
	HTMLForm    Form = "html"   // its own page in a sandbox, with no network but its own files
)

// Judgement is where an ad stands with whoever approves it.
type Judgement string

// The judgements.
const (
	Waiting  Judgement = "waiting"
	Approved Judgement = "approved"
	Rejected Judgement = "rejected"
)

// Ad is what is shown.
type Ad struct {
	ID, Version  int64
	Advertiser   int64 // 0: the house
	Made         time.Time
	By           int64
	Name         string // what staff call it
	Form         Form
	Judgement    Judgement
	ShownVersion int64 // what readers get; 0: nothing yet
	JudgedBy     int64
	Judged       time.Time
	Why          string // it was rejected
	Content
}

// Content is what a version of an ad holds.
type Content struct {
	Link     string `json:"link"` // where a click leads
	Headline string `json:"headline,omitempty"`
	Line     string `json:"line,omitempty"`
	Verb     string `json:"verb,omitempty"` // what the click does, "See the dates"
	Alt      string `json:"alt,omitempty"`
	Files    []File `json:"files,omitempty"` // pictures, one for each size; of HTML all its files, the first is the page
}

// File is a file of an ad, kept under a key of the paper's files.
type File struct {
	Name  string `json:"name"`
	Type  string `json:"type"` // MIME
	Box          // 0 × 0 for what is no picture and no page
	Bytes int64  `json:"bytes"`
	Key   string `json:"key"`
}

// Fits is the largest picture or page of an ad that stands in a box; native cards stand in any, and have no file to name.
func (c Content) Fits(f Form, in Box) (File, bool) {
	var best File
	for _, file := range c.Files {
		if file.Width > 0 && file.Width <= in.Width && file.Height <= in.Height && file.Width*file.Height > best.Width*best.Height {
			best = file
		}
	}
	return best, f == NativeForm || best.Width > 0
}

// Offer is an ad in a position of one page view: what was chosen, not yet what was seen.
type Offer struct {
	ID        string // random, 22 letters
	At        time.Time
	Booking   int64 // 0: nothing is sold here, the house card stays
	Ad        int64
	AdVersion int64
	Place     Place
	N         int // which of the page's positions, from 0
	Kind      PageKind
	Page      int64
	Section   int64
	Lang      string
	Device    Device
	Scripted  bool   // the page has a script that will say when it is seen
	Reason    string // why nothing of it will count, known when it was made: a declared robot, no browser, staff
	Look      bool   // it is only looked at: an advertiser, a preview
}
