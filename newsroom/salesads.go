package newsroom

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/staff"
)

const (
	salesAdsPath  = "/newsroom/sales/ads"
	salesAdsMost  = 200
	salesAdUpload = 60 << 20 // what is sent for one ad
)

func (n *Newsroom) salesAdsRoutes() []route {
	large := []web.RouteOption{web.MaxBody(salesAdUpload), web.Deadline(10 * time.Minute)}
	return []route{
		{pattern: "GET /newsroom/sales/ads", act: staff.Read, on: staff.Ads, handle: salesAds},
		{pattern: "GET /newsroom/sales/ads/new", act: staff.Write, on: staff.Ads, handle: newAd},
		{pattern: "POST /newsroom/sales/ads", act: staff.Write, on: staff.Ads, handle: makeAd, options: large},
		{pattern: "GET /newsroom/sales/ads/{id}", act: staff.Read, on: staff.Ads, handle: oneAd},
		{pattern: "GET /newsroom/sales/ads/{id}/change", act: staff.Write, on: staff.Ads, handle: changeAd},
		{pattern: "POST /newsroom/sales/ads/{id}", act: staff.Write, on: staff.Ads, handle: makeAd, options: large},
		{pattern: "POST /newsroom/sales/ads/{id}/judgement", act: staff.Judge, on: staff.Ads, handle: judgeAd},
		{pattern: "POST /newsroom/sales/ads/{id}/return", act: staff.Write, on: staff.Ads, handle: bringAdBack},
		{pattern: "POST /newsroom/sales/ads/{id}/removal", act: staff.Write, on: staff.Ads, handle: removeAd},
		{pattern: "GET /newsroom/sales/ads/{id}/files/{version}/{name}", act: staff.Read, on: staff.Ads, handle: adFile},
	}
}

// salesAdsView lists ads: those that wait, then all.
type salesAdsView struct {
	frame
	Tabs    []tab
	Saved   string
	May     bool
	Of      string // the advertiser whose ads are listed; "" for all
	Buyer   int64
	Waiting []adRow
	Rows    []adRow
	Approve bool // ads are approved before readers get them
}

// adRow is an ad in a list.
type adRow struct {
	ID                int64
	Name, Buyer, Form string
	State, Tag, When  string
	Picture           string // address of a small picture; "" for none
}

// adForms are the forms as people say them.
var adForms = map[ad.Form]string{ad.PictureForm: "Picture", ad.NativeForm: "Card", ad.HTMLForm: "HTML"}

// adState is where an ad stands, and the colour of that.
func adState(a ad.Ad) (says, tag string) {
	shown := a.ShownVersion > 0 && a.ShownVersion != a.Version
	switch {
	case a.Judgement == ad.Approved:
		return "Readers get it", "good"
	case a.Judgement == ad.Rejected && shown:
		return fmt.Sprintf("Rejected; readers get version %d", a.ShownVersion), "stop"
	case a.Judgement == ad.Rejected:
		return "Rejected", "stop"
	case shown:
		return fmt.Sprintf("Waits for approval; readers get version %d", a.ShownVersion), "warn"
	}
	return "Waits for approval", "warn"
}

func salesAds(v *visit) error {
	page := salesAdsView{frame: v.frame("Ads", "sales"), Tabs: v.adTabs(salesAdsPath), Saved: v.told(), May: v.person.May(staff.Write, staff.Ads, true)}
	rules, err := v.Ads.Rules(v.ctx())
	if err != nil {
		return err
	}
	page.Approve = rules.Approve
	buyers, err := v.buyerNames()
	if err != nil {
		return err
	}
	var all []ad.Ad
	if of := v.r.URL.Query().Get("buyer"); of != "" {
		page.Buyer = number(of)
		if page.Of = buyers[page.Buyer]; page.Of == "" {
			return fault.NotFound
		}
		all, err = v.Ads.Ads(v.ctx(), page.Buyer)
	} else {
		all, err = v.Ads.LatestAds(v.ctx(), salesAdsMost)
	}
	if err != nil {
		return err
	}
	waiting, err := v.Ads.AdsWaiting(v.ctx())
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if page.Of == "" || a.Advertiser == page.Buyer {
			page.Waiting = append(page.Waiting, v.adRow(a, buyers))
		}
	}
	for _, a := range all {
		if a.Judgement != ad.Waiting {
			page.Rows = append(page.Rows, v.adRow(a, buyers))
		}
	}
	return v.show("salesads", page)
}

func (v *visit) adRow(a ad.Ad, buyers map[int64]string) adRow {
	r := adRow{ID: a.ID, Name: a.Name, Buyer: buyers[a.Advertiser], Form: adForms[a.Form], When: day(a.Made.In(v.now.Location()))}
	r.State, r.Tag = adState(a)
	if f, ok := smallest(a.Files); ok {
		r.Picture = adFileAt(a, f)
	}
	return r
}

