//lint:file-ignore ST1018 the writing of the world is tried as it is written

package comment

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"lede/internal/doc"
)

func TestWritingOfTheWorldStays(t *testing.T) {
	for _, s := range []string{
		"Plain, with “quotes” – and a dash.",
		"Tiếng Việt có nhiều dấu: ậ ễ ổ ự",
		"السَّلَامُ عَلَيْكُمْ وَرَحْمَةُ اللّٰهِ",
		"שָׁלוֹם עֲלֵיכֶם, בְּרֵאשִׁ֖ית בָּרָ֣א",
		"ที่นี่ไม่มีน้ำ ก็รู้",
		"क्षत्रिय हिन्दी में र्‍य और क्‌ष",
		"বাংলা র‌্যাব ক্ষ",
		"မြန်မာ ကျွန်ုပ် မြွှာ",
		"བོད་ཡིག་རྒྱུ",
		"ភាសាខ្មែរ",
		"می‌خواهم",
		"日本語 が ぱ ﾊﾟ", "한국어", "葛󠄀城",
		"👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇨🇦 👍🏽 ❤️ 1️⃣ 🏳️‍🌈 👨🏿‍🚀 🧔‍♂️",
	} {
		want := norm.NFC.String(s)
		if got := Tidy(s); got != want {
			t.Errorf("%q became %q (%+q)", s, got, got)
		}
		if got := TidyName(s); got != want {
			t.Errorf("as a name, %q became %q", s, got)
		}
	}
}

func TestTextIsTidied(t *testing.T) {
	for _, c := range [][2]string{
		{"  a \r\nb\rc\u2028d \t ", "a\nb\nc\nd"},
		{"a\n\n\n\n\n \n b", "a\n\n\n b"},
		{"a\x00b\x1b[31mc\u0085d\x7f", "ab[31mc\nd"},
		{"a\xffb", "a\uFFFDb"},
		{"e\u0301", "é"},
		{"z\u0300\u0301\u0302\u0303\u0304\u0305\u0306a", "z\u0300\u0301\u0302a"},
		{"ก็็็็็", "ก็"},
		{"a\u202egpj.exe\u202c", "agpj.exe"},
		{"\u2066isolated\u2069", "isolated"},
		{"zero\u200bwidth\ufeff \u00adsoft", "zerowidth soft"},
		{"join\u200ded la\u200ctin", "joined latin"},
		{"\u3164 \u2800", ""},
		{"a\ufe0f\ufe0f\ufe0f", "a\ufe0f"},
		{"a\U000e0041\U000e0042b", "ab"},
		{"\u0301a", "a"},
		{"right \u200fto left", "right \u200fto left"},
	} {
		if got := Tidy(c[0]); got != c[1] {
			t.Errorf("Tidy(%+q) = %+q, want %+q", c[0], got, c[1])
		}
	}
	if got := TidyName(" Anna\n\u200f Maria\u202e \u3164"); got != "Anna Maria" {
		t.Errorf("a name became %+q", got)
	}
}

