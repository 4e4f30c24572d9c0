package leak_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/desk"
	"lede/front"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/internal/web"
	"lede/leak"
	"lede/ledetest"
	"lede/media"
	"lede/paper"
	"lede/site"
)

// stranger asks the paper's readers' face; spoil changes an answer before it is looked at.
func stranger(t *testing.T, p *ledetest.Paper, spoil func(path string, a *leak.Answer)) leak.Ask {
	t.Helper()
	readers, err := site.New(t.Context(), p.Press, web.NewCache(web.CacheOptions{Clock: p.Now}))
	if err != nil {
		t.Fatal(err)
	}
	wb := web.New(web.Options{Address: readers.Address, Draw: readers.Wrong, Log: slog.New(slog.DiscardHandler)})
	mux := http.NewServeMux()
	readers.Routes(mux, wb)
	door := wb.Door(mux)
	return func(ctx context.Context, method, path string, header http.Header) (leak.Answer, error) {
		r, err := http.NewRequestWithContext(ctx, method, "http://"+leak.Host+path, http.NoBody)
		if err != nil {
			return leak.Answer{Status: 400}, nil
		}
		r.RequestURI, r.RemoteAddr = path, "192.0.2.1:1"
		if header != nil {
			r.Header = header
		}
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		body, err := io.ReadAll(w.Body)
		a := leak.Answer{Status: w.Code, Header: w.Header(), Body: body}
		if spoil != nil {
			spoil(path, &a)
		}
		return a, err
	}
}

// secretive is a paper with something secret of every kind.
func secretive(t *testing.T) (p *ledetest.Paper, draft article.Article) {
	t.Helper()
	p = ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 700, 400))))
	m, err := p.Media.Add(t.Context(), "boat.png", &b, media.About{Alt: "Zanzibarboats tied up by night", Caption: "Zanzibarboats"}, p.Now())
	must(err)
	known := p.Publish(p.Text("Everybody knows this"))
	secret := p.Text("The minister of ferries resigns")
	secret.Kicker, secret.Lead = "Zanzibarkicker", article.Picture{Media: m.ID, Caption: "The minister boards no boat any more"}
	secret.Sources = []article.Source{{Name: "Somebody close to the minister"}}
	secret.Body = doc.New(doc.P("Nobody outside the ministry has heard of *this* letter yet."), doc.Frame("Her letters", "let letter = 'zanzibarcode stays here'", 0))
	draft = p.Write(secret)
	other := secret
	other.Headline, other.Summary = "A second minister resigns too", "More than one has gone today."
	other.Body = doc.New(doc.P("The second letter is shorter than the first one was."))
	p.PublishAt(other, p.Now().Add(time.Hour))
	gone := p.Publish(p.Text("This was wrong from its beginning"))
	must(p.Articles.Withdraw(t.Context(), gone.ID, gone.Version, article.Withdrawal{Note: "It was wrong."}, 0, p.Now()))
	waits := known.Text
	waits.Body = doc.New(doc.P("A correction nobody has approved so far."))
	must(p.Articles.Save(t.Context(), known.ID, known.Version, waits, 0, p.Now()))
	_, err = p.Fronts.SetAlert(t.Context(), front.Alert{Lang: "en", Text: "The harbor will close at midnight", Begins: p.Now().Add(time.Hour), Ends: p.Now().Add(2 * time.Hour)}, p.Now())
	must(err)
	must(p.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: draft.ID, Headline: "Minister leaves the ferry"}, {Article: known.ID}}, 0, p.Now()))
	must(p.Papers.SetPage(t.Context(), paper.Page{Slug: "contact", Lang: "en", Title: "Contact", Body: doc.New(doc.P("Write to us."))}, p.Now()))
	secretTalk(t, p, known, gone)
	p.Settle()
	return p, draft
}

