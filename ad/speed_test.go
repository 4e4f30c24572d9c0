package ad_test

import (
	"testing"

	"lede/ad"
	"lede/internal/db/dbtest"
)

func BenchmarkRecord(b *testing.B) {
	s := ledgerOn(dbtest.Open(b, dbtest.SQLite(b)))
	b.SetParallelism(64)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			o := offered(1, noon)
			for _, m := range ad.Measures() {
				if err := s.Record(b.Context(), []ad.Event{{Offer: o, Measure: m, At: noon}}); err != nil {
					b.Error(err)
				}
			}
		}
	})
	b.ReportMetric(float64(3*b.N)/b.Elapsed().Seconds(), "events/s")
}
