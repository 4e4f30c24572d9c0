package demo

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/ledetest"
	"lede/search"
)

// wanted are what readers of the demo paper might type, and which articles (by their files) are a right answer; with the language before
// it where that is not English.
const wanted = `
ferry fare increase: ferry-fares-rise-40-cents, what-the-40-cents-buys
how much does the ferry cost now: ferry-fares-rise-40-cents, what-the-40-cents-buys, bicycles-free-first-boats
40 cents: ferry-fares-rise-40-cents, what-the-40-cents-buys, a-fare-is-a-promise
council vote new slips: ferry-fares-rise-40-cents
bicycles on the ferry: bicycles-free-first-boats
free bikes first boat: bicycles-free-first-boats
rowing club roof: boathouse-roof
boathouse: boathouse-roof
bus 14: bus-14-lane
bus lane: bus-14-lane
hydrant: bus-14-lane
Hallow Isle internet cable: cable-mended-island-online
island radio vote: island-votes-by-radio
chess: chess-club-on-deck
playing chess on the boat: chess-club-on-deck
council roof leak: council-moves-to-pump-house
pump house: council-moves-to-pump-house, jazz-in-the-pump-house
jazz concert: jazz-in-the-pump-house
Cove Street school: cove-street-school-stays-open, school-board-hears-four-hours
school closing vote: cove-street-school-stays-open, school-board-hears-four-hours
cove street merger hearing: school-board-hears-four-hours
deckhand death: deckhand-dies-at-coal-pier
coal pier accident: deckhand-dies-at-coal-pier
election observers: election-observers-leave-early
Kestral Coast elections: election-observers-leave-early
singing on the ferry: ferry-choir
choir 7:10: ferry-choir
fireboat: fireboat-back-in-service
dry dock pump: fireboat-back-in-service
films about ferries: five-films-about-ferries
cinema pier 4: five-films-about-ferries
regatta fog: fog-wins-the-regatta
who won the regatta: fog-wins-the-regatta
foghorn: foghorn-gets-note-back
fog signal note: foghorn-gets-note-back
goalkeeper: goalkeeper-aged-51
Bernadette Lund: goalkeeper-aged-51
grain ships Selmary: grain-ships-wait-eight-days
bread price: grain-ships-wait-eight-days
frozen harbor photograph: harbor-froze-photograph
winter the harbour froze: harbor-froze-photograph
mistake in vote count 10-4: how-we-got-the-vote-wrong, ferry-fares-rise-40-cents
slow boat: in-praise-of-the-slow-boat
judge dredging: judge-asks-dredging-permit
dredging permit nine years: judge-asks-dredging-permit, nine-years-of-mud
king tide: king-tide-stops-one-step-short
highest tide: king-tide-stops-one-step-short
flood Water Street tide: king-tide-stops-one-step-short
last oysterman: last-oysterman-of-gull-basin
oyster museum boat: last-oysterman-of-gull-basin
oyster count: oyster-spat-doubles
spat: oyster-spat-doubles
old map Gull Basin: map-that-forgot-the-basin
chart great fire exhibition: map-that-forgot-the-basin
mayor budget: mayors-budget-read-by-three
plumber nurse bassist: mayors-budget-read-by-three
why does the basin smell: mud-and-hydrogen-sulfide
hydrogen sulfide: mud-and-hydrogen-sulfide
neighbor petition: my-neighbors-petition
night market: night-market-moves-under-bridge
dumplings: night-market-moves-under-bridge
night train: night-trains-return
sleeper trains coast: night-trains-return
oldest swimmer: oldest-swimmer-finishes-last
swimming race: oldest-swimmer-finishes-last
painting bridge: painting-the-bridge
bridge painters: painting-the-bridge
pilots winter roster: pilots-agree-winter-roster
tug crews agreement: pilots-agree-winter-roster
Palisade Cup: rowers-win-palisade-cup
rowers win: rowers-win-palisade-cup
pier 9 closed: second-slip-pier-9-closed
cracked fender: second-slip-pier-9-closed
shore power plug: seven-ports-one-plug
cruise ship plug ports: seven-ports-one-plug
"stop counting": stop-counting-boats
storm plan: storm-plan-dry-rooms
where are the dry rooms: storm-plan-dry-rooms
Sunday library: sunday-library, sundays-belong-to-readers
library keys: sunday-library, sundays-belong-to-readers
tall ships: tall-ships-visitors-guide
tall ships timetable: tall-ships-visitors-guide
Tempest review: tempest-review
Solveig Marchetti: tempest-review
boarding house pilots: twelve-rooms-one-key
water treaty Orrin Tesk: two-cities-one-river
street names change Monday: two-streets-change-names
Gasworks Road: two-streets-change-names
United promotion: united-pitch-floods
pitch floods football: united-pitch-floods
Water Street rents: water-street-rents-fall
shop rents: water-street-rents-fall
goalkeper: goalkeeper-aged-51
foghron: foghorn-gets-note-back
Solvieg Marcheti: tempest-review
by:okonjo fare: a-fare-is-a-promise
by:brandvold bus: bus-14-lane
section:fishing oyster -museum: oyster-spat-doubles
section:world trains: night-trains-return
ferrys budjet: what-the-40-cents-buys
es panaderia: es-bakery-at-three
es mercado nocturno: es-night-market
es precio del transbordador: es-ferry-fares, es-what-40-cents-buys
es presupuestos: es-what-40-cents-buys
ar مقهى: ar-coffee-house
ar أجرة العبارة: ar-ferry-fares
ar السفن: ar-grain-ships, ar-coffee-house
ar مدرسه شارع الخليج: ar-cove-street-school
ar سوق ليلي: ar-night-market
ar الجزيرة المذياع: ar-island-radio
ar كلمتان للبحر: ar-opinion-two-words
`

func TestSearchOverTheDemoHasARightAnswerAmongTheFirstThree(t *testing.T) {
	p := empty(t)
	f := small(t, p, func(string) {})
	if err := f.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return ledetest.Noon }
	if err := p.Finder.Rebuild(t.Context(), now, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	all, right := 0, 0
	for line := range strings.Lines(strings.TrimSpace(wanted)) {
		asked, names, _ := cutLast(strings.TrimSpace(line), ": ")
		lang := "en"
		for _, other := range []string{"es", "ar"} {
			if rest, ok := strings.CutPrefix(asked, other+" "); ok {
				lang, asked = other, rest
			}
		}
		found, err := p.Finder.Find(t.Context(), search.Ask{Text: asked, Lang: lang}, ledetest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		all++
		var got []string
		for _, hit := range found.Hits[:min(3, len(found.Hits))] {
			got = append(got, f.named(hit.ID))
		}
		if slices.ContainsFunc(strings.Split(names, ", "), func(name string) bool { return slices.Contains(got, name) }) {
			right++
			continue
		}
		t.Logf("%s %q: wanted %s, first are %q (some %v, instead %q)", lang, asked, names, got, found.Some, found.Instead)
	}
	t.Logf("%d of %d", right, all)
	if all < 100 || right*100 < all*95 {
		t.Errorf("%d of %d queries have a right answer among the first three, want 95 of 100", right, all)
	}
}

func cutLast(s, sep string) (before, after string, ok bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

// named is the file of an article.
func (f *filler) named(id int64) string {
	for name, s := range f.stories {
		if s.id == id {
			return strings.TrimSuffix(name, ".md")
		}
	}
	return ""
}
