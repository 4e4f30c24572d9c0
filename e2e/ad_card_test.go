package e2e_test

import (
	"regexp"
	"strconv"
	"testing"
)

var (
	nativeAd = regexp.MustCompile(`/newsroom/sales/ads/([0-9]+)"[^>]*>(?:<img[^>]*>|<span[^>]*>[^<]*</span>)?<b><bdi>Silent week<`)
	adFrame  = regexp.MustCompile(`<iframe src="([^"]+)" width="([0-9]+)" height="([0-9]+)"`)
)

// TestACardFitsEachOfItsBoxes looks at a card with a picture in the box of each position: all it says is seen, and its picture is no
// larger than the box.
func TestACardFitsEachOfItsBoxes(t *testing.T) {
	t.Parallel()
	r := demoNewsroom(t)
	got, err := r.publisher.Get("/newsroom/sales/ads")
	must(t, err)
	found := nativeAd.FindSubmatch(got.Body)
	if found == nil {
		t.Fatal("the demo paper has no card with a picture")
	}
	got, err = r.publisher.Get("/newsroom/sales/ads/" + string(found[1]))
	must(t, err)
	boxes := adFrame.FindAllStringSubmatch(string(got.Body), -1)
	if len(boxes) < 4 {
		t.Fatalf("the card is shown in %d boxes, wanted one of each size: %q", len(boxes), boxes)
	}
	tab := newTab(t)
	for _, box := range boxes {
		must(t, tab.Open("about:blank"))
		must(t, tab.Size(number(t, box[2]), number(t, box[3])))
		must(t, tab.Open(r.URL+box[1]))
		wrong := ask[[]string](t, tab, `[...document.querySelectorAll("img, b, i, a > span, a > span > span")].filter(e => {
			const r = e.getBoundingClientRect();
			return r.height && (r.top < -1 || r.bottom > innerHeight + 1 || r.left < -1 || r.right > innerWidth + 1);
		}).map(e => e.tagName + " " + JSON.stringify(e.getBoundingClientRect()))`)
		if len(wrong) > 0 {
			t.Errorf("in %s by %s: %q stand out of the box", box[2], box[3], wrong)
		}
		if dir := ask[string](t, tab, `document.dir = "rtl", getComputedStyle(document.querySelector("b")).direction`); dir != "ltr" {
			t.Errorf("in %s by %s English words on an Arabic page run %s", box[2], box[3], dir)
		}
		if n := ask[int](t, tab, `[...document.querySelectorAll("b, i")].filter(e => e.getClientRects().length).length`); n != 2 {
			t.Errorf("in %s by %s %d of headline and verb are seen", box[2], box[3], n)
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}
