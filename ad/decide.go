package ad

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// Table is a plan with its paces for a minute: all that Choose looks at.
type Table struct {
	at     time.Time
	plan   *Plan
	places map[Place][]*candidate // what runs within the minute, in the order in which it is served
}

// candidate is a booking that runs, with the part of the views it is to have.
type candidate struct {
	*run
	part  float64 // of the views that fit, from 0 to 1, in its layer's turn
	more  float64 // of those that nobody wanted by then: goals that are to be reached as fast as possible
	gauge *gauge
}

// Pick is what was chosen for a position; its zero value is nothing.
type Pick struct {
	Booking, Ad, Version int64
}

// Choose says what stands in the positions of one page view, all at once: what is booked flat first, then shares of views, goals, bulk,
// and the house's own. No ad stands twice. seed is random for the page view; the same one gives the same ads. Positions in one place are
// drawn together by systematic sampling, so that each booking gets exactly its part of them on the average.
func (t *Table) Choose(page Page, spots []Place, v Visit, seed uint64) []Pick {
	picks := make([]Pick, len(spots))
	if t.plan.rules.Bars(page) {
		return picks
	}
	d := pick{device: v.Device, picks: picks, used: map[int64]bool{}, seed: seed}
	clock := v.At.In(t.plan.zone)
	for i, p := range spots {
		d.add(p, i, func() []*candidate { return t.fitting(p, page, v, clock) })
	}
	for layer := layerFlat; layer <= layerHouse; layer++ {
		for i := range d.strips {
			d.strips[i].serve(&d, layer)
		}
	}
	for i := range d.strips {
		d.strips[i].fill(&d)
	}
	return picks
}

// fitting are the candidates for a place that a visit to a page is aimed at, and that have something to show there.
func (t *Table) fitting(p Place, page Page, v Visit, clock time.Time) []*candidate {
	var all []*candidate
	for _, c := range t.places[p] {
		if c.fit(page, v, clock) {
			all = append(all, c)
		}
	}
	return all
}

func (c *candidate) fit(page Page, v Visit, clock time.Time) bool {
	return c.on(page, v.At) && (v.View != 0 || !c.viewed()) && len(c.fits[v.Device]) > 0 && c.Aim.At(v, clock)
}

// pick is one page view's choice while it is made.
type pick struct {
	device Device
	picks  []Pick
	used   map[int64]bool // ads
	strips []strip
	seed   uint64
}

// strip is one place of a page: its positions stand a unit apart, shifted together by chance, and each booking takes a length of it.
type strip struct {
	spots []int // into picks, by chance
	fit   []*candidate
	shift float64
	used  float64 // so much of the strip is taken
	seed  uint64
}

// add puts a position into the strip of its place.
func (d *pick) add(p Place, spot int, fit func() []*candidate) {
	for i := range d.strips {
		if l := &d.strips[i]; len(l.fit) > 0 && l.fit[0].Place == p {
			at := int(mix(l.seed, uint64(spot)) % uint64(len(l.spots)+1)) // an inside-out shuffle
			l.spots = append(l.spots, spot)
			l.spots[at], l.spots[len(l.spots)-1] = l.spots[len(l.spots)-1], l.spots[at]
			return
		}
	}
	if list := fit(); len(list) > 0 {
		seed := mixText(d.seed, string(p))
		d.strips = append(d.strips, strip{spots: []int{spot}, fit: list, seed: seed, shift: float64(seed>>11) / (1 << 53)})
	}
}

func (l *strip) room() float64 { return float64(len(l.spots)) - l.used }

// serve gives those of a layer their lengths, while there is room.
func (l *strip) serve(d *pick, layer int) {
	n := 0
	for _, c := range l.fit {
		if c.layer == layer {
			n++
		}
	}
	if n == 0 {
		return
	}
	scale := 1.0
	switch layer {
	case layerFlat, layerBulk, layerHouse: // side by side, each gets as much as the others
		scale = l.room() / float64(n)
	case layerShare: // more than is there was sold: all get less
		scale = float64(len(l.spots)) * min(1, 1/l.sum(layer))
	default:
		scale = float64(len(l.spots))
	}
	for _, c := range l.fit {
		if c.layer == layer {
			l.take(d, c, c.part*scale)
		}
	}
	if layer == layerGoal || layer == layerHoped {
		l.serveFast(d, layer)
	}
}

func (l *strip) sum(layer int) (sum float64) {
	for _, c := range l.fit {
		if c.layer == layer {
			sum += c.part
		}
	}
	return max(sum, math.SmallestNonzeroFloat64)
}

// serveFast gives what nobody wanted to goals that are to be reached as fast as possible.
func (l *strip) serveFast(d *pick, layer int) {
	wanted := 0.0
	for _, c := range l.fit {
		if c.layer == layer {
			wanted += c.more
		}
	}
	if wanted == 0 {
		return
	}
	scale := min(float64(len(l.spots)), l.room()/wanted)
	for _, c := range l.fit {
		if c.layer == layer && c.more > 0 {
			l.take(d, c, c.more*scale)
		}
	}
}

// take gives a candidate a length of the strip, and its ads the positions in it.
func (l *strip) take(d *pick, c *candidate, length float64) {
	length = min(length, l.room(), float64(len(c.fits[d.device])))
	if length <= 0 {
		return
	}
	from, to := l.used, l.used+length
	l.used = to
	if float64(len(l.spots))-to < 1e-9 {
		to = float64(len(l.spots)) // what is left over is an error of rounding
	}
	for n := max(0, int(math.Ceil(from-l.shift))); n < len(l.spots) && l.shift+float64(n) < to; n++ {
		d.put(c, l.spots[n], l.seed)
	}
}

