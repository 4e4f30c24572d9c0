package site

import (
	"cmp"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/web"
)

// panelHand is what a request says of whoever sends it. All of it is forgotten with the request.
type panelHand struct {
	from    netip.Addr
	agent   string
	header  ad.Header
	staff   bool // it comes from a browser in which somebody of the newsroom is signed in
	private bool // Global Privacy Control: nothing that is of the person alone is looked at to choose what they are shown
}

func (s *Site) panelHand(r *http.Request) panelHand {
	h, secure := r.Header, s.web.Scheme(r) == "https"
	_, err := r.Cookie(web.InsideCookie(secure))
	return panelHand{
		from: s.web.Client(r), agent: r.UserAgent(), staff: err == nil, private: h.Get("Sec-GPC") == "1",
		header: ad.Header{
			Secure: secure || web.IsLocal(r.Host),
			Site:   h.Get("Sec-Fetch-Site"), Mode: h.Get("Sec-Fetch-Mode"), Dest: h.Get("Sec-Fetch-Dest"),
			Language: h.Get("Accept-Language"), Brands: h.Get("Sec-Ch-Ua"),
			Purpose: cmp.Or(h.Get("Sec-Purpose"), h.Get("Purpose"), h.Get("X-Moz"), h.Get("X-Purpose")),
		},
	}
}

// offered is why nothing will count of what is offered to this hand. A page that is made ready in advance is a reader's once it is
// turned to, and says nothing before.
func (s *Site) offered(h panelHand) string {
	if h.staff {
		return ad.OurStaff
	}
	header := h.header
	header.Purpose = ""
	return s.Ads.Robotic(h.agent, false, header)
}

// panelVisit is the visit to which something is offered. The country is not looked for where the browser asks for privacy.
func (s *Site) panelVisit(r *http.Request, hand panelHand) (ad.Visit, error) {
	v := ad.Visit{At: s.Clock(), Device: ad.Device(r.FormValue("d"))}
	if said := r.FormValue("v"); said != "" {
		view, err := strconv.ParseUint(said, 10, 64)
		if err != nil || view == 0 {
			return v, fault.Invalid("A page view has a number.")
		}
		v.View = view
	}
	switch v.Device {
	case ad.Phone, ad.Tablet, ad.Desk:
	case "":
		v.Device = hand.device(r.Header)
	default:
		return v, fault.Invalid("A screen is narrow, middling or wide.")
	}
	if !hand.private {
		v.Country, v.Region = s.Ads.Whence(hand.from)
	}
	return v, nil
}

// device is a guess, where no script says how wide the screen is.
func (h panelHand) device(header http.Header) ad.Device {
	switch mobile := header.Get("Sec-Ch-Ua-Mobile"); {
	case mobile == "?1" || mobile == "" && strings.Contains(h.agent, "Mobi"):
		return ad.Phone
	case strings.Contains(h.agent, "iPad") || strings.Contains(h.agent, "Android"):
		return ad.Tablet
	}
	return ad.Desk
}
