package doc

import (
	"strings"
	"testing"
)

func TestTextIsWhatAReaderReads(t *testing.T) {
	d := New(P("One **two**."), P(""), List("a", Ordered("b", "c"), P("more")), Quote("Ines", "No."), Table("Fares", true, []string{"x", "y"}, []string{"1", "2"}),
		PictureOf(1, "not read", "The bay", "T."), Fact("F", P("x")), Embed("https://a.example/", "A page", ""), Code("", "a\n b"), Divider(), Frame("The tides", "<b>code</b>", 0), P("End"))
	want := "One two.\n\n- a\n  1. b\n  2. c\n  more\n\nNo.\n\n— Ines\n\nFares\n\nx\ty\n1\t2\n\nThe bay T.\n\nF\n\nx\n\nA page https://a.example/\n\na\n b\n\nThe tides\n\nEnd"
	if got := d.Text(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestParagraphsComeBackExactly(t *testing.T) {
	in := []string{"“The bases are still there,” he said.", "HTS, once known as *x* & <y>.", "1. Not a list"}
	var blocks []Node
	for _, s := range in {
		blocks = append(blocks, Node{Type: "paragraph", Content: []Node{textOf(s, nil)}})
	}
	if got := New(blocks...).Text(); got != strings.Join(in, "\n\n") {
		t.Errorf("got %q", got)
	}
}

func TestWordsAreCountedInEveryScript(t *testing.T) {
	for s, want := range map[string]int{
		"":                          0,
		"The ferry isn’t late.":     4,
		"3.14 and 1,000 – yes":      4,
		"snake_case well-known U.S": 3,
		"رفع أجرة العبّارات أربعين سنتًا": 5,
		"港の新聞 ok":          5,
		"เรือข้ามฟาก":      2,
		"a\u0301b c":       2,
		"'quoted' 'words'": 2,
	} {
		if got := words(s); got != want {
			t.Errorf("%q: %d words, wanted %d", s, got, want)
		}
	}
	if got := New(H2("Two words"), PictureOf(1, "alt", "Three more words", "")).Words(); got != 5 {
		t.Errorf("got %d words, wanted 5", got)
	}
}

func TestEmbedsAreKnownByTheirAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s":      "youtube https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=42",
		"https://youtu.be/dQw4w9WgXcQ":                           "youtube https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
		"https://m.youtube.com/shorts/dQw4w9WgXcQ":               "youtube https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
		"https://www.youtube.com/@channel":                       "page ",
		"https://vimeo.com/76979871/abcdef0123":                  "vimeo https://player.vimeo.com/video/76979871?dnt=1&h=abcdef0123",
		"https://datawrapper.dwcdn.net/aB3dE/12/":                "datawrapper https://datawrapper.dwcdn.net/aB3dE/",
		"https://www.datawrapper.de/_/aB3dE/":                    "datawrapper https://datawrapper.dwcdn.net/aB3dE/",
		"https://x.com/someone/status/1234567890?s=20":           "x https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1234567890",
		"https://bsky.app/profile/paper.example/post/3kabc":      "bluesky https://embed.bsky.app/embed/paper.example/app.bsky.feed.post/3kabc",
		"https://social.example/@ines/112233445566778899":        "mastodon https://social.example/@ines/112233445566778899/embed",
		"https://127.0.0.1/@ines/112233445566778899":             "page ",
		"https://social.example:8443/@ines/112233445566778899":   "page ",
		"https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ":   "page ",
		"https://other.example/a":                                "page ",
		"javascript:alert(1)":                                    "",
		"/local":                                                 "",
		"https://www.youtube.com/watch?v=\"><script>alert(1)</s": "",
	} {
		provider, frame, ok := EmbedOf(in)
		if got := provider + " " + frame; ok && got != want || ok != (want != "") {
			t.Errorf("%s: got %q, wanted %q", in, got, want)
		}
	}
}