// smallest is the smallest picture among files.
func smallest(files []ad.File) (ad.File, bool) {
	var least ad.File
	for _, f := range files {
		if adPicture(f) && (least.Bytes == 0 || f.Width*f.Height < least.Width*least.Height) {
			least = f
		}
	}
	return least, least.Bytes > 0
}

// adPicture tells whether a file is a picture that was made here.
func adPicture(f ad.File) bool { return strings.HasPrefix(f.Type, "image/") && f.Width > 0 }

// adFileAt is the address of a picture of an ad, for staff.
func adFileAt(a ad.Ad, f ad.File) string {
	return fmt.Sprintf("%s/%d/files/%d/%s", salesAdsPath, a.ID, a.Version, f.Name)
}

func adAt(id int64) string { return salesAdsPath + "/" + strconv.FormatInt(id, 10) }

// adTabs are the pages about what is sold, of which one is here.
func (v *visit) adTabs(here string) []tab {
	list := []tab{
		{Name: "Overview", Href: "/newsroom/sales"}, {Name: "Orders", Href: "/newsroom/sales/orders"}, {Name: "Advertisers", Href: "/newsroom/sales/buyers"},
		{Name: "House", Href: "/newsroom/sales/house"}, {Name: "Ads", Href: salesAdsPath}, {Name: "Reports", Href: salesReportPath}, {Name: "Positions", Href: salesRulesPath}, {Name: "ads.txt", Href: sellersPath},
	}
	for i := range list {
		list[i].Here = list[i].Href == here
	}
	return list
}

// buyerNames are the names of all advertisers; 0 is the house.
func (v *visit) buyerNames() (map[int64]string, error) {
	all, err := v.Ads.Advertisers(v.ctx(), "")
	names := map[int64]string{0: "The house"}
	for _, a := range all {
		names[a.ID] = a.Name
	}
	return names, err
}

// adView is one ad: how it stands in its boxes, who approves it, its versions.
type adView struct {
	frame
	Tabs        []tab
	Saved       string
	Undo        int64 // the version that Undo brings back
	Ad          ad.Ad
	Form, Buyer string
	State, Tag  string
	By, Judge   string
	Boxes       []adBox
	Past        []adPast
	Uses        []adUse
	May         bool
	Judges      bool   // it waits, and this person may approve it
	Why         string // they may not
	Typed       string // the reason typed
	Wrong       fault.Form
	Removable   bool
}

// adBox is one size that positions have, and what stands in it.
type adBox struct {
	ad.Box
	Where string
	File  string // what is known of the file
	Frame string // address of the document that readers would get; "" where the ad does not stand
}

// adCard is a native card as staff see it while it is made.
type adCard struct{ Headline, Line, Verb, Picture, Size string }

// adPast is one version.
type adPast struct {
	N              int64
	When, By       string
	State, Why     string
	Shown, Current bool
}

// adUse is a booking that shows the ad.
type adUse struct{ Says, Href, Stage string }

func (v *visit) adOf() (ad.Ad, error) {
	id, err := v.id("id")
	if err != nil {
		return ad.Ad{}, err
	}
	return v.Ads.Ad(v.ctx(), id)
}

func oneAd(v *visit) error {
	a, err := v.adOf()
	if err != nil {
		return err
	}
	return v.showAd(http.StatusOK, a, "", nil)
}

func (v *visit) showAd(status int, a ad.Ad, typed string, wrong fault.Form) error {
	page := adView{frame: v.frame(a.Name, "sales"), Tabs: v.adTabs(salesAdsPath), Saved: v.told(), Ad: a, Form: adForms[a.Form], Typed: typed, Wrong: wrong,
		May: v.person.May(staff.Write, staff.Ads, true), Boxes: v.adBoxes(a)}
	page.State, page.Tag = adState(a)
	if page.Saved != "" {
		page.Undo = number(v.r.URL.Query().Get("from"))
	}
	if err := v.adPeople(&page); err != nil {
		return err
	}
	uses, err := v.Ads.AdUses(v.ctx(), a.ID)
	if err != nil {
		return err
	}
	for _, u := range uses {
		page.Uses = append(page.Uses, adUseOf(u))
	}
	page.Removable = page.May && len(uses) == 0
	return v.showAs(status, "salesad", page)
}

func adUseOf(u ad.AdUse) adUse {
	href := "/newsroom/sales/house"
	if u.Order != 0 {
		href = fmt.Sprintf("/newsroom/sales/orders/%d", u.Order)
	}
	return adUse{fmt.Sprintf("%s, %s to %s", placeNames[u.Place], u.First, u.Last), fmt.Sprintf("%s?booking=%d", href, u.Booking), string(u.Stage)}
}

