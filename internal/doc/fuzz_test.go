package doc

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzParse(f *testing.F) {
	f.Add(New(everything()...).JSON())
	f.Add([]byte(`{"type":"doc","attrs":{"schema":1},"content":[{"type":"paragraph","content":[{"type":"text","text":"\ud800"}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Parse(d.JSON())
		if err != nil || !cmp.Equal(d, again) {
			t.Fatalf("%v: %s", err, cmp.Diff(d, again))
		}
		show := shown(map[string]int64{})
		show.Frame = func(block string) string { return "/frame/7/" + block }
		onlyAllowed(t, string(d.HTML(show)))
		d.Text()
		back, err := FromMarkdown(d.Markdown())
		if err == nil && !cmp.Equal(plainDoc(d), plainDoc(back)) {
			t.Fatalf("Markdown loses: %s\n%s", cmp.Diff(plainDoc(d), plainDoc(back)), d.Markdown())
		}
	})
}

func FuzzFromHTML(f *testing.F) {
	f.Add(string(New(everything()...).HTML(Show{})))
	f.Add("<table><td><svg><style><img src=x onerror=alert(1)></style><p>x<a href=java&#10;script:x>y")
	f.Add("<p>a<br><b> <br>c</b><ul>x<li><pre>\n\n</pre><blockquote><cite>z")
	f.Fuzz(func(t *testing.T, s string) { holds(t, s) })
}

func FuzzFromMarkdown(f *testing.F) {
	f.Add(sample)
	f.Add(New(everything()...).Markdown())
	f.Add("```lede:table\n{\"content\":[]}\n```\n> - a\n>   | b |\n>   |--|\n![x](/y)")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := FromMarkdown(s)
		if err != nil {
			return
		}
		onlyAllowed(t, string(d.HTML(Show{})))
		back, err := FromMarkdown(d.Markdown())
		if err != nil || !cmp.Equal(plainDoc(d), plainDoc(back)) {
			t.Fatalf("%v: %s", err, cmp.Diff(plainDoc(d), plainDoc(back)))
		}
	})
}