func TestLengthIsAsPeopleCount(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc\nd": 5, "né": 2, "e\u0301": 1, "👩‍👩‍👧‍👦": 1, "🇨🇦🇲🇽": 2, "👍🏽!": 2, "क्षि": 1, "ที่": 1, "日本": 2,
		"👩" + strings.Repeat("\u200d👩", 31): 4, // nobody hides a book in one character
	} {
		if got := Length(s); got != want {
			t.Errorf("Length(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestNamesThatLookAlikeCollide(t *testing.T) {
	for _, c := range [][]string{
		{"Staff", "STAFF", "staff", "S t a f f", "Stаff", "Ѕtаff", "5taff", "St@ff", "Ｓｔａｆｆ", "Stáff", "St\u200baff", "s.t.a.f.f", "𝓢𝓽𝓪𝓯𝓯", "ꜱtaff"},
		{"Paul", "PauI", "Pau1", "pаul", "Раul"},
		{"Moderator", "M0derator", "Мoderator", "Moderat0r", "rnoderator", "ΜΟderator", "Mödératör"},
		{"محمد", "مُحَمَّد", "محـــمد"},
		{"Ángel", "angel", "ANGEL", "4ngel"},
	} {
		for _, like := range c[1:] {
			if Skeleton(c[0]) != Skeleton(like) {
				t.Errorf("%q (%q) and %q (%q) look alike", c[0], Skeleton(c[0]), like, Skeleton(like))
			}
		}
	}
	for _, c := range [][2]string{{"Anna", "Hannah"}, {"Иван", "Иванна"}, {"محمد", "محمود"}, {"कमल", "कमला"}, {"Tom", "Tim"}} {
		if Skeleton(c[0]) == Skeleton(c[1]) {
			t.Errorf("%q and %q do not look alike", c[0], c[1])
		}
	}
}

func TestSkeletonOfASkeletonIsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Skeleton(rapid.String().Draw(t, "name"))
		if again := Skeleton(s); again != s {
			t.Fatalf("%q then %q", s, again)
		}
	})
}

func TestAddressesAreSound(t *testing.T) {
	for s, want := range map[string]bool{
		"anna@example.com": true, "a.b+c@sub.example.co.uk": true, "o'neil@example.com": true, "josé@exämple.de": true,
		"": false, "anna": false, "anna@": false, "anna@localhost": false, "Anna <anna@example.com>": false, `"a b"@example.com`: false,
		`"<script>"@example.com`: false, "anna@example.com\n": false, "a@b@example.com": false, "anna@[127.0.0.1]": false, "anna@-x.com": false,
		"anna(c)@example.com": false, "an\u202ena@example.com": false, strings.Repeat("a", 250) + "@b.cd": false,
	} {
		if isMail(s) != want {
			t.Errorf("isMail(%q) = %t", s, !want)
		}
	}
	for s, want := range map[string]bool{
		"https://example.com": true, "http://example.com/a?b=c#d": true, "HTTPS://Example.COM/": true, "https://bücher.example/ä": true, "https://例え.jp": true,
		"https://example.com:8443/": true, "javascript:alert(1)": false, "https://": false, "https://user:pass@example.com": false, "https://user@example.com": false,
		"//example.com": false, "example.com": false, "data:text/html,x": false, "https://localhost/": false, "https://exa mple.com": false,
		"https://example.com/\"onclick=": false, "https:example.com": false, "https://ex\u202eample.com": false, "ftp://example.com": false,
		"https://example.com/\x00": false, "https://.com": false, "java\nscript://example.com": false, "https://a.b/" + strings.Repeat("x", 200): false,
	} {
		if isSite(s) != want {
			t.Errorf("isSite(%q) = %t", s, !want)
		}
	}
}

