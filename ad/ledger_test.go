package ad_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/secret"
	"lede/paper"
	"lede/section"
)

var noon = time.Date(2026, 12, 12, 12, 0, 0, 0, time.UTC)

func ledgerOn(d *db.DB) *ad.Store {
	return ad.NewStore(d, secret.New(), nil, paper.NewStore(d), section.NewStore(d))
}

// offered is an offer made at a moment.
func offered(booking int64, at time.Time) ad.Offer {
	return ad.Offer{ID: rand.Text(), At: at, Booking: booking, Ad: 7, AdVersion: 1, Place: ad.Top, Kind: ad.ArticlePage, Page: 3, Section: 5, Lang: "en", Device: ad.Phone, Scripted: true}
}

func record(t *testing.T, s *ad.Store, events ...ad.Event) {
	t.Helper()
	if err := s.Record(t.Context(), events); err != nil {
		t.Fatal(err)
	}
}

// ledger counts what is in the ledger by reason, over all measures.
func ledger(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	rows, err := d.Read().QueryContext(t.Context(), `select measure, reason, count(*) from ad_event group by measure, reason`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]int{}
	for rows.Next() {
		var measure, reason string
		var n int
		if err := rows.Scan(&measure, &reason, &n); err != nil {
			t.Fatal(err)
		}
		all[measure+" "+reason] = n
	}
	return all
}

// addsUp fails where a sum is not what the ledger says.
func addsUp(t *testing.T, s *ad.Store) {
	t.Helper()
	wrong, err := s.Differences(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range wrong {
		t.Error(d)
	}
}

func TestOfAnOfferEachMeasureIsBilledOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := ledgerOn(d)
		o := offered(1, noon)
		seen := ad.Event{Offer: o, Measure: ad.Rendered, At: noon}
		record(t, s, seen, seen)
		record(t, s, seen, ad.Event{Offer: o, Measure: ad.Viewed, At: noon.Add(2 * time.Second)})
		record(t, s, ad.Event{Offer: o, Measure: ad.Clicked, At: noon.Add(3 * time.Second)})
		record(t, s, ad.Event{Offer: o, Measure: ad.Clicked, At: noon.Add(4 * time.Second)})
		want := map[string]int{"rendered ": 1, "rendered repeat": 2, "viewed ": 1, "clicked ": 1, "clicked repeat": 1}
		if got := ledger(t, d); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the ledger has %v, want %v", got, want)
		}
		given, err := s.Delivered(t.Context(), 1, 2)
		if err != nil || fmt.Sprint(given) != "map[1:map[clicked:1 rendered:1 viewed:1]]" {
			t.Errorf("delivered: %v, %v", given, err)
		}
		addsUp(t, s)
	})
}

func TestAClickOrAViewWithoutARenderThatCountsDoesNotCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := ledgerOn(d)
		robot := offered(1, noon)
		record(t, s, ad.Event{Offer: robot, Measure: ad.Rendered, At: noon, Reason: ad.Robot})
		record(t, s, ad.Event{Offer: robot, Measure: ad.Clicked, At: noon.Add(time.Second)})
		record(t, s, ad.Event{Offer: offered(1, noon), Measure: ad.Viewed, At: noon.Add(time.Second)})
		known := offered(1, noon)
		known.Reason = ad.OurStaff
		record(t, s, ad.Event{Offer: known, Measure: ad.Rendered, At: noon})
		want := map[string]int{"rendered known robot": 1, "clicked click before render": 1, "viewed impossible time": 1, "rendered our own staff": 1}
		if got := ledger(t, d); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the ledger has %v, want %v", got, want)
		}
		addsUp(t, s)
	})
}

func TestWhatIsOnlyLookedAtIsLeftOutAndAMistakeSpoilsNothingOfOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := ledgerOn(d)
		looked := offered(1, noon)
		looked.Look = true
		record(t, s, ad.Event{Offer: looked, Measure: ad.Rendered, At: noon})
		for _, bad := range []ad.Event{
			{Offer: offered(0, noon), Measure: ad.Rendered, At: noon},
			{Offer: offered(1, noon), Measure: "eaten", At: noon},
			{Offer: offered(1, noon), Measure: ad.Rendered},
			{Offer: offered(1, noon), Measure: ad.Rendered, At: noon, Reason: "I did not like it"},
			{Offer: ad.Offer{ID: "a\x00bcdefghijklmnopq", Booking: 1}, Measure: ad.Rendered, At: noon},
		} {
			if s.Record(t.Context(), []ad.Event{bad}) == nil {
				t.Errorf("%+v is taken", bad)
			}
		}
		if got := ledger(t, d); len(got) != 0 {
			t.Errorf("the ledger has %v, want nothing", got)
		}
	})
}

func TestManyWhoRecordTheSameAtOnceAreBilledOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		// Two nodes, as two stores on one database.
		nodes := []*ad.Store{ledgerOn(d), ledgerOn(d)}
		var offers []ad.Offer
		for n := range 50 {
			offers = append(offers, offered(int64(1+n%3), noon.Add(time.Duration(n)*time.Minute)))
		}
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				for _, o := range offers {
					err := nodes[n%2].Record(context.Background(), []ad.Event{{Offer: o, Measure: ad.Rendered, At: o.At}, {Offer: o, Measure: ad.Viewed, At: o.At.Add(time.Second)}})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		want := map[string]int{"rendered ": 50, "rendered repeat": 350, "viewed ": 50, "viewed repeat": 350}
		if got := ledger(t, d); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the ledger has %v, want %v", got, want)
		}
		addsUp(t, nodes[0])
	})
}

func TestSumsThatWentWrongAreFoundAndMadeAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := ledgerOn(d)
		for n := range 30 {
			o := offered(int64(1+n%2), noon.Add(time.Duration(n)*time.Minute))
			record(t, s, ad.Event{Offer: o, Measure: ad.Rendered, At: o.At})
		}
		for _, spoil := range []string{`update ad_count set n = n + 1 where booking_id = 1`, `delete from ad_count where booking_id = 2`, `update ad_total set n = 99 where booking_id = 2`,
			`insert into ad_count (booking_id, quarter, ad_id, place, section_id, measure, reason, n) values (3, 0, 0, 'top', 0, 'viewed', '', 4)`} {
			if err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error { _, err := q.ExecContext(ctx, spoil); return err }); err != nil {
				t.Fatal(err)
			}
		}
		wrong, err := s.Rebuild(t.Context())
		if err != nil || len(wrong) != 2+2+1+1 {
			t.Errorf("found %d wrong sums: %v, %v", len(wrong), wrong, err)
		}
		addsUp(t, s)
		if given, err := s.Delivered(t.Context(), 1, 2, 3); err != nil || given[2][ad.Rendered] != 15 || given[1][ad.Rendered] != 15 || given[3] != nil {
			t.Errorf("afterwards delivered: %v, %v", given, err)
		}
	})
}
