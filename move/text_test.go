package move

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"lede/internal/fault"
)

// seed is a page as a reader copied it; it stands beside the repository, not in it.
const seed = "../../shared/seed/000_2fc96ea61b624a14.txt"

func TestTheSeedGivesItsHeadlineAndNineParagraphsLetterForLetter(t *testing.T) {
	src, err := os.ReadFile(seed)
	if err != nil {
		t.Skipf("SKIPPED, the seed is not here: %v", err)
	}
	p, err := ReadPage("seed.txt", strings.NewReader(string(src)))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Russia in Talks with Syrian Rebels to Maintain Military Bases"; p.Headline != want {
		t.Errorf("headline %q, want %q", p.Headline, want)
	}
	var want []string
	for l := range strings.Lines(string(src)) {
		if l = strings.TrimSuffix(l, "\n"); len(l) > 120 {
			want = append(want, l)
		}
	}
	if len(want) != 9 {
		t.Fatalf("the seed has %d long lines, the test wants 9", len(want))
	}
	if got := strings.Split(p.Body.Text(), "\n\n"); !slices.Equal(got, want) {
		t.Errorf("paragraphs differ from the seed's nine:\n%s", p.Body.Text())
	}
	if p.Seen != "2025-06-17" || !p.Published.IsZero() || !p.Updated.IsZero() || len(p.Bylines) > 0 || p.Summary != "" {
		t.Errorf("the seed shows a day and names neither author nor publication; got seen %q, published %v, bylines %v, summary %q", p.Seen, p.Published, p.Bylines, p.Summary)
	}
	left := strings.Join(p.Left, "\n")
	for _, what := range []string{"weather: 17.1 C", "ad mark: - Advertisement - ×3", "form: Please enter your comment!", "counters: 0FansLike", "Latest Articles", "Related Articles"} {
		if !strings.Contains(left, what) {
			t.Errorf("left out, but not said: %q in\n%s", what, left)
		}
	}
}

func TestCopiedPagesOfManyKindsGiveTheirArticleAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		file, headline, summary, kicker, bylines, published, updated, seen, lang, dir, blocks, starts, ends string
	}{
		{file: "english-menu.txt", headline: "Ferry company cancels night crossings until spring", kicker: "HARBOR", summary: "The last boat will leave the north pier at nine, two hours earlier than now",
			bylines: "Mara Okafor, Jon Lindqvist", published: "2024-03-03", updated: "2024-03-04", lang: "en", dir: "ltr", blocks: "p p p h p p", starts: "NORTH PIER — The company", ends: "for eleven years."},
		{file: "spanish.txt", headline: "El puerto reabre tras once días de huelga de los prácticos", bylines: "Lucía Ferrer", seen: "2025-06-17", lang: "es", dir: "ltr", blocks: "p p p", starts: "PUERTO NORTE.— Los", ends: "Iñaki Olano."},
		{file: "arabic.txt", headline: "إعادة فتح الميناء بعد أحد عشر يوما من إضراب المرشدين", bylines: "ليلى حداد", seen: "2025-06-17", published: "2025-06-16", lang: "ar", dir: "rtl", blocks: "p p p", starts: "عاد مرشدو", ends: "حق لنا»."},
		{file: "wrapped.txt", headline: "Library keeps its doors open after petition", bylines: "Sam Whitlow", lang: "en", dir: "ltr", blocks: "p p p", starts: "The town library will stay open on Saturdays after more than two thousand people", ends: "mended at last."},
		{file: "list.txt", headline: "What closes on the holiday, and what stays open", seen: "2024-11-27", lang: "en", dir: "ltr", blocks: "p p l p", starts: "City offices", ends: "they will be mended."},
		{file: "captions.txt", headline: "A city that forgets its river will drown in it", kicker: "OPINION", bylines: "Tomas Reyl", seen: "2025-06-17", lang: "en", dir: "ltr", blocks: "p p p", starts: "Every spring", ends: "to three mayors."},
		{file: "cookies.txt", headline: "Trawler crew rescued off the north cape in heavy seas", lang: "en", dir: "ltr", blocks: "p p p", starts: "Six people", ends: "at the earliest."},
	} {
		t.Run(c.file, func(t *testing.T) {
			p := readFile(t, c.file)
			is := func(what, got, want string) {
				if got != want {
					t.Errorf("%s: got %q, want %q", what, got, want)
				}
			}
			is("headline", p.Headline, c.headline)
			is("summary", p.Summary, c.summary)
			is("kicker", p.Kicker, c.kicker)
			is("bylines", strings.Join(p.Bylines, ", "), c.bylines)
			is("seen", p.Seen, c.seen)
			is("language", p.Lang+" "+p.Dir, c.lang+" "+c.dir)
			is("published", dayOf(p.Published), c.published)
			is("updated", dayOf(p.Updated), c.updated)
			is("blocks", kindsOf(p), c.blocks)
			if text := p.Body.Text(); !strings.HasPrefix(text, c.starts) || !strings.HasSuffix(strings.TrimSpace(text), c.ends) {
				t.Errorf("want the text from %q to %q, got\n%s", c.starts, c.ends, text)
			}
			if t.Failed() {
				t.Logf("took %s\nleft %s", strings.Join(p.Took, "; "), strings.Join(p.Left, "; "))
			}
		})
	}
}

func TestATextWithoutAnArticleIsRefusedByName(t *testing.T) {
	menu, err := os.ReadFile(filepath.Join("testdata", "menu-only.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]string{"empty.txt": "", "blank.txt": " \r\n\t\x00\n", "menu.txt": string(menu), "word.txt": "ferry", "picture.txt": "\x89PNG\r\n\x1a\n0000", "paper.pdf": "%PDF-1.7 ..."} {
		_, err := ReadPage(name, strings.NewReader(src))
		if !fault.IsInvalid(err) || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: want a sentence that begins with the name, got %v", name, err)
		}
	}
}

func TestTextInAnyEncodingReadsTheSame(t *testing.T) {
	src, err := os.ReadFile("testdata/spanish.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := readFile(t, "spanish.txt")
	utf8 := string(src)
	in := map[string]string{"dos": strings.ReplaceAll(utf8, "\n", "\r\n"), "mac": strings.ReplaceAll(utf8, "\n", "\r"), "nul": strings.ReplaceAll(utf8, "puerto", "pue\x00rto"), "bom": "\ufeff" + utf8}
	in["utf-16le"], _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(utf8)
	in["utf-16be"], _ = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(utf8)
	in["utf-16le, no mark"], _ = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(utf8)
	in["windows-1252"], err = charmap.Windows1252.NewEncoder().String(utf8)
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range in {
		p, err := ReadPage(name, strings.NewReader(src))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Headline != want.Headline || p.Body.Text() != want.Body.Text() || p.Key != want.Key {
			t.Errorf("%s: reads otherwise than UTF-8: %q\n%s", name, p.Headline, p.Body.Text())
		}
	}
}

func TestReadErrorsAreNotThePagesFault(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := ReadPage("page.txt", failing{broken})
	if !errors.Is(err, broken) || fault.IsInvalid(err) {
		t.Errorf("want the reader's own error, got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
