package move

import (
	"strings"
	"testing"

	"lede/comment"
)

func TestHTMLOfACommentBecomesALittleMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"Plain.":                                             "Plain.",
		"Two\nlines, and\n\na paragraph":                     "Two\nlines, and\n\na paragraph",
		"<p>One</p>\n\n<p>Two<br />\nthree</p>":              "One\n\nTwo\nthree",
		"a <b>bold</b> and <em>slanted</em> word":            "a **bold** and *slanted* word",
		"<strong> spaced </strong>word":                      "**spaced** word",
		"<b>un</b>common":                                    "uncommon",
		"<b>a <b>b</b> c</b>.":                               "**a b c**.",
		`<a href="https://x.example/a">words</a>`:            "words (https://x.example/a)",
		`<a href="https://x.example/">https://x.example</a>`: "https://x.example",
		`<a href="javascript:alert(1)">words</a>`:            "words",
		"<blockquote><p>q1</p><p>q2</p></blockquote>mine":    "> q1\n>\n> q2\n\nmine",
		"<ul><li>a</li><li>b</li></ul>":                      "- a\n- b",
		"<pre>x  =  1\n  y</pre>":                            "x  =  1\ny",
		"<code>a &lt; b</code> &amp; c":                      "a < b & c",
		"<script>alert(1)</script><style>x</style>":          "",
		`<img src="https://x.example/i.png" alt=":)">`:       ":)",
		`<img src="https://x.example/i.png">`:                "https://x.example/i.png",
		"مرحبا <b>بكم</b>":                                   "مرحبا **بكم**",
		"<em>2*3*4</em>":                                     "2*3*4",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestKeptTextSurvivesWordPress(t *testing.T) {
	for _, text := range []string{
		"One line.", "Two\nlines.\n\nAnother paragraph & more <b>.", "> quoted\n>\n> twice\n\nand *slanted*, **bold** words.", "See https://x.example/a?b=1&c=2 there.",
	} {
		if back := comment.Tidy(plainText(htmlText(comment.Tidy(text)))); back != text {
			t.Errorf("%q went out as %q and came back as %q", text, htmlText(text), back)
		}
	}
}

// FuzzPlainText looks that no HTML breaks it, and that what was made plain once stays.
func FuzzPlainText(f *testing.F) {
	f.Add("<p>a<b>b</b><blockquote>c</blockquote>")
	f.Add(strings.Repeat("<b><i><a href='http://a.example'>", 300) + "x")
	f.Fuzz(func(t *testing.T, in string) {
		if out := plainText(in); len(out) > 64*(len(in)+64) {
			t.Errorf("%d bytes became %d", len(in), len(out))
		}
	})
}
