package newsroom

import (
	"slices"
	"strings"

	"lede/ad"
)

// adTicks are the ads of the booking's advertiser, and whether they stand in its position; on are those that are ticked.
func (v *visit) adTicks(b ad.Booking, on []int64) ([]adTick, error) {
	all, err := v.Ads.Ads(v.ctx(), b.Advertiser)
	if err != nil {
		return nil, err
	}
	var ticks []adTick
	for _, a := range all {
		t := adTick{ID: a.ID, Name: a.Name, Href: adAt(a.ID), On: slices.Contains(on, a.ID)}
		t.Stage.Says, t.Stage.Kind = adState(a)
		t.Sizes = sizesIn(a, b)
		ticks = append(ticks, t)
	}
	return ticks, nil
}

// sizesIn says on which screens an ad does not stand in a booking's position.
func sizesIn(a ad.Ad, b ad.Booking) string {
	var missing []string
	devices := b.Aim.Devices
	if len(devices) == 0 {
		devices = ad.Devices()
	}
	for _, d := range devices {
		if _, ok := a.Fits(a.Form, b.Place.Box(d)); !ok {
			missing = append(missing, deviceNames[d])
		}
	}
	switch {
	case len(missing) == 0:
		return ""
	case len(missing) == len(devices):
		return "It has no size that stands in this position."
	}
	return "It has no size for " + strings.Join(missing, " and ") + " there."
}
