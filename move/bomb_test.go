package move

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"lede/internal/fault"
)

const running20 = "The river rose again last night and nobody had written it down anywhere. "

// TestABombIsReadOrRefusedInTime gives pages that cost far more than their size suggests. Each must be done before the deadline of all pages.
func TestABombIsReadOrRefusedInTime(t *testing.T) {
	paragraph := "<p>" + strings.Repeat(running20, 4) + "</p>"
	article := "<h1>The river rises once again</h1>" + strings.Repeat(paragraph, 5)
	for name, src := range map[string]string{
		"deep divs":          article + strings.Repeat("<div>", 1_000_000),
		"deep quotes":        strings.Repeat("<blockquote>", 1_000_000) + article,
		"deep lists":         article + strings.Repeat("<ul><li>", 500_000),
		"deep bold":          article + strings.Repeat("<b>", 1_000_000),
		"unclosed anchors":   article + strings.Repeat("<a><b><i><p>", 14_000),
		"adoption":           article + strings.Repeat("<a><div></b>", 20_000),
		"attributes":         article + "<div " + strings.Repeat("a b=c ", 1_000_000) + ">",
		"different attrs":    article + "<div " + numbered(" a%d=1", 300_000) + ">",
		"entities":           article + "<p>" + strings.Repeat("&amp;&lt;&#x41;&nosuch;", 500_000),
		"one word":           article + "<p>" + strings.Repeat("x", 15<<20),
		"table":              article + "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td>1", 20), 450),
		"wide table":         article + "<table><tr><td colspan=1000 rowspan=65534>" + strings.Repeat("<td colspan=1000>1", 2_000),
		"nested tables":      article + strings.Repeat("<table><tr><td>", 300),
		"many paragraphs":    "<h1>The river rises once again</h1>" + strings.Repeat("<p>"+running20+"</p>", 4_000),
		"many tiny":          article + strings.Repeat("<p>a</p>", 9_900),
		"many divs with br":  article + strings.Repeat("<div>a<br><br>b</div>", 3_000),
		"many headings":      article + strings.Repeat("<h2>The river rises once again</h2>", 9_900),
		"many links":         article + strings.Repeat(`<a href="/x">story</a> `, 9_900),
		"many pictures":      article + strings.Repeat(`<figure><img src="http://x.example/a.jpg"></figure>`, 4_900),
		"many boxes":         article + strings.Repeat(`<div class="caption photo related"><img src="http://x.example/a.jpg"><div class="photo">`, 240),
		"boxes in boxes":     article + strings.Repeat(`<div class="photo share">`, 480) + strings.Repeat(`<img src="http://x.example/b.jpg">`, 9_000),
		"text at the bottom": strings.Repeat("<div>", 490) + strings.Repeat("<span>"+running20+"</span>", 4_000),
		"comments":           article + strings.Repeat("<!---->", 2_000_000),
		"long class":         article + strings.Repeat(`<div class="`+strings.Repeat("share ", 160)+`">x</div>`, 10_000),
		"json":               `<script type="application/ld+json">` + strings.Repeat("[", 1_000_000) + "</script>" + article,
		"json strings":       `<script type="application/ld+json">{"@type":"NewsArticle","headline":"` + strings.Repeat("&lt;", 400_000) + `"}</script>` + article,
		"far too many":       article + strings.Repeat("<p>a</p>", 70_000),
		"table too many":     article + "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td>1", 20), 7_000),
		"select":             article + strings.Repeat("<select><option>", 29_000),
		"title":              "<title>" + strings.Repeat("a - ", 1_000_000) + "</title>" + article,
		"unclosed script":    article + "<script>" + strings.Repeat("<!--<script>", 500_000),
		"svg":                article + strings.Repeat("<svg><desc><p>", 19_000),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithTimeout(context.Background(), 2*maxTime)
			defer stop()
			begun := time.Now()
			_, err := ReadPage(name+".html", strings.NewReader(src))
			if err != nil && !fault.IsInvalid(err) {
				t.Errorf("want an article or a sentence, got %v", err)
			}
			if ctx.Err() != nil {
				t.Errorf("took longer than twice the deadline")
			}
			t.Logf("%v %v", time.Since(begun).Round(time.Millisecond), err)
		})
	}
}