// adPeople fills in who made and judged what, and whether this person may judge.
func (v *visit) adPeople(page *adView) error {
	people, err := v.Staff.People(v.ctx())
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	name := func(id int64) string {
		if names[id] == "" {
			return "somebody who has left"
		}
		return names[id]
	}
	buyers, err := v.buyerNames()
	if err != nil {
		return err
	}
	history, err := v.Ads.AdHistory(v.ctx(), page.Ad.ID)
	if err != nil {
		return err
	}
	page.Buyer, page.By = buyers[page.Ad.Advertiser], name(page.Ad.By)
	if page.Ad.JudgedBy != 0 {
		page.Judge = name(page.Ad.JudgedBy)
	}
	mine := false
	for _, h := range history {
		mine = mine || h.Version > page.Ad.ShownVersion && h.Ad.By == v.person.ID
		past := adPast{N: h.Version, When: day(h.At.In(v.now.Location())) + ", " + clock(h.At.In(v.now.Location())), By: name(h.Ad.By), Why: h.Why,
			Shown: h.Version == page.Ad.ShownVersion, Current: h.Version == page.Ad.Version}
		switch {
		case h.Judgement == ad.Rejected:
			past.State = "rejected by " + name(h.JudgedBy)
		case h.Judgement == ad.Approved && h.JudgedBy != 0:
			past.State = "approved by " + name(h.JudgedBy)
		case h.Judgement == ad.Waiting:
			past.State = "not approved"
		}
		page.Past = append(page.Past, past)
	}
	rules, err := v.Ads.Rules(v.ctx())
	if err != nil || page.Ad.Judgement != ad.Waiting || !v.person.May(staff.Judge, staff.Ads, true) {
		return err
	}
	if page.Judges = true; mine && rules.Approve {
		page.Why = "You made this ad or changed it. Somebody else approves it."
	}
	return nil
}

// adBoxes are the sizes that positions have, and how the ad stands in each.
func (v *visit) adBoxes(a ad.Ad) []adBox {
	var all []adBox
	for _, in := range ad.Boxes() {
		box := adBox{Box: in, Where: boxPlaces(in)}
		f, fits := a.Fits(a.Form, in)
		if f.Bytes > 0 {
			box.File = fmt.Sprintf("%d × %d, %s", f.Width, f.Height, weightOf(f.Bytes))
		}
		if place, device := boxUse(in); fits {
			box.Frame = v.adFrame(a, place, device)
		}
		all = append(all, box)
	}
	return all
}

// boxUse is a place and a device that have a box of that size.
func boxUse(in ad.Box) (ad.Place, ad.Device) {
	for _, p := range ad.Places() {
		for _, d := range ad.Devices() {
			if p.Box(d) == in {
				return p, d
			}
		}
	}
	return ad.Top, ad.Desk
}

// weightOf is how large a file is, "48 KB".
func weightOf(bytes int64) string { return fmt.Sprintf("%d KB", (bytes+1023)/1024) }

// boxPlaces says where a size is used, "Top and foot on phones".
func boxPlaces(in ad.Box) string {
	names := map[ad.Device]string{ad.Phone: "phones", ad.Tablet: "tablets", ad.Desk: "wide screens"}
	devices := map[string][]string{} // by the places that have the size there
	var order []string
	for _, d := range ad.Devices() {
		var places []string
		for _, p := range ad.Places() {
			if p.Box(d) == in {
				places = append(places, strings.ToLower(placeNames[p]))
			}
		}
		if len(places) == 0 {
			continue
		}
		list := tongue.For("en").List(places)
		if devices[list] == nil {
			order = append(order, list)
		}
		devices[list] = append(devices[list], names[d])
	}
	for i, list := range order {
		order[i] = list + " on " + tongue.For("en").List(devices[list])
	}
	text := strings.Join(order, "; ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// adFile gives staff a picture of any version of an ad. A page is never given here: it stands in a frame of its own.
func adFile(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	version, err := v.id("version")
	if err != nil {
		return err
	}
	f, file, err := v.Ads.OpenFile(v.ctx(), id, version, v.r.PathValue("name"))
	if err != nil {
		return err
	}
	defer f.Close()
	if !adPicture(file) {
		return fault.NotFound
	}
	web.OpenToOthers(v.w) // it acts as no document of ours
	v.w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	v.w.Header().Set("Content-Type", file.Type)
	v.w.Header().Set("Cache-Control", "private, max-age=86400, immutable")
	http.ServeContent(v.w, v.r, "", time.Time{}, f)
	return nil
}
