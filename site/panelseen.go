package site

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"lede/ad"
	"lede/internal/fault"
)

// panelWrites is how long the ledger may take to write what a page said, also when the page has gone meanwhile.
const panelWrites = 10 * time.Second

// seenBody is what a page says of its positions.
type seenBody struct {
	View string     `json:"v"`
	Seen []seenSpot `json:"seen"`
	Web  bool       `json:"w"` // navigator.webdriver
}

// seenSpot is what is said of one position: which offer stands there, and whether it was rendered or viewed.
type seenSpot struct {
	Offer   string     `json:"o"`
	Measure ad.Measure `json:"m"`
	N       int        `json:"n"`
}

// panelSeen takes what a page saw of its positions. It answers when that is durable. What was never offered is not received at all.
func (s *Site) panelSeen(w http.ResponseWriter, r *http.Request) error {
	if s.guard.Check(r) != nil {
		s.turnedAway("foreign")
		return fault.Forbidden
	}
	said, err := readSeen(r.Body)
	if err != nil {
		s.turnedAway("broken")
		return err
	}
	hand, now := s.panelHand(r), s.Clock()
	var events []ad.Event
	for _, one := range said.Seen {
		if one.Measure != ad.Rendered && one.Measure != ad.Viewed {
			s.turnedAway("measure")
			continue
		}
		if o, ok := s.unsealed(one.Offer, now); ok {
			events = append(events, s.event(hand.sighting(o, one, said.Web, now)))
		}
	}
	if err := s.keepEvents(r.Context(), events); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// readSeen reads what a page says. What is not that is a fault.Invalid.
func readSeen(body io.Reader) (seenBody, error) {
	var said seenBody
	in := json.NewDecoder(body)
	err := in.Decode(&said)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return said, err
	}
	if err == nil {
		if _, more := in.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows it")
		}
	}
	if err != nil {
		return said, fault.Invalid("This is not what was to be sent: %v.", err)
	}
	if len(said.Seen) > mostSeen {
		return said, fault.Invalid("No page has so many positions.")
	}
	return said, nil
}

// unsealed is an offer of ours, be it late or not; what is none, or was only to be looked at, never counts.
func (s *Site) unsealed(token string, now time.Time) (ad.Offer, bool) {
	o, err := s.Ads.Unseal(token, now)
	switch {
	case err != nil && !errors.Is(err, ad.ErrLate):
		s.turnedAway("forged")
		return o, false
	case o.Look || o.Booking == 0:
		s.turnedAway("look")
		return o, false
	}
	return o, true
}

// sighting is what is known of something seen, and of whoever says so.
func (h panelHand) sighting(o ad.Offer, one seenSpot, driven bool, now time.Time) ad.Sighting {
	return ad.Sighting{Offer: o, Measure: one.Measure, At: now, N: one.N, Automated: driven, Staff: h.staff, From: h.from, Agent: h.agent, Header: h.header}
}

// event is a sighting as the ledger keeps it: it counts, or it says why not.
func (s *Site) event(sig ad.Sighting) ad.Event {
	return ad.Event{Offer: sig.Offer, Measure: sig.Measure, At: sig.At, Reason: s.Ads.Invalid(sig)}
}

// keepEvents writes events, also when whoever told of them has gone.
func (s *Site) keepEvents(ctx context.Context, events []ad.Event) error {
	if len(events) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), panelWrites)
	defer cancel()
	return s.Ads.Record(ctx, events)
}

// pixel is a transparent picture of one pixel (GIF89a).
const pixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// panelDrawn is a picture in the document of a position whose page has no script: that it was asked for says that it was rendered.
func (s *Site) panelDrawn(w http.ResponseWriter, r *http.Request) error {
	hand, now := s.panelHand(r), s.Clock()
	o, ok := s.unsealed(r.PathValue("token"), now)
	if !ok {
		return fault.NotFound
	}
	if r.Method == http.MethodGet && !o.Scripted && hand.header.Purpose == "" {
		seen := seenSpot{Measure: ad.Rendered, N: o.N}
		if err := s.keepEvents(r.Context(), []ad.Event{s.event(hand.sighting(o, seen, false, now))}); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "image/gif")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // the frame it stands in has no origin
	_, _ = io.WriteString(w, pixel)                       // whoever asked may be gone
	return nil
}

// panelGo leads on to where an ad leads: to the address that is kept with it, and to no other. It counts as a click where a reader
// clicked; that the ad was rendered before the ledger knows.
func (s *Site) panelGo(w http.ResponseWriter, r *http.Request) error {
	hand, now := s.panelHand(r), s.Clock()
	o, err := s.Ads.Unseal(r.PathValue("token"), now)
	if err != nil && !errors.Is(err, ad.ErrLate) {
		s.turnedAway("forged")
		return err
	}
	if dest := hand.header.Dest; dest != "" && dest != "document" {
		s.turnedAway("no click") // a frame that sends itself there, a picture, a script
		return fault.Forbidden
	}
	a, err := s.panelAd(r.Context(), o)
	if err != nil {
		return err
	}
	to, err := url.Parse(a.Link)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" || to.Host == "" {
		return fault.NotFound
	}
	switch {
	case o.Look || o.Booking == 0:
	case r.Method != http.MethodGet || hand.ahead():
		s.turnedAway("ahead")
	default:
		e := s.event(hand.sighting(o, seenSpot{Measure: ad.Clicked, N: o.N}, false, now))
		if err := s.keepEvents(r.Context(), []ad.Event{e}); err != nil {
			s.Log.Error("a click is not in the ledger", "booking", o.Booking, "error", err) // the reader goes on all the same
		}
	}
	h := w.Header()
	h.Set("Location", to.String())
	h.Set("Cross-Origin-Opener-Policy", "unsafe-none")
	w.WriteHeader(http.StatusFound)
	return nil
}

// ahead tells whether a browser fetches something in case its reader will want it.
func (h panelHand) ahead() bool { return h.header.Purpose != "" }