// secretTalk lets readers write what is shown, and what is not, for every reason there is.
func secretTalk(t *testing.T, p *ledetest.Paper, known, gone article.Article) {
	t.Helper()
	in, err := p.Comments.Intake(t.Context(), p.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []comment.Arrival{
		{Key: "1", State: comment.Shown, Text: "Everybody may read these very words of mine.", Mail: "shown@letters.example"},
		{Key: "2", State: comment.Held, Text: "The harbormaster keeps a heron in his office.", Name: "Somebody of the Harbor Office", Site: "https://heron.example/in/the/office"},
		{Key: "3", State: comment.Spam, Text: "Buy cheap herons of the very best quality."},
		{Key: "4", State: comment.Refused, Text: "The clerk has stolen all the herons himself."},
		{Key: "5", State: comment.Removed, Text: "I will find out where the clerk lives."},
		{Key: "6", Article: gone.ID, State: comment.Shown, Text: "I had said from the beginning that it was wrong."},
		{Key: "7", State: comment.Held, Text: "Everybody may read these very words of mine."}, // what is shown is no secret
	} {
		if a.Article == 0 {
			a.Article = known.ID
		}
		if a.Name == "" {
			a.Name = "A Reader"
		}
		a.At = p.Now().Add(-time.Minute)
		if err := in.Take(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Close(t.Context(), "a test"); err != nil {
		t.Fatal(err)
	}
	first, err := p.Comments.Thread(t.Context(), known.ID, comment.Oldest, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := comment.Report{Comment: first.Branches[0].ID, Reason: "insults", Text: "This is about my late brother, whom you know.", Mail: "reports@letters.example", Lang: "en"}
	if _, err := p.Comments.Report(t.Context(), r, comment.Hand{Owner: "a browser"}, p.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestPaperThatTellsNothingPasses(t *testing.T) {
	p, _ := secretive(t)
	r, err := leak.Test(t.Context(), p.Press, stranger(t, p, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Leaks {
		t.Error(l)
	}
	if r.Articles != 4 || r.Media != 1 || r.Comments != 6 || r.Canaries < 30 || r.Asked < 100 {
		t.Errorf("too little was looked at: %+v", r)
	}
}

func TestEveryPlantedLeakIsFound(t *testing.T) {
	p, draft := secretive(t)
	found, err := p.Media.Get(t.Context(), draft.Lead.Media)
	if err != nil {
		t.Fatal(err)
	}
	picture := found[draft.Lead.Media]
	written := desk.Writing{Article: draft.ID, Part: "headline", Tab: "a", Value: []byte(`{"headline":"Nobody has yet read this line"}`), By: 7}
	if _, err := p.Desk.PutAside(t.Context(), written, p.Now()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, plant, says string }{
		"its headline on a page":          {"/world", "<h3>The minister of ferries resigns</h3>", "its headline"},
		"its headline in a feed":          {"/rss.xml", "<description>&lt;p&gt;The &lt;em&gt;minister&lt;/em&gt; of ferries resigns</description>", "its headline"},
		"its text within marks":           {"/", "<p>Nobody outside <em>the</em> ministry has heard of <em>this</em> letter", "its text"},
		"a word in an attribute":          {"/contact", `<img alt="zanzibarkicker">`, "its kicker"},
		"its code":                        {"/sitemap.xml", "let letter = 'zanzibarcode stays here'", "its code"},
		"what stands beside the public":   {"/2025/06/everybody-knows-this", "correction nobody has approved so far", "its text"},
		"what is being written":           {"/nowhere", "nobody has yet read this line", "what is being written"},
		"an alert to come":                {"/ar", "<p>The harbor will close at midnight", "an alert"},
		"the address of a picture":        {"/feed.json", `"url":"https://x.example/media/` + picture.Token + `/1-640.jpg"`, "the address of a picture"},
		"a picture's alternative text":    {"/by/ines-calloway", "zanzibarboats tied up by night", "a picture's alternative text"},
		"the text of what was withdrawn":  {"/2025/06/this-was-wrong-from-its-beginning", "this was wrong from its beginning, they said", "its headline"},
		"a headline on the page of a day": {"/2025/06/17", "A second minister resigns too", "its headline"},
		"a comment that is held":          {"/2025/06/everybody-knows-this", "<p>The <em>harbormaster</em> keeps a heron in his office", "a comment that is held"},
		"who wrote it":                    {"/2025/06/everybody-knows-this", "Somebody of the Harbor Office, waiting", "who wrote a comment that is held"},
		"spam in a feed":                  {"/rss.xml", "<description>&lt;p&gt;Buy cheap herons of the very best quality", "a comment that is spam"},
		"a comment that was refused":      {"/", "clerk has stolen all the herons", "a comment that is refused"},
		"a comment that was removed":      {"/2025/06/everybody-knows-this", "<!-- I will find out where the clerk lives -->", "a comment that is removed"},
		"a comment under what is gone":    {"/2025/06/this-was-wrong-from-its-beginning/comments", "said from the beginning that it was wrong", "a comment that is shown"},
		"the address of who wrote":        {"/2025/06/everybody-knows-this", `<a href="mailto:shown@letters.example">`, "the address of who wrote a comment"},
		"a report":                        {"/world", "about my late brother, whom you know", "a report"},
		"the address of who reported":     {"/feed.json", `,"author":"reports@letters.example"`, "the address given with a report"},
		"what tells one from another":     {"/2025/06/everybody-knows-this", "data-owner=" + markOf(t, p), "what tells who wrote a comment"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := leak.Test(t.Context(), p.Press, stranger(t, p, func(path string, a *leak.Answer) {
				if path == c.path {
					if a.Header.Get("Content-Type") == "" {
						a.Header.Set("Content-Type", "text/html")
					}
					a.Body = append(bytes.TrimSuffix(a.Body, []byte("}")), c.plant...)
				}
			}))
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range r.Leaks {
				if strings.HasSuffix(l.Asked, c.path) && strings.Contains(l.Says, c.says) {
					return
				}
			}
			t.Errorf("it was not found at %s; found was %v", c.path, r.Leaks)
		})
	}
}

// markOf is a digest that tells who wrote a comment.
func markOf(t *testing.T, p *ledetest.Paper) string {
	t.Helper()
	ids, err := p.Comments.Discussed(t.Context())
	mark := ""
	for _, id := range ids {
		err = errors.Join(err, p.Comments.Under(t.Context(), id, func(k comment.Kept) error {
			for _, m := range k.Marks() {
				mark = m
			}
			return nil
		}))
	}
	if err != nil || mark == "" {
		t.Fatalf("there is none: %v", err)
	}
	return mark
}

func TestDoorThatOpensIsFound(t *testing.T) {
	p, draft := secretive(t)
	found, err := p.Media.Get(t.Context(), draft.Lead.Media)
	if err != nil {
		t.Fatal(err)
	}
	m := found[draft.Lead.Media]
	doors := []string{m.URL(m.Widths[0]), "/2025/06/a-second-minister-resigns-too", "/2025/06/the-minister-of-ferries-resigns", "/frame/", "/comment/"}
	for _, open := range doors {
		r, err := leak.Test(t.Context(), p.Press, stranger(t, p, func(path string, a *leak.Answer) {
			if strings.HasPrefix(path, open) {
				a.Status, a.Body = 200, nil
			}
		}))
		if err != nil || !slices.ContainsFunc(r.Leaks, func(l leak.Leak) bool { return strings.Contains(l.Asked, open) && strings.Contains(l.Says, "answers") }) {
			t.Errorf("%s opens, and found was %v (%v)", open, r.Leaks, err)
		}
	}
}

func TestWhatComesOutMeanwhileIsNoLeak(t *testing.T) {
	p, _ := secretive(t)
	passed := false
	r, err := leak.Test(t.Context(), p.Press, stranger(t, p, func(path string, _ *leak.Answer) {
		if path == "/robots.txt" && !passed {
			passed = true
			p.Pass(time.Hour)
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Leaks {
		t.Error(l)
	}
}
