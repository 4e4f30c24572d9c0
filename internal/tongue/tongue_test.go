package tongue

import (
	"html/template"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestNamesAreListedAsInASentence(t *testing.T) {
	for _, c := range []struct {
		tag   string
		names string
		want  string
	}{
		{"en", "", ""},
		{"en", "Ana", "Ana"},
		{"en", "Ana/Tom", "Ana and Tom"},
		{"en", "Ana/Tom/Sam", "Ana, Tom and Sam"},
		{"en", "Ana/Tom/Sam/{0}", "Ana, Tom, Sam and {0}"},
		{"es", "Ana/Tom/Sam", "Ana, Tom y Sam"},
		{"es", "Tom/Inés", "Tom e Inés"},
		{"es", "Tom/Íñigo", "Tom e Íñigo"},
		{"es", "Ana/Tom/Hilario", "Ana, Tom e Hilario"},
		{"es", "Tom/Iago", "Tom y Iago"},
		{"ar", "إيناس/توم/سام", "إيناس وتوم وسام"},
	} {
		var names []string
		if c.names != "" {
			names = strings.Split(c.names, "/")
		}
		if got := For(c.tag).List(names); got != c.want {
			t.Errorf("%s: %q, want %q", c.tag, got, c.want)
		}
	}
	links := []template.HTML{`<a href="/tom">Tom</a>`, `<a href="/ines">Inés</a>`}
	if got, want := For("es").ListHTML([]string{"Tom", "Inés"}, links), links[0]+" e "+links[1]; got != want {
		t.Errorf("linked names: %q, want %q", got, want)
	}
}

func TestNumbersAreWrittenAsTheRegionWritesThem(t *testing.T) {
	en, es, mx, ar := For("en"), For("es"), For("es-MX"), For("ar")
	for _, c := range []struct{ got, want string }{
		{en.Number(0), "0"}, {en.Number(999), "999"}, {en.Number(12400), "12,400"}, {en.Number(-1234567), "−1,234,567"},
		{es.Number(1234), "1234"}, {es.Number(12345), "12.345"}, {mx.Number(1234), "1,234"},
		{ar.Number(43000), "٤٣٬٠٠٠"}, {ar.Decimal(2.6, 2), "٢٫٦٠"},
		{en.Decimal(17.06, 1), "17.1"}, {en.Decimal(-0.04, 1), "0.0"}, {en.Decimal(-0.4, 0), "0"}, {es.Decimal(17.06, 1), "17,1"},
		{en.Percent(0.375), "38%"}, {es.Percent(0.12), "12\u00a0%"}, {ar.Percent(0.12), "١٢٪\u061c"},
		{en.Duration(187 * time.Second), "3:07"}, {en.Duration(3727 * time.Second), "1:02:07"}, {en.Duration(-time.Hour), "0:00"},
		{ar.Duration(187 * time.Second), "٣:٠٧"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestArabicCountsInSixForms(t *testing.T) {
	for n, want := range map[int]string{
		0: "لا مقالات", 1: "مقال واحد", 2: "مقالان", 3: "٣ مقالات", 10: "١٠ مقالات", 11: "١١ مقالًا", 99: "٩٩ مقالًا",
		100: "١٠٠ مقال", 102: "١٠٢ مقال", 103: "١٠٣ مقالات", 111: "١١١ مقالًا", 1000: "١٬٠٠٠ مقال",
	} {
		if got := For("ar").N(n, "{n} articles"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestPluralsOfSpanishAndEnglish(t *testing.T) {
	for _, c := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 0, "0 articles"}, {"en", 1, "1 article"}, {"en", 2, "2 articles"}, {"en", 1000000, "1,000,000 articles"},
		{"es", 0, "0 artículos"}, {"es", 1, "1 artículo"}, {"es", 100, "100 artículos"}, {"es", 1000000, "1.000.000 de artículos"},
	} {
		if got := For(c.tag).N(c.n, "{n} articles"); got != c.want {
			t.Errorf("%s: %q, want %q", c.tag, got, c.want)
		}
	}
}

// Rules of languages still to come: Polish, Welsh and Latvian, by the tables of UTS 35.
func TestPluralRulesOfOtherLanguages(t *testing.T) {
	polish := map[string]string{"one": "i = 1 and v = 0", "few": "v = 0 and i % 10 = 2..4 and i % 100 != 12..14",
		"many": "v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 12..14"}
	latvian := map[string]string{"zero": "n % 10 = 0 or n % 100 = 11..19 or v = 2 and f % 100 = 11..19",
		"one": "n % 10 = 1 and n % 100 != 11 or v = 2 and f % 10 = 1 and f % 100 != 11 or v != 2 and f % 10 = 1"}
	for _, c := range []struct {
		rules map[string]string
		n     int
		want  string
	}{
		{polish, 1, "one"}, {polish, 2, "few"}, {polish, 5, "many"}, {polish, 12, "many"}, {polish, 22, "few"}, {polish, 112, "many"}, {polish, 0, "many"},
		{latvian, 0, "zero"}, {latvian, 1, "one"}, {latvian, 11, "zero"}, {latvian, 21, "one"}, {latvian, 2, "other"},
	} {
		rules, err := pluralRules(c.rules)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Tongue{plurals: rules}).which(c.n); got != c.want {
			t.Errorf("%d: %q, want %q", c.n, got, c.want)
		}
	}
	for _, bad := range []string{"n", "q = 1", "n % 0 = 1", "n = x", "n = 1..y"} {
		if _, err := pluralRules(map[string]string{"one": bad}); err == nil {
			t.Errorf("the rule %q was taken", bad)
		}
	}
}

func TestTextsAreFilledAndKeptApart(t *testing.T) {
	en, ar := For("en"), For("ar")
	for _, c := range []struct{ got, want string }{
		{For("es").T("Sections"), "Secciones"},
		{For("fr").T("Sections"), "Sections"},
		{en.T("never said"), "never said"},
		{en.T("Page {0}", 1200), "Page 1,200"},
		{ar.T("Page {0}", 12), "الصفحة ١٢"},
		{en.T("By {0}", "{0} {1} {"), "By {0} {1} {"},
		{en.T("By {0}"), "By {0}"},
		{ar.T("By {0}", "سلمى"), "بقلم سلمى"},
		{ar.T("By {0}", "Tom"), "بقلم \u2068Tom\u2069"},
		{en.T("Also in {0}", "العربية"), "Also in \u2068العربية\u2069"},
		{string(en.HTML("Sections & more")), "Sections &amp; more"},
		{string(en.HTML("By {0}", "<Tom>")), "By &lt;Tom&gt;"},
		{en.Capital(For("es").Date(time.Date(2025, 6, 17, 0, 0, 0, 0, time.UTC), Full)), "Martes, 17 de junio de 2025"},
		{en.Capital(""), ""},
		{en.Capital("émile"), "Émile"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestLanguagesAreCalledByTheirNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Endonym("ar"), "العربية"}, {Endonym("es-MX"), "español"}, {Endonym("tlh"), "tlh"},
		{For("en").Language("es"), "Spanish"}, {For("es").Language("en-GB"), "inglés"}, {For("ar").Language("fr"), "الفرنسية"},
		{For("en").Language("tlh"), "tlh"}, {For("es").Name, "español"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestDirectionIsThatOfTheScript(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "ltr", "ar": "rtl", "fa": "rtl", "fa-IR": "rtl", "he": "rtl", "iw": "rtl", "ur": "rtl", "yi": "rtl", "ps": "rtl", "ckb": "rtl", "dv": "rtl",
		"ku": "ltr", "ku-Arab": "rtl", "ar-Latn": "ltr", "az": "ltr", "az_arab_IR": "rtl", "az-IR": "rtl", "pa": "ltr", "pa-PK": "rtl", "pa-Arab": "rtl",
		"ug": "rtl", "ug-KZ": "ltr", "sd-IN": "ltr", "": "ltr", "xx": "ltr", "-": "ltr",
	} {
		if got := Dir(tag); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}

func TestTheNearestTongueIsSpoken(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "EN-gb": "en-GB", "en_GB": "en-GB", "en-Latn-GB": "en-GB", "en-ZZ": "en", "en-GB-x-private": "en-GB", "en-x-GB": "en",
		"es-419": "es-419", "ar-EG": "ar-EG", "fr": "en", "fr-GB": "en", "": "en", "en-": "en",
	} {
		if got := For(tag).Tag; got != want {
			t.Errorf("%q: %s, want %s", tag, got, want)
		}
	}
	if got := strings.Join(Tags(), " "); got != "ar en es" {
		t.Errorf("languages of the interface: %s", got)
	}
}

// Every date, time and distance of every language and region comes out whole.
func TestNothingIsLeftUnsaid(t *testing.T) {
	at := time.Date(2025, 12, 31, 23, 59, 0, 0, time.UTC)
	for _, tag := range Tags() {
		for region, tongue := range languages()[tag]() {
			for s := Full; s <= Weekday; s++ {
				if got := tongue.Date(at, s); got == "" || strings.ContainsAny(got, "{}'") {
					t.Errorf("%s-%s, style %d: %q", tag, region, s, got)
				}
			}
			for _, from := range []time.Time{at.AddDate(-2, 0, 0), at.AddDate(0, -3, 0), at.AddDate(0, 0, -4), at.Add(-5 * time.Hour), at.Add(-6 * time.Minute), at} {
				for _, got := range []string{tongue.Ago(from, at), tongue.Ago(at, from), tongue.DateTime(from), tongue.Time(from)} {
					if got == "" || strings.ContainsAny(got, "{}") {
						t.Errorf("%s-%s, %v: %q", tag, region, from, got)
					}
				}
			}
			for _, p := range []string{tongue.cldr.H12, tongue.cldr.H24, tongue.cldr.Full, tongue.cldr.Long, tongue.cldr.Short, tongue.cldr.Day, tongue.cldr.Month, tongue.cldr.Numeric} {
				for _, x := range compile(p) {
					if x.letter == 0 && strings.ContainsAny(x.text, "YuUrQqwWDFgbBKjsSAzZOvVxX") {
						t.Errorf("%s-%s: the pattern %q has a field we do not write", tag, region, p)
					}
				}
			}
		}
	}
}

func FuzzForAnyTag(f *testing.F) {
	for _, tag := range []string{"", "en", "en-GB", "ar_EG", "zh-Hant-TW", "-", "--x", "en-\x00", "ﬁ-ÀB", "i-klingon", "pa-PK", strings.Repeat("a-", 400)} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		tongue := For(tag)
		if tongue == nil || tongue.T("Sections") == "" || tongue.Dir != Dir(tongue.Tag) {
			t.Fatalf("%q: no whole tongue", tag)
		}
		if d := Dir(tag); d != "ltr" && d != "rtl" {
			t.Errorf("%q runs %q", tag, d)
		}
		if For(tongue.Tag) != tongue {
			t.Errorf("%q: %s is not itself", tag, tongue.Tag)
		}
		if name := tongue.Capital(tongue.Language(tag)); utf8.ValidString(tag) && !utf8.ValidString(name) {
			t.Errorf("%q is called %q", tag, name)
		}
	})
}

func BenchmarkT(b *testing.B) {
	es := For("es")
	b.ReportAllocs()
	for b.Loop() {
		es.T("Sections")
	}
}