func TestATextBombIsReadOrRefusedInTime(t *testing.T) {
	article := "The river rises once again\n\n" + strings.Repeat(strings.Repeat(running20, 4)+"\n\n", 3)
	for name, src := range map[string]string{
		"short lines":  article + strings.Repeat("a\n", 2_000_000),
		"bullets":      article + strings.Repeat("• a boat\n", 1_000_000),
		"titles":       strings.Repeat("A title of five words\n\n", 500_000) + article,
		"subheads":     article + strings.Repeat("Two words\n\nAnd more.\n\n", 200_000),
		"ends":         article + strings.Repeat("Latest articles\n\n"+strings.Repeat(running20, 3)+"\n\n", 50_000),
		"lines enough": article + strings.Repeat("• Latest articles and more\n", 7_900),
		"ends enough":  article + strings.Repeat("Latest articles\n\n"+strings.Repeat(running20, 3)+"\n\n", 3_900),
		"one line":     article + strings.Repeat("x", 15<<20),
		"near matches": article + strings.Repeat("follow a b c d e f g h i j k l m n o p q r s t u v w x y z on\n", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithTimeout(context.Background(), 2*maxTime)
			defer stop()
			begun := time.Now()
			_, err := ReadPage(name+".txt", strings.NewReader(src))
			if err != nil && !fault.IsInvalid(err) {
				t.Errorf("want an article or a sentence, got %v", err)
			}
			if ctx.Err() != nil {
				t.Errorf("took longer than twice the deadline")
			}
			t.Logf("%v %v", time.Since(begun).Round(time.Millisecond), err)
		})
	}
}

func numbered(form string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}

// endless gives letters without end and counts them.
type endless struct{ given int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	e.given += len(b)
	return len(b), nil
}

func TestAFileOfAHundredMegabytesIsRefusedAtTwenty(t *testing.T) {
	big := &endless{}
	_, err := ReadPage("big.html", io.LimitReader(big, 100<<20))
	if !fault.IsInvalid(err) || !strings.HasPrefix(err.Error(), "big.html: larger than 20 MB") {
		t.Errorf("got %v", err)
	}
	if big.given > 21<<20 {
		t.Errorf("read %d bytes of it", big.given)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	io.CopyN(w, &endless{}, 100<<20)
	w.Close()
	if _, err := ReadPage("bomb.html.gz", &z); !fault.IsInvalid(err) || !strings.HasPrefix(err.Error(), "bomb.html.gz: larger than 20 MB") {
		t.Errorf("gzip bomb: got %v", err)
	}
}

func TestADeadlineEndsReadingWithASentence(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for _, name := range []string{"page.html", "page.txt"} {
		if _, err := readPage(ctx, name, strings.NewReader(saved)); err == nil {
			t.Errorf("%s: read after the end", name)
		}
	}
	if _, err := readHTML(ctx, "page.html", saved); !fault.IsInvalid(tooSlow(ctx, "page.html", err)) {
		t.Errorf("got %v", err)
	}
}

func FuzzReadHTML(f *testing.F) {
	f.Add(saved)
	f.Add("<article><h1>A b c d</h1><p>" + strings.Repeat(running20, 10))
	f.Add("<svg><title><p><math><h1>x</h1><table><p>" + strings.Repeat(running20, 10))
	f.Add(`<script type="application/ld+json">[{"@type":["NewsArticle"],"headline":{"@value":1},"author":[[]],"image":[{}]}]</script>`)
	f.Fuzz(func(t *testing.T, src string) { holds(t, "page.html", src) })
}

func FuzzReadText(f *testing.F) {
	for _, src := range []string{"", "\xff\xfeA\x00", "Head line of four\n\n" + running20 + running20 + "\n\n1. a\n2) b\n", "By 2030\nBy \n• \n\u2028٣١ °C\n"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) { holds(t, "page.txt", src) })
}

// holds checks what every page that is read promises.
func holds(t *testing.T, name, src string) {
	if len(src) > 1<<16 {
		return
	}
	p, err := ReadPage(name, strings.NewReader(src))
	if err != nil {
		if !fault.IsInvalid(err) || strings.ContainsRune(err.Error(), '\n') && !strings.ContainsRune(name, '\n') {
			t.Fatalf("want one sentence, got %v", err)
		}
		return
	}
	if p.Headline == "" || p.Body.Empty() || len(p.Key) != 32 || p.Dir == "" {
		t.Fatalf("a page without headline, text, key or direction: %+v", p)
	}
	if strings.ContainsRune(p.Headline+p.Body.Text(), 0) {
		t.Fatal("a NUL got through")
	}
}
