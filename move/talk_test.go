package move_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/move"
	"lede/paper"
)

// old is a paper to which comments come, with one article that had some elsewhere.
type old struct {
	*ledetest.Paper
	on article.Article
}

func (o old) talk() move.Talk {
	return move.Talk{Papers: o.Papers, Articles: o.Articles, Comments: o.Comments}
}

func eachOld(t *testing.T, fn func(t *testing.T, o old)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		fn(t, old{p, p.Publish(p.Text("Ferry late again"))})
	})
}

// bring brings a file's comments in.
func (o old) bring(t *testing.T, name string, data []byte) move.Talked {
	t.Helper()
	got, err := o.talk().Bring(t.Context(), name, "", bytes.NewReader(data), o.Now(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (o old) thread(t *testing.T) comment.Thread {
	t.Helper()
	th, err := o.Comments.Thread(t.Context(), o.on.ID, comment.Oldest, 1)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// mailed tells whether the writer of a comment gave an address.
func (o old) mailed(t *testing.T, id int64) bool {
	t.Helper()
	c, err := o.Comments.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Mailed
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCommentsOfWordPressComeInOnce(t *testing.T) {
	eachOld(t, func(t *testing.T, o old) {
		wxr := file(t, "comments.wxr.xml")
		got := o.bring(t, "comments.wxr.xml", wxr)
		want := map[comment.State]int{comment.Shown: 2, comment.Held: 1, comment.Spam: 1, comment.Removed: 1}
		for s, n := range want {
			if got.Added[s] != n {
				t.Errorf("%d came in as %s, want %d", got.Added[s], s, n)
			}
		}
		if got.Read != 7 || got.Other["pingback"] != 1 || got.Strays() != 1 || got.Nowhere[0].Link != "https://www.old.example/about-us/" || got.Articles != 1 {
			t.Errorf("it says %+v", got)
		}
		th := o.thread(t)
		if th.Shown != 2 || len(th.Branches) != 1 || len(th.Branches[0].Replies) != 1 {
			t.Fatalf("the thread is %+v", th)
		}
		first, reply := th.Branches[0], th.Branches[0].Replies[0]
		if text := "It is **always** late.\n\nSee the list (https://boats.example/list):\n\n> Boat 3: late & full"; first.Text != text {
			t.Errorf("its text is\n%s\nwant\n%s", first.Text, text)
		}
		if first.Name != "Bea of Cove Street" || first.Site != "https://cove.example/bea" || !o.mailed(t, first.ID) || !first.At.Equal(time.Date(2019, 6, 18, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("it is %+v", first.Comment)
		}
		if reply.Site != "" || !reply.At.Equal(time.Date(2019, 6, 18, 13, 30, 0, 0, time.UTC)) {
			t.Errorf("its reply is %+v; its date is by the paper's clock, and nothing else than the web is a website", reply.Comment)
		}
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		_, _ = z.Write(wxr)
		_ = z.Close()
		if again := o.bring(t, "comments.wxr.xml.gz", zipped.Bytes()); again.All() != 0 || again.Had != 5 || o.thread(t).Shown != 2 {
			t.Errorf("brought in again: %+v", again)
		}
	})
}

func TestCommentsOfDisqusComeInOnce(t *testing.T) {
	eachOld(t, func(t *testing.T, o old) {
		for i, want := range []int{4, 0} {
			got := o.bring(t, "comments.disqus.xml", file(t, "comments.disqus.xml"))
			if got.All() != want || got.Read != 5 || got.Strays() != 1 || got.Nowhere[0].Title != "A contest of 2012" || got.Had != 4-want {
				t.Errorf("time %d: %+v", i+1, got)
			}
		}
		th := o.thread(t)
		if th.Shown != 2 || len(th.Branches) != 1 || len(th.Branches[0].Replies) != 1 {
			t.Fatalf("the thread is %+v", th)
		}
		if first := th.Branches[0]; first.Name != "skipper" || first.Text != "Nobody was on that boat.\nNobody.\n\nAsk http://pier.example" {
			t.Errorf("the first is %q by %q", first.Text, first.Name)
		}
		if reply := th.Branches[0].Replies[0]; reply.Text != "I was on that boat, *really*." || !o.mailed(t, reply.ID) {
			t.Errorf("the reply is %q", reply.Text)
		}
	})
}

func TestArticleIsFoundByWhereItStood(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	text := p.Text("Night trains return")
	text.Sources = []article.Source{{Name: "Old", URL: "https://old.example/?p=31"}}
	imported := p.Publish(text)
	moved := p.Publish(p.Text("Bus lane opens"))
	if err := p.Papers.Lead(t.Context(), "/node/44", moved.Path, p.Now()); err != nil {
		t.Fatal(err)
	}
	o := old{p, imported}
	for link, want := range map[string]int64{
		"http://www.old.example/?p=31":           imported.ID, // the page it was imported from
		"https://old.example/node/44/":           moved.ID,    // what leads to it here
		"https://old.example/x/bus-lane-opens":   moved.ID,    // the last word
		"https://old.example/bus-lane-opens.htm": moved.ID,
		"https://old.example/?p=32":              0,
	} {
		data := `<disqus xmlns:dsq="d"><thread dsq:id="` + link + `"><link>` + link + `</link></thread><post dsq:id="p` + link + `"><message>m</message><createdAt>2020-01-01T00:00:00Z</createdAt><author><name>A</name></author><thread dsq:id="` + link + `"/></post></disqus>`
		before := o.bring(t, "x.xml", []byte(data))
		if want == 0 {
			if before.Strays() != 1 {
				t.Errorf("%s was taken: %+v", link, before)
			}
			continue
		}
		found := false
		err := p.Comments.Under(t.Context(), want, func(k comment.Kept) error { found = found || k.Text == "m"; return nil })
		if err != nil || before.All() != 1 || !found {
			t.Errorf("%s: %+v, found %t, %v", link, before, found, err)
		}
	}
}

func TestThreadStaysWithItsArticle(t *testing.T) {
	eachOld(t, func(t *testing.T, o old) {
		o.bring(t, "comments.wxr.xml", file(t, "comments.wxr.xml"))
		was := o.on.Path
		text := o.on.Text
		text.Slug = "ferry-on-time"
		if err := o.Articles.Amend(t.Context(), o.on.ID, o.on.Version, text, article.Amendment{Kind: "update", Note: "It came."}, 0, o.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := o.Papers.Lead(t.Context(), "/old/ferry", o.on.Path, o.Now()); err != nil {
			t.Fatal(err)
		}
		if th := o.thread(t); th.Shown != 2 {
			t.Errorf("at another address (%s, was %s) the thread shows %d", o.Article(o.on.ID).Path, was, th.Shown)
		}
		if again := o.bring(t, "comments.wxr.xml", file(t, "comments.wxr.xml")); again.All() != 0 || again.Had != 5 {
			t.Errorf("brought in again after the address changed: %+v", again)
		}
		a := o.Article(o.on.ID)
		if err := o.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{Note: "Wrong."}, 0, o.Now().Add(2*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Comments.Post(t.Context(), comment.Draft{Article: a.ID, Name: "A", Text: "B"}, comment.Hand{}, o.Now().Add(time.Hour)); err == nil {
			t.Errorf("a comment was taken under an article that was withdrawn")
		}
	})
}

func TestWhatIsHandedOutComesInElsewhereTheSame(t *testing.T) {
	eachOld(t, func(t *testing.T, o old) {
		o.bring(t, "comments.wxr.xml", file(t, "comments.wxr.xml"))
		var out bytes.Buffer
		if err := o.talk().Hand(t.Context(), move.WXR, &out, o.Now()); err != nil {
			t.Fatal(err)
		}
		if back := o.bring(t, "own.xml", out.Bytes()); back.All() != 0 || back.Had != 5 {
			t.Errorf("its own export added %+v to a paper", back)
		}
		other := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
		there := old{other, other.Publish(other.Text("Ferry late again"))}
		for i, want := range []int{5, 0} {
			if got := there.bring(t, "out.xml", out.Bytes()); got.All() != want || got.Loose != 0 {
				t.Errorf("time %d, elsewhere: %+v\n%s", i+1, got, out.String())
			}
		}
		a, b := o.thread(t), there.thread(t)
		if len(b.Branches) != 1 || len(b.Branches[0].Replies) != 1 || a.Branches[0].Text != b.Branches[0].Text || !a.Branches[0].At.Equal(b.Branches[0].At) || a.Branches[0].Name != b.Branches[0].Name {
			t.Errorf("it was\n%+v\nand is elsewhere\n%+v", a.Branches, b.Branches)
		}
		if err := xml.Unmarshal(out.Bytes(), new(any)); err != nil && err != io.EOF && !strings.Contains(err.Error(), "unknown type") {
			t.Errorf("it is no XML: %v", err)
		}
	})
}

func TestJSONAndTableHoldEverything(t *testing.T) {
	eachOld(t, func(t *testing.T, o old) {
		o.bring(t, "comments.wxr.xml", file(t, "comments.wxr.xml"))
		o.bring(t, "x.xml", []byte(`<disqus xmlns:dsq="d"><thread dsq:id="1"><link>https://a.example`+o.on.Path+`</link></thread><post dsq:id="1"><message>=1+1</message><createdAt>2020-01-01T00:00:00Z</createdAt><author><name>@cmd</name></author><thread dsq:id="1"/></post></disqus>`))
		var out bytes.Buffer
		if err := o.talk().Hand(t.Context(), move.JSON, &out, o.Now()); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Format   string
			Version  int
			Comments []struct{ ID, Parent, State, Mail, Text, HTML, URL string }
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%v in %s", err, out.String())
		}
		if got.Format != "lede-comments" || got.Version != 1 || len(got.Comments) != 6 || got.Comments[0].Mail != "bea@cove.example" || got.Comments[1].Parent != got.Comments[0].ID {
			t.Errorf("the JSON says %+v", got)
		}
		out.Reset()
		if err := o.talk().Hand(t.Context(), move.CSV, &out, o.Now()); err != nil {
			t.Fatal(err)
		}
		if table := out.String(); !strings.Contains(table, ",'@cmd,") || !strings.Contains(table, ",'=1+1\n") {
			t.Errorf("a cell of the table is a formula:\n%s", table)
		}
		if err := o.talk().Hand(t.Context(), "xls", &out, o.Now()); !fault.IsInvalid(err) {
			t.Errorf("xls: %v", err)
		}
	})
}

// TestRealExportsComeIn reads what real WordPresses exported, under an article made for each of theirs that has comments.
func TestRealExportsComeIn(t *testing.T) {
	const folder = "../../shared/data/import"
	files, err := filepath.Glob(folder + "/w*/*.xml")
	if err != nil || len(files) == 0 {
		t.Skipf("SKIPPED: the exports of real WordPresses are not in %s", folder)
	}
	read := 0
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
			o := old{p, p.Publish(p.Text("Elsewhere"))}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			first, err := o.talk().Bring(t.Context(), filepath.Base(name), "", bytes.NewReader(data), o.Now(), func(string) {})
			if fault.IsInvalid(err) {
				t.Logf("refused: %v", err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range first.Nowhere {
				text := p.Text("About " + one.Title)
				text.Sources = []article.Source{{Name: "there", URL: one.Link}}
				p.Publish(text)
			}
			second := o.bring(t, name, data)
			if second.Strays() != 0 && !strings.Contains(name, "sub-data") {
				t.Errorf("still nowhere: %+v", second.Nowhere)
			}
			if got := second.All() + second.Undated + len(second.Left) + sum(second.Other) + second.Strays(); got != second.Read {
				t.Errorf("%d comments read, %d accounted for: %+v", second.Read, got, second)
			}
			if third := o.bring(t, name, data); third.All() != 0 || third.Had != second.All() {
				t.Errorf("the third time added %+v", third)
			}
			read += second.Read
		})
	}
	if read < 60 {
		t.Errorf("only %d comments were read", read)
	}
}

func sum(of map[string]int) int {
	n := 0
	for _, one := range of {
		n += one
	}
	return n
}

// endless gives a beginning, then the same again and again.
type endless struct {
	head io.Reader
	body string
	left int
}

func (e *endless) Read(b []byte) (int, error) {
	if n, err := e.head.Read(b); err == nil {
		return n, nil
	}
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(e.body) <= len(b) {
		n += copy(b[n:], e.body)
	}
	e.left -= n
	return n, nil
}

func TestHostileExportIsRefused(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	o := old{p, p.Publish(p.Text("Ferry late again"))}
	rss := `<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>`
	for name, c := range map[string]struct {
		in   io.Reader
		says string
	}{
		"empty":           {strings.NewReader(" \n"), "empty"},
		"no export":       {strings.NewReader("<html><body>x</body></html>"), "neither"},
		"text":            {strings.NewReader("Just words."), "no XML"},
		"entities":        {strings.NewReader(`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]><rss><channel><item>&l2;</item></channel></rss>`), "document type"},
		"external entity": {strings.NewReader(`<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss></rss>`), "document type"},
		"unknown entity":  {strings.NewReader(rss + `<item><title>&xxe;</title></item></channel></rss>`), "no XML"},
		"deep":            {strings.NewReader(rss + strings.Repeat("<a>", 100_000)), "deep"},
		"cut short":       {strings.NewReader(rss + "<item><title>A"), "cut short"},
		"giant part":      {&endless{head: strings.NewReader(rss + "<item><title>"), body: "giant ", left: 200 << 20}, "larger than 16 MB"},
		"giant tag":       {&endless{head: strings.NewReader(rss + "<item "), body: `a="b" `, left: 200 << 20}, "larger than 16 MB"},
		"broken gzip":     {strings.NewReader("\x1f\x8bnothing"), "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.talk().Bring(t.Context(), "x.xml", "", c.in, o.Now(), func(string) {})
			if !fault.IsInvalid(err) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it was answered with %v, want something about %q", err, c.says)
			}
		})
	}
}

func TestCommentsGoToNoStandingPage(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	if err := p.Papers.SetPage(t.Context(), paper.Page{Slug: "about-us", Lang: "en", Title: "About us", Body: doc.New(doc.P("We."))}, p.Now()); err != nil {
		t.Fatal(err)
	}
	o := old{p, p.Publish(p.Text("Ferry late again"))}
	if got := o.bring(t, "comments.wxr.xml", file(t, "comments.wxr.xml")); got.Strays() != 1 {
		t.Errorf("%+v", got)
	}
}