func TestLittleMarkdownIsDrawn(t *testing.T) {
	for _, c := range [][2]string{
		{"One.\n\nTwo,\nthree.", `<p dir="auto">One.<p dir="auto">Two,<br>three.`},
		{"a **bold** and *italic* and _so_", `<p dir="auto">a <strong>bold</strong> and <em>italic</em> and <em>so</em>`},
		{"***both*** **b *in* b**", `<p dir="auto"><strong><em>both</em></strong> <strong>b <em>in</em> b</strong>`},
		{"2*3*4 snake_case_name f**k and s**t", `<p dir="auto">2*3*4 snake_case_name f**k and s**t`},
		{"a * b * c ** d ** _ e _", `<p dir="auto">a * b * c ** d ** _ e _`},
		{"**open and *crossed** over*", `<p dir="auto"><strong>open and *crossed</strong> over*`},
		{"**** ** * ***", `<p dir="auto">**** ** * ***`},
		{"> Nobody came.\n> Nobody.\n\nI did.", `<blockquote dir="auto"><p>Nobody came.<br>Nobody.</blockquote><p dir="auto">I did.`},
		{"Look\n> this\nno", `<p dir="auto">Look<blockquote dir="auto"><p>this</blockquote><p dir="auto">no`},
		{">> twice\n>\n> once", `<blockquote dir="auto"><p>twice<p>once</blockquote>`},
		{">:( a > b", `<p dir="auto">&gt;:( a &gt; b`},
		{">", ``},
		{"这是**重点**内容", `<p dir="auto">这是<strong>重点</strong>内容`},
		{"<b>no</b> & <script>", `<p dir="auto">&lt;b&gt;no&lt;/b&gt; &amp; &lt;script&gt;`},
		{"See https://example.com/a_b_c?x=*y*&z (www.example.org/x_(y)).", `<p dir="auto">See <a href="https://example.com/a_b_c?x=*y*&amp;z" rel="nofollow ugc" dir="ltr">https://example.com/a_b_c?x=*y*&amp;z</a> (<a href="https://www.example.org/x_(y)" rel="nofollow ugc" dir="ltr">www.example.org/x_(y)</a>).`},
		{"**www.example.com**", `<p dir="auto"><a href="https://www.example.com" rel="nofollow ugc" dir="ltr"><strong>www.example.com</strong></a>`},
		{"[text](https://example.com)", `<p dir="auto">[text](<a href="https://example.com" rel="nofollow ugc" dir="ltr">https://example.com</a>)`},
		{"javascript:alert(1) https://u:p@evil.example http:// xhttps://example.com me@www.example.com", `<p dir="auto">javascript:alert(1) https://u:p@evil.example http:// xhttps://example.com me@www.example.com`},
		{"去http://例え.jp/道。好", `<p dir="auto">去<a href="http://例え.jp/道" rel="nofollow ugc" dir="ltr">http://例え.jp/道</a>。好`},
	} {
		if got := string(Tree(c[0]).HTML(doc.Show{Guest: true})); got != c[1] {
			t.Errorf("%q\n got %s\nwant %s", c[0], got, c[1])
		}
	}
	if got := string(Tree("see www.example.com now").HTML(doc.Show{Guest: true, Inert: true})); got != `<p dir="auto">see <bdi>www.example.com</bdi> now` {
		t.Errorf("not yet shown: %s", got)
	}
}

func TestLinksAreTold(t *testing.T) {
	text := "a www.example.com, https://example.org."
	var got []string
	for _, l := range Links(text) {
		got = append(got, text[l[0]:l[1]])
	}
	if strings.Join(got, " ") != "www.example.com https://example.org" {
		t.Errorf("links %q", got)
	}
}

// sound looks at all that is promised of any text.
func sound(t failer, raw string) {
	t.Helper()
	text := Tidy(raw)
	if again := Tidy(text); again != text {
		t.Fatalf("tidy is not tidy: %+q became %+q", text, again)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || !norm.NFC.IsNormalString(text) {
		t.Fatalf("not fit to be kept: %+q", text)
	}
	name := TidyName(raw)
	if TidyName(name) != name || strings.IndexFunc(name, unicode.IsControl) >= 0 {
		t.Fatalf("the name is not tidy: %+q became %+q", name, TidyName(name))
	}
	tree := Tree(text)
	if err := tree.Check(); err != nil {
		t.Fatalf("the tree of %+q: %v", text, err)
	}
	again, err := doc.Parse(tree.JSON())
	if err != nil || string(again.JSON()) != string(tree.JSON()) {
		t.Fatalf("the tree of %+q is another after it was read: %v", text, err)
	}
	said := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || strings.ContainsRune(">*_", r) {
				return -1
			}
			return r
		}, s)
	}
	if said(tree.Text()) != said(text) {
		t.Fatalf("%+q lost words: %+q", text, tree.Text())
	}
	onlyOurs(t, string(tree.HTML(doc.Show{Guest: true})), len(Links(text)))
	onlyOurs(t, string(tree.HTML(doc.Show{Guest: true, Inert: true})), 0)
	onlyOurs(t, string(tree.HTML(doc.Show{Guest: true, Feed: true})), len(Links(text)))
}