// fill gives the positions that stayed free, since their ad stands elsewhere already, to bulk and to the house.
func (l *strip) fill(d *pick) {
	for _, spot := range l.spots {
		if d.picks[spot].Booking != 0 {
			continue
		}
		for _, c := range l.fit {
			if c.layer >= layerBulk && d.put(c, spot, l.seed) {
				break
			}
		}
	}
}

// put shows an ad of a booking in a position: by chance each as often as the others, and none that stands on the page already.
func (d *pick) put(c *candidate, spot int, seed uint64) bool {
	if d.picks[spot].Booking != 0 {
		return false
	}
	fits := c.fits[d.device]
	first := int(mix(seed, uint64(c.ID), uint64(spot)) % uint64(len(fits)))
	for i := range fits {
		a := c.shown[fits[(first+i)%len(fits)]]
		if !d.used[a.ID] {
			d.used[a.ID] = true
			d.picks[spot] = Pick{c.ID, a.ID, a.Version}
			return true
		}
	}
	return false
}

// Asked counts that positions of a page were asked for, by one who could be shown what is aimed at them: paces are made of it.
func (t *Table) Asked(page Page, spots []Place, v Visit) {
	if t.plan.rules.Bars(page) {
		return
	}
	clock := v.At.In(t.plan.zone)
	for _, p := range spots {
		for _, c := range t.places[p] {
			if c.gauge != nil && c.fit(page, v, clock) {
				c.gauge.asked.Add(1)
			}
		}
	}
}

// mix is a number as good as random, made of others (SplitMix64, https://prng.di.unimi.it/splitmix64.c). Whoever does not know the
// first cannot tell what comes of the rest.
func mix(seed uint64, of ...uint64) uint64 {
	for _, n := range of {
		seed += n + 0x9e3779b97f4a7c15
		seed = (seed ^ seed>>30) * 0xbf58476d1ce4e5b9
		seed = (seed ^ seed>>27) * 0x94d049bb133111eb
		seed ^= seed >> 31
	}
	return seed
}

func mixText(seed uint64, text string) uint64 {
	for i := range len(text) {
		seed = mix(seed, uint64(text[i]))
	}
	return mix(seed, uint64(len(text)))
}

// quarter is how long a page without a script gets the same ads: nothing else joins its positions.
const quarter = 15 * time.Second

// number is the page view's own: given by its script, else made of the quarter of a minute.
func (v Visit) number() uint64 {
	if v.View != 0 {
		return v.View
	}
	return uint64(v.At.UnixNano() / int64(quarter))
}

// drawSeed makes the numbers that decide, and the ids of offers, so that nobody outside can tell them.
type drawSeed []byte

func (k drawSeed) of(page Page, v Visit) uint64 {
	return mixText(mixText(mix(binary.LittleEndian.Uint64(k), v.number(), uint64(page.ID)), string(page.Kind)), page.Lang)
}

// id is that of an offer to a page view that has a number: whoever asks again for the same is given the same offer, which counts once.
func (k drawSeed) id(page Page, v Visit, n int, p Pick) string {
	if v.View == 0 {
		return newOfferID()
	}
	h := hmac.New(sha256.New, k)
	for _, number := range []uint64{v.View, uint64(page.ID), uint64(n), uint64(p.Booking), uint64(p.Ad), uint64(p.Version)} {
		_ = binary.Write(h, binary.LittleEndian, number) // a hash takes all
	}
	h.Write([]byte(string(page.Kind) + " " + page.Lang))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:idSize])
}

// Choose offers an ad for each position of a page, spots in the order of the page; Booking 0 is none. The same page view gets the same
// offers for a minute at least. Without a script (View 0) nothing is offered that is priced or promised by views.
func (s *Store) Choose(ctx context.Context, page Page, spots []Place, v Visit) ([]Offer, error) {
	t, err := s.now(ctx, v.At)
	if err != nil {
		return nil, err
	}
	seed := s.seeded()
	offers := make([]Offer, len(spots))
	for n, p := range t.Choose(page, spots, v, seed.of(page, v)) {
		offers[n] = Offer{ID: seed.id(page, v, n, p), At: v.At, Booking: p.Booking, Ad: p.Ad, AdVersion: p.Version, Place: spots[n], N: n,
			Kind: page.Kind, Page: page.ID, Section: page.Section(), Lang: page.Lang, Device: v.Device, Scripted: v.View != 0}
	}
	return offers, nil
}

func (s *Store) seeded() drawSeed {
	s.seeding.Do(func() { s.seed = s.key.MAC("ad draw") })
	return s.seed
}

// served is the order within a place: layer by layer, and of goals the one that needs most of what fits it first (the High Water Mark
// order of Chen et al., "Ad Serving Using a Compact Allocation Plan", EC 2012): it has nowhere else to go.
func served(a, b *candidate) int {
	if a.layer != b.layer {
		return a.layer - b.layer
	}
	if a.layer == layerGoal || a.layer == layerHoped {
		return cmp.Or(cmp.Compare(b.part, a.part), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Compare(a.ID, b.ID)
}

func inOrder(list []*candidate) []*candidate {
	slices.SortFunc(list, served)
	return list
}
