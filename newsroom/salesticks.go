package newsroom

import (
	"slices"
	"strings"
	"time"

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

// onPage shows the first ad that is ticked, or the only one there is, where the booking would have it; nil for none.
func (v *visit) onPage(b ad.Booking, ticks []adTick) (*onPage, error) {
	i := slices.IndexFunc(ticks, func(t adTick) bool { return t.On })
	if i < 0 {
		return nil, nil
	}
	a, err := v.Ads.Ad(v.ctx(), ticks[i].ID)
	if err != nil {
		return nil, err
	}
	path, err := v.sightStart(b.Place)
	if err != nil {
		return nil, err
	}
	if len(b.Aim.Sections) > 0 && b.Place != ad.Text && b.Place != ad.Beside {
		tree, err := v.Sections.Tree(v.ctx())
		if err != nil {
			return nil, err
		}
		if s, ok := tree.Get(b.Aim.Sections[0]); ok {
			path = s.Path()
		}
	}
	seal := v.sealed(sight{a.ID, a.Version, b.Place, v.now.Add(time.Hour).Truncate(time.Second)})
	return &onPage{a.Name, adSightPath + seal + "/at" + path, adAt(a.ID) + "/page?place=" + string(b.Place)}, nil
}