// onlyOurs looks whether there is no markup but ours, and every link is one that was told.
func onlyOurs(t failer, page string, links int) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if links < 0 {
				t.Fatalf("more links than were told: %s", page)
			}
			return
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("markup that is not ours: %s", page)
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			if !strings.Contains(" p br strong em blockquote bdi a ", " "+tag.Data+" ") {
				t.Fatalf("<%s> is not ours: %s", tag.Data, page)
			}
			for _, a := range tag.Attr {
				link := tag.Data == "a" && (a.Key == "href" && isWeb(a.Val) || a.Key == "rel" && a.Val == "nofollow ugc")
				if !link && a.Key != "dir" {
					t.Fatalf("%s=%q is not ours: %s", a.Key, a.Val, page)
				}
			}
			if tag.Data == "a" {
				links--
			}
		}
	}
}

func TestAnyTextIsSound(t *testing.T) {
	letters := rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("**__>> \n\n\nhttp://www.ab()<&\"'\u0301\u0302\u200d\u200c\ufe0f\u202e👩ก็é")))
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.StringOf(letters), rapid.SampledFrom([]string{"https://example.com/", "www.a.bc", "**", "*", "_", "> ", "\n", "\n\n", "***"})), 0, 30).Draw(t, "parts")
		sound(t, strings.Join(parts, ""))
	})
}

// failer is a test, of Go or of rapid.
type failer interface {
	Helper()
	Fatalf(string, ...any)
}

func FuzzTree(f *testing.F) {
	for _, s := range []string{"", "a **b** _c_ ***d***\n\n> e\n> www.example.com", "https://例え.jp/a_(b)", "<script>alert(1)</script>", "a\u0301\u0302\u0303\u0304", ">\n>> a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { sound(t, s[:min(len(s), 5000)]) })
}

// shared is a file of the data that nobody here wrote; the test is skipped where it is not there.
func shared(t testing.TB, parts ...string) []byte {
	t.Helper()
	name := filepath.Join(append([]string{"..", "..", "shared", "data"}, parts...)...)
	b, err := os.ReadFile(name)
	if err != nil {
		t.Skipf("SKIPPED: no %s beside the project", name)
	}
	return b
}

func TestNaughtyStringsAreSound(t *testing.T) {
	var all []string
	if err := json.Unmarshal(shared(t, "strings", "blns.json"), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		sound(t, s)
		sound(t, "> "+s+"\n**"+s+"**")
		NewMatcher([]WordList{{Terms: []string{s, "the"}}}).Find(s)
		Skeleton(s)
	}
}

func TestPayloadsAreSound(t *testing.T) {
	var all []struct{ Payload string }
	if err := json.Unmarshal(shared(t, "xss", "sanitizer-cases.json"), &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		sound(t, c.Payload)
		sound(t, "*"+c.Payload+"* www.example.com/"+c.Payload)
		if isSite(c.Payload) || isMail(c.Payload) {
			t.Errorf("%q is an address", c.Payload)
		}
	}
}

func BenchmarkTreeOfAComment(b *testing.B) {
	text := Tidy(strings.Repeat("The ferry was **late** again on _Tuesday_, and nobody told us why; see https://example.com/log for it.\n", 3) +
		"\n> Nobody came to the pier.\n\n" + strings.Repeat("We waited for an hour. ", 8))
	b.ReportMetric(float64(len(text)), "bytes")
	for b.Loop() {
		Tree(text).HTML(doc.Show{Guest: true})
	}
}

func BenchmarkTreeOfPlainText(b *testing.B) {
	text := strings.Repeat("We waited for an hour, and nothing at all came of it. ", 10)
	for b.Loop() {
		Tree(text).HTML(doc.Show{Guest: true})
	}
}
