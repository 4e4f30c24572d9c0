package newsroom

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/fetch"
)

// adForm is an ad as its form has it.
type adForm struct {
	frame
	Tabs    []tab
	Ad      ad.Ad
	Size    string // of a page of HTML
	Buyers  []adBuyer
	Buyer   string
	Kept    []adKept
	Sizes   []adSize
	Wrong   fault.Form
	Theirs  string // what somebody else made of it meanwhile
	Sent    bool   // files were sent and must be chosen again
	Approve bool
	Card    adCard
	House   string // the paper's name, for the live look
	Booking int64  // which it is made for; 0 for none
}

// adBuyer is an advertiser to choose.
type adBuyer struct {
	ID     int64
	Name   string
	Chosen bool
}

// adSize is a size to choose for HTML.
type adSize struct {
	Value, Says string
	Chosen      bool
}

// adKept is a file that the version before has, which may stay.
type adKept struct {
	Name, Says, Picture string
	Stays               bool
}

// Is tells whether the ad is of that form.
func (f adForm) Is(form string) bool { return string(f.Ad.Form) == form }

// Action is where the form goes.
func (f adForm) Action() string {
	if f.Ad.ID == 0 {
		return salesAdsPath
	}
	return adAt(f.Ad.ID)
}

func newAd(v *visit) error {
	q := v.r.URL.Query()
	a := ad.Ad{Form: ad.Form(q.Get("form")), Advertiser: number(q.Get("buyer"))}
	if adForms[a.Form] == "" {
		a.Form = ad.PictureForm
	}
	return v.showAdForm(http.StatusOK, adForm{Ad: a, Booking: number(q.Get("booking"))}, nil)
}

func changeAd(v *visit) error {
	a, err := v.adOf()
	if err != nil {
		return err
	}
	return v.showAdForm(http.StatusOK, adForm{Ad: a}, a.Files)
}

// showAdForm shows the form of an ad; stay are the files that it is to keep.
func (v *visit) showAdForm(status int, page adForm, stay []ad.File) error {
	title := "New ad"
	if page.Ad.ID != 0 {
		title = page.Ad.Name
	}
	page.frame, page.Tabs, page.House = v.frame(title, "sales"), v.adTabs(salesAdsPath), v.paper.NameIn("en")
	rules, err := v.Ads.Rules(v.ctx())
	if err != nil {
		return err
	}
	page.Approve = rules.Approve
	all, err := v.Ads.Advertisers(v.ctx(), "")
	if err != nil {
		return err
	}
	page.Buyers = []adBuyer{{0, "The house (the paper itself)", page.Ad.Advertiser == 0}}
	page.Buyer = "The house"
	for _, b := range all {
		if b.ID == page.Ad.Advertiser {
			page.Buyer = b.Name
		}
		if !b.Over || b.ID == page.Ad.Advertiser {
			page.Buyers = append(page.Buyers, adBuyer{b.ID, b.Name, b.ID == page.Ad.Advertiser})
		}
	}
	if err := v.adKeeps(&page, stay); err != nil {
		return err
	}
	for _, b := range ad.Boxes() {
		value := fmt.Sprintf("%dx%d", b.Width, b.Height)
		page.Sizes = append(page.Sizes, adSize{value, fmt.Sprintf("%d × %d, %s", b.Width, b.Height, strings.ToLower(boxPlaces(b))), value == page.Size})
	}
	page.Card = adCard{Headline: page.Ad.Headline, Line: page.Ad.Line, Verb: page.Ad.Verb}
	for _, k := range page.Kept {
		if strings.HasPrefix(k.Name, "300x150") {
			page.Card.Picture = k.Picture
		}
	}
	return v.showAs(status, "salesadform", page)
}

// adKeeps lists the files that the version before has.
func (v *visit) adKeeps(page *adForm, stay []ad.File) error {
	if page.Ad.ID == 0 {
		return nil
	}
	was, err := v.Ads.Ad(v.ctx(), page.Ad.ID)
	if err != nil {
		return err
	}
	if len(was.Files) > 0 && was.Form == ad.HTMLForm && page.Size == "" {
		page.Size = fmt.Sprintf("%dx%d", was.Files[0].Width, was.Files[0].Height)
	}
	for _, f := range was.Files {
		k := adKept{Name: f.Name, Says: weightOf(f.Bytes), Stays: slices.ContainsFunc(stay, func(s ad.File) bool { return s.Name == f.Name })}
		if adPicture(f) {
			k.Picture, k.Says = adFileAt(was, f), fmt.Sprintf("%d × %d, %s", f.Width, f.Height, weightOf(f.Bytes))
		}
		page.Kept = append(page.Kept, k)
	}
	return nil
}

