package site

import (
	"testing"

	"lede/ad"
)

func TestAdsTxtIsServedOnceThereIsOne(t *testing.T) {
	s := open(t)
	if a := s.get("/ads.txt"); a.status != 404 {
		t.Errorf("before anything was saved: %d", a.status)
	}
	for i, text := range []string{"google.com, 1, DIRECT\n", "exchange.example, 2, RESELLER\n"} {
		if _, err := s.Ads.SetSellers(t.Context(), ad.Sellers{Version: int64(i), Text: text}, "", 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		s.Settle()
		if a := s.get("/ads.txt"); a.status != 200 || a.header.Get("Content-Type") != "text/plain; charset=utf-8" || a.body != text {
			t.Errorf("%d %s %q", a.status, a.header.Get("Content-Type"), a.body)
		}
	}
}
