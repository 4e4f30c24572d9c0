package press_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"testing"
	"time"

	"lede/ad"
)

func TestFilesOfAdsAreInABackupAllVersionsOfThem(t *testing.T) {
	p := illustrated(t)
	poster := func(w, h int) ad.Sent {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
			t.Fatal(err)
		}
		return ad.Sent{Name: "poster.png", File: bytes.NewReader(b.Bytes())}
	}
	a, err := p.Ads.MakeAd(t.Context(), ad.Ad{Name: "Boats", Form: ad.PictureForm, Content: ad.Content{Link: "https://boats.example/", Alt: "Boats"}}, []ad.Sent{poster(300, 250)}, 7, p.Now())
	if err == nil {
		swapped := a
		swapped.Files = nil
		_, err = p.Ads.MakeAd(t.Context(), swapped, []ad.Sent{poster(970, 250)}, 7, p.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	q := restored(t, backedUp(t, p))
	if err := q.Ads.SweepFiles(t.Context(), time.Now().Add(72*time.Hour)); err != nil {
		t.Fatal(err)
	}
	n := 0
	for version := range int64(2) {
		was, err := p.Ads.AdVersion(t.Context(), a.ID, version+1)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range was.Files {
			r, got, err := q.Ads.OpenFile(t.Context(), a.ID, version+1, f.Name)
			if err != nil {
				t.Fatalf("version %d, %s: %v", version+1, f.Name, err)
			}
			b, err := io.ReadAll(r)
			if err != nil || got != f || int64(len(b)) != f.Bytes {
				t.Errorf("version %d, %s: %d bytes, %v", version+1, f.Name, len(b), err)
			}
			_ = r.Close()
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d files, want one of the first version and three of the second", n)
	}
}