// adFilesMost is how many files come with one form.
const adFilesMost = 12

// makeAd takes the form of a new ad, or of another version of one.
func makeAd(v *visit) error {
	if err := v.r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return brokenUpload(err)
	}
	if v.r.MultipartForm != nil {
		defer v.r.MultipartForm.RemoveAll() // the rest lies on the disk
	}
	form, err := v.adSent()
	if err != nil {
		return err
	}
	stay := form.Ad.Files
	sent, done, err := v.adFiles()
	defer done()
	if err != nil {
		return err
	}
	form.Sent = len(sent) > 0
	made, err := v.adMade(form, sent)
	switch {
	case errors.As(err, &form.Wrong):
		return v.showAdForm(http.StatusUnprocessableEntity, form, stay)
	case errors.Is(err, fault.Conflict):
		return v.adTaken(form, stay)
	case err != nil:
		return err
	}
	says, query := fmt.Sprintf("“%s” is made.", made.Name), url.Values{}
	if made.Version > 1 {
		says = fmt.Sprintf("Saved as version %d.", made.Version)
		query.Set("from", strconv.FormatInt(made.Version-1, 10))
	}
	if made.Judgement == ad.Waiting {
		says += " It waits for somebody else to approve it."
	}
	if form.Booking != 0 {
		return v.putIn(form.Booking, made, says)
	}
	return v.tell(adAt(made.ID), query, says)
}

// putIn has a booking show an ad that was made for it, and goes back there; where it cannot, the ad's own page says why.
func (v *visit) putIn(booking int64, made ad.Ad, says string) error {
	b, err := v.Ads.Booking(v.ctx(), booking)
	if err != nil {
		return err
	}
	b.Ads = append(b.Ads, made.ID)
	b, err = v.Ads.SaveBooking(v.ctx(), b, v.person.ID, "the ad “"+made.Name+"” was added", v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) && wrong["ads"] != "" {
		return v.tell(adAt(made.ID), nil, says+" The booking does not show it: "+wrong["ads"])
	}
	if fault.IsInvalid(err) || errors.Is(err, fault.Conflict) {
		return v.tell(adAt(made.ID), nil, says+" The booking does not show it yet: choose it there.")
	}
	if err != nil {
		return err
	}
	return v.tell(orderAt(b.Order), v.besides(b, time.Time{}), says+" The booking shows it.")
}

// adMade looks where the link leads, if it is another than before, and makes the ad.
func (v *visit) adMade(form adForm, sent []ad.Sent) (ad.Ad, error) {
	if form.Ad.ID != 0 {
		was, err := v.Ads.Ad(v.ctx(), form.Ad.ID)
		if err != nil {
			return was, err
		}
		form.Ad.Form, form.Ad.Advertiser = was.Form, was.Advertiser
		if was.Link == form.Ad.Link {
			return v.Ads.MakeAd(v.ctx(), form.Ad, sent, v.person.ID, v.now)
		}
	}
	client := v.Fetch
	if client == nil {
		client = fetch.New(fetch.Options{})
	}
	if err := form.Ad.Check(); err != nil {
		return form.Ad, err
	}
	if err := ad.Land(v.ctx(), client, form.Ad.Link); err != nil {
		return form.Ad, err
	}
	return v.Ads.MakeAd(v.ctx(), form.Ad, sent, v.person.ID, v.now)
}

// adSent is the form as it was sent.
func (v *visit) adSent() (adForm, error) {
	sent := v.r.PostForm
	if v.r.MultipartForm != nil {
		sent = v.r.MultipartForm.Value
	}
	get := url.Values(sent).Get
	form := adForm{Size: get("size"), Booking: number(get("booking")), Ad: ad.Ad{Version: number(get("version")), Advertiser: number(get("buyer")), Name: get("name"), Form: ad.Form(get("form")),
		Content: ad.Content{Link: strings.TrimSpace(get("link")), Headline: get("headline"), Line: get("line"), Verb: get("verb"), Alt: get("alt")}}}
	if v.r.PathValue("id") != "" {
		was, err := v.adOf()
		if err != nil {
			return form, err
		}
		form.Ad.ID, form.Ad.Form, form.Ad.Advertiser = was.ID, was.Form, was.Advertiser
	}
	for _, name := range sent["keep"] {
		form.Ad.Files = append(form.Ad.Files, ad.File{Name: name})
	}
	if form.Ad.Form == ad.HTMLForm {
		var size ad.Box
		if _, err := fmt.Sscanf(form.Size, "%dx%d", &size.Width, &size.Height); err == nil {
			form.Ad.Files = []ad.File{{Box: size}}
		}
	}
	return form, nil
}

