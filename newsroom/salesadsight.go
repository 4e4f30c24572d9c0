package newsroom

import (
	"cmp"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"strings"
	"time"

	"lede/ad"
	"lede/article"
	"lede/internal/fault"
	"lede/staff"
)

// adSightPath begins the addresses under which an advertiser sees an ad on the real pages of the paper.
const adSightPath = "/newsroom/look/"

// adSightFor is how long such an address is good.
const adSightFor = 14 * 24 * time.Hour

func (n *Newsroom) adSightRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/look/{sight}", open: true, handle: adSight},
		{pattern: "GET /newsroom/look/{sight}/at/{path...}", open: true, handle: adSightPage},
		{pattern: "GET /newsroom/sales/ads/{id}/page", act: staff.Read, on: staff.Ads, handle: adOnPage},
	}
}

// sight is what an address lets somebody see: one version of an ad in one place of the pages that everybody sees, until a moment.
type sight struct {
	ad, version int64
	place       ad.Place
	until       time.Time // of whole seconds
}

// sealed is the sight as part of an address: nobody makes another of it.
func (n *Newsroom) sealed(s sight) string {
	b := []byte{byte(slices.Index(ad.Places(), s.place))}
	for _, v := range []int64{s.ad, s.version, s.until.Unix()} {
		b = binary.AppendVarint(b, v)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, n.sightMAC(b)...))
}

func (n *Newsroom) sightMAC(b []byte) []byte { return n.Secret.MAC("ad sight", b)[:16] }

// readSight reads what sealed made. What we did not make is fault.NotFound, what is over fault.Gone.
func (n *Newsroom) readSight(text string, now time.Time) (sight, error) {
	whole, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(whole) < 18 {
		return sight{}, fault.NotFound
	}
	b, mac := whole[:len(whole)-16], whole[len(whole)-16:]
	if !hmac.Equal(mac, n.sightMAC(b)) || int(b[0]) >= len(ad.Places()) {
		return sight{}, fault.NotFound
	}
	s := sight{place: ad.Places()[b[0]]}
	var until int64
	b = b[1:]
	for _, to := range []*int64{&s.ad, &s.version, &until} {
		v, size := binary.Varint(b)
		if size <= 0 {
			return s, fault.NotFound
		}
		*to, b = v, b[size:]
	}
	if s.until = time.Unix(until, 0); !s.until.After(now) {
		return s, fault.Gone
	}
	return s, nil
}

// adFrame is the address of the document of an ad as readers get it, of which nothing counts.
func (v *visit) adFrame(a ad.Ad, p ad.Place, d ad.Device) string {
	return "/panel/look/" + v.Ads.Seal(ad.Offer{At: v.now, Ad: a.ID, AdVersion: a.Version, Place: p, Kind: ad.FrontPage, Device: d, Lang: v.paper.Main(), Look: true})
}

// sightView is an ad on a real page, with a line above it that says so.
type sightView struct {
	frame
	Ad       string
	Where    string
	Until    string
	Src      string
	Look     string
	Pages    []sightAt // where else it can be seen
	Address  string    // to be sent to the advertiser; "" for the advertiser
	Back     string
	Stranger bool
	Below    bool // the place is not at the head of the page
}

// sightAt is a place on a page where an ad can be seen.
type sightAt struct {
	Says, Href string
	Here       bool
}

// sightOf is the sight of the address, and its ad.
func (v *visit) sightOf() (sight, ad.Ad, error) {
	s, err := v.readSight(v.r.PathValue("sight"), v.now)
	if err != nil {
		return s, ad.Ad{}, err
	}
	a, err := v.Ads.AdVersion(v.ctx(), s.ad, s.version)
	return s, a, err
}

// adSight is the page that the advertiser opens.
func adSight(v *visit) error {
	s, a, err := v.sightOf()
	if err != nil {
		return err
	}
	page, err := v.sightView(s, a)
	if err != nil {
		return err
	}
	page.Stranger, page.Bare, page.Rail = true, true, nil
	page.frame.Person = staff.Person{}
	return v.show("adsight", page)
}

// adOnPage shows staff the same, with the address to send.
func adOnPage(v *visit) error {
	a, err := v.adOf()
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	place := ad.Place(cmp.Or(q.Get("place"), string(ad.Top)))
	if !slices.Contains(ad.Places(), place) {
		return fault.NotFound
	}
	s := sight{a.ID, a.Version, place, v.now.Add(adSightFor)}
	page, err := v.sightView(s, a)
	if err != nil {
		return err
	}
	page.Address, page.Back = cmp.Or(v.paper.Address, v.web.Origin(v.r))+adSightPath+v.sealed(s), adAt(a.ID)
	for _, p := range ad.Places() {
		page.Pages = append(page.Pages, sightAt{placeNames[p], adAt(a.ID) + "/page?place=" + url.QueryEscape(string(p)), p == place})
	}
	return v.show("adsight", page)
}

func (v *visit) sightView(s sight, a ad.Ad) (sightView, error) {
	page := sightView{frame: v.frame(a.Name, "sales"), Ad: a.Name, Where: strings.ToLower(placeNames[s.place]), Until: day(s.until.In(v.now.Location())), Look: lookOf(v.r.URL.Query().Get("look")), Below: s.place != ad.Top}
	path, err := v.sightStart(s.place)
	page.Src = adSightPath + v.sealed(s) + "/at" + path
	if page.Look != "" {
		page.Src += "?look=" + page.Look
	}
	return page, err
}

// sightStart is a page that has the place: the newest article for what stands in it and beside it, else the front.
func (v *visit) sightStart(p ad.Place) (string, error) {
	if p != ad.Text && p != ad.Beside {
		return "/", nil
	}
	cards, err := v.Articles.Cards(v.ctx(), article.List{Lang: v.paper.Main(), Limit: 20}, v.now)
	if err != nil {
		return "/", err
	}
	cards = slices.DeleteFunc(cards, func(c article.Card) bool { return c.Sensitive }) // nothing is sold there
	if len(cards) == 0 {
		return "/", nil
	}
	longest := slices.MaxFunc(cards, func(a, b article.Card) int { return cmp.Compare(a.Words, b.Words) }) // it has room in its text
	return longest.Path, nil
}

// adSightPage is the page itself: what everybody sees now, with the ad in its place.
func adSightPage(v *visit) error {
	s, a, err := v.sightOf()
	if err != nil {
		return err
	}
	path := "/" + v.r.PathValue("path")
	if strings.HasPrefix(path, "/media/") || strings.HasPrefix(path, "/panel/look/") {
		return v.seeOther((&url.URL{Path: path}).EscapedPath())
	}
	if number := v.r.URL.Query().Get("page"); number != "" {
		path += "?page=" + url.QueryEscape(number)
	}
	return v.showGlance(Glance{Path: path, At: v.now, Under: adSightPath + v.r.PathValue("sight") + "/at", Look: lookOf(v.r.URL.Query().Get("look")),
		Ads: map[ad.Place]string{s.place: v.adFrame(a, s.place, ad.Desk)}})
}
