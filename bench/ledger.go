package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"lede/ad"
	"lede/internal/db"
	"lede/internal/secret"
	"lede/paper"
	"lede/section"
)

// Those who say at once that an ad was seen, and on how many bookings, ads and sections that is spread.
const (
	beacons  = 64
	sold     = 50
	sections = 10
	ledgerOf = 10 * time.Second
)

// ledger measures how many events a second are durable in the ledger, with their sums, on SQLite: each is its own call, as of a beacon,
// and two of three are what an offer was rendered before.
func (b *bench) ledger(ctx context.Context) error {
	const what = "Durable events/s into the ledger, SQLite, 64 beacons at once"
	dir := filepath.Join(b.work, "ledger")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	d, err := db.Open(ctx, filepath.Join(dir, "ledger.db"))
	if err != nil {
		return err
	}
	defer d.Close()
	s := ad.NewStore(d, secret.New(), nil, paper.NewStore(d), section.NewStore(d))
	wrote, took, err := record(ctx, s)
	if err != nil {
		return err
	}
	began := time.Now()
	wrong, err := s.Differences(ctx)
	if err != nil {
		return err
	}
	compared := time.Since(began)
	if len(wrong) > 0 {
		return fmt.Errorf("%d sums are not what the ledger says, the first: %s", len(wrong), wrong[0])
	}
	perSecond := float64(wrote) / took.Seconds()
	commits := d.Stats().Commits
	b.say(figure{what, "≥ 5,000", fmt.Sprintf("%.0f (%d events in %d commits)", perSecond, wrote, commits), holds(perSecond >= 5000)})
	b.say(figure{"The sums compared with the ledger, per million events", "", fmt.Sprintf("%.1f s", compared.Seconds()/float64(wrote)*1e6), forNotice})
	return nil
}

// record has every beacon say that it rendered, viewed and clicked one offer after another.
func record(ctx context.Context, s *ad.Store) (int64, time.Duration, error) {
	var wrote atomic.Int64
	errs := make([]error, beacons)
	began := time.Now()
	var all sync.WaitGroup
	for n := range beacons {
		all.Go(func() {
			for i := n; time.Since(began) < ledgerOf && errs[n] == nil; i++ {
				o := ad.Offer{ID: rand.Text(), At: time.Now(), Booking: int64(1 + i%sold), Ad: int64(1 + i%sold), AdVersion: 1, Place: ad.Places()[i%5], Kind: ad.ArticlePage,
					Page: int64(i), Section: int64(1 + i%sections), Lang: "en", Device: ad.Phone, Scripted: true}
				for _, m := range ad.Measures() {
					if errs[n] = s.Record(ctx, []ad.Event{{Offer: o, Measure: m, At: time.Now()}}); errs[n] != nil {
						return
					}
					wrote.Add(1)
				}
			}
		})
	}
	all.Wait()
	return wrote.Load(), time.Since(began), errors.Join(errs...)
}