// adFiles are the files that came with the form; done lets go of them.
func (v *visit) adFiles() (sent []ad.Sent, done func(), err error) {
	var open []io.Closer
	done = func() {
		for _, f := range open {
			_ = f.Close() // it is on its way out
		}
	}
	if v.r.MultipartForm == nil {
		return nil, done, nil
	}
	for _, h := range v.r.MultipartForm.File["files"] {
		if h.Size == 0 && h.Filename == "" {
			continue // a field left empty
		}
		if len(sent) == adFilesMost {
			return nil, done, fault.Invalid("Up to %d files are taken at a time.", adFilesMost)
		}
		f, err := h.Open()
		if err != nil {
			return nil, done, err
		}
		open = append(open, f)
		sent = append(sent, ad.Sent{Name: h.Filename, File: f})
	}
	return sent, done, nil
}

// adTaken shows what was typed where somebody else changed the ad meanwhile.
func (v *visit) adTaken(form adForm, stay []ad.File) error {
	now, err := v.Ads.Ad(v.ctx(), form.Ad.ID)
	if err != nil {
		return err
	}
	form.Ad.Version = now.Version
	form.Theirs = fmt.Sprintf("Somebody changed this ad while you looked: it is version %d now, “%s”, and leads to %s. Save again to keep yours.", now.Version, now.Name, now.Link)
	return v.showAdForm(http.StatusConflict, form, stay)
}

func judgeAd(v *visit) error {
	a, err := v.adOf()
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	ok := sent.Get("do") == "approve"
	judged, err := v.Ads.JudgeAd(v.ctx(), a.ID, number(sent.Get("version")), ok, sent.Get("why"), v.person.ID, v.now)
	var wrong fault.Form
	switch {
	case errors.As(err, &wrong):
		return v.showAd(http.StatusUnprocessableEntity, a, sent.Get("why"), wrong)
	case errors.Is(err, fault.Conflict):
		return v.showAd(http.StatusConflict, a, sent.Get("why"), fault.Form{"why": "Somebody changed or judged this ad while you looked. This is how it stands now."})
	case err != nil:
		return err
	}
	says := fmt.Sprintf("Version %d is approved. Readers get it wherever a booking shows it.", judged.Version)
	if !ok {
		says = fmt.Sprintf("Version %d is rejected.", judged.Version)
	}
	return v.tell(adAt(a.ID), nil, says)
}

func bringAdBack(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	version, from := number(sent.Get("version")), number(sent.Get("from"))
	a, err := v.Ads.BringBack(v.ctx(), id, version, from, v.person.ID, v.now)
	if errors.Is(err, fault.Conflict) {
		now, err := v.adOf()
		if err != nil {
			return err
		}
		return v.showAd(http.StatusConflict, now, "", fault.Form{"past": "Somebody changed this ad while you looked. This is how it stands now."})
	}
	if err != nil {
		return err
	}
	says := fmt.Sprintf("Version %d is brought back, as version %d.", version, a.Version)
	if a.Judgement == ad.Waiting {
		says += " It waits for somebody else to approve it."
	}
	return v.tell(adAt(id), url.Values{"from": {strconv.FormatInt(from, 10)}}, says)
}

func removeAd(v *visit) error {
	a, err := v.adOf()
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	err = v.Ads.RemoveAd(v.ctx(), a.ID, number(sent.Get("version")), v.now)
	var wrong fault.Form
	switch {
	case errors.As(err, &wrong):
		return v.showAd(http.StatusUnprocessableEntity, a, "", wrong)
	case errors.Is(err, fault.Conflict):
		return v.showAd(http.StatusConflict, a, "", fault.Form{"ad": "Somebody changed this ad while you looked. This is how it stands now."})
	case err != nil:
		return err
	}
	return v.tell(salesAdsPath, nil, fmt.Sprintf("“%s” is removed. No reader ever got it.", a.Name))
}

// VersionInt is the version the form was made from.
func (f adForm) VersionInt() int { return int(f.Ad.Version) }

// Low is the card as a low box has it.
func (f adForm) Low() *adCard {
	low := f.Card
	low.Size = "low"
	for _, k := range f.Kept {
		if strings.HasPrefix(k.Name, "120x90") {
			low.Picture = k.Picture
		}
	}
	return &low
}
