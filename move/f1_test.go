package move

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const pages = "../../shared/data/pages" // scrapinghub/article-extraction-benchmark, half of it

// TestSavedPagesGiveTheTextThatPeopleMarked measures F1 as the article extraction benchmark defines it.
//
// The method: text is cut into tokens (runs of letters, digits and underscores) and those into all runs of four, counted as a bag; a text shorter than
// four is one run. Per page, true positives are what both bags have, false positives what only ours has, false negatives what only the marked one has;
// precision and recall follow. Each is averaged over the pages where it is defined (ours not empty; the marked one not empty), and F1 is the
// harmonic mean of the two averages. The marked texts have no captions of pictures, so ours are compared without.
func TestSavedPagesGiveTheTextThatPeopleMarked(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(pages, "ground-truth.json"))
	if err != nil {
		t.Skipf("SKIPPED, the benchmark's pages are not here: %v", err)
	}
	var truth map[string]struct {
		Text string `json:"articleBody"`
	}
	if err := json.Unmarshal(src, &truth); err != nil {
		t.Fatal(err)
	}
	var p, r mean
	for name, page := range truth {
		ours := ""
		got, err := readSaved(filepath.Join(pages, "html", name+".html.gz"))
		if err != nil {
			t.Errorf("%s has an article, yet: %v", name, err)
		} else {
			ours = proseText(got.Body)
		}
		score(fours(page.Text), fours(ours), &p, &r)
	}
	f1 := 2 * p.value() * r.value() / (p.value() + r.value())
	t.Logf("%d pages: precision %.3f, recall %.3f, F1 %.3f (runs of four tokens, averaged by page)", len(truth), p.value(), r.value(), f1)
	if f1 < .95 {
		t.Errorf("F1 %.3f, want at least .95", f1)
	}
}

func readSaved(file string) (Page, error) {
	f, err := os.Open(file)
	if err != nil {
		return Page{}, err
	}
	defer f.Close()
	return ReadPage(filepath.Base(file), f)
}

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64)  { m.sum, m.n = m.sum+v, m.n+1 }
func (m *mean) value() float64 { return m.sum / float64(max(m.n, 1)) }

var token = regexp.MustCompile(`[\p{L}\p{N}_]+`)

func fours(text string) map[string]int {
	list := token.FindAllString(text, -1)
	bag := map[string]int{}
	for i := 0; i < max(1, len(list)-3) && len(list) > 0; i++ {
		bag[strings.Join(list[i:min(i+4, len(list))], " ")]++
	}
	return bag
}

// score adds one page's precision and recall to the means.
func score(want, got map[string]int, p, r *mean) {
	both, wanted, gotten := 0, 0, 0
	for run, n := range want {
		wanted += n
		both += min(n, got[run])
	}
	for _, n := range got {
		gotten += n
	}
	if gotten > 0 {
		p.add(float64(both) / float64(gotten))
	}
	if wanted > 0 {
		r.add(float64(both) / float64(wanted))
	}
}
