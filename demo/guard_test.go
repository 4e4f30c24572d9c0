package demo

import (
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

// TestGuardRefusesNothingOrdinary posts what readers of The Narrows say, in its three languages, to a paper with strict word lists:
// before it learned anything, and after its moderators' first days.
func TestGuardRefusesNothingOrdinary(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	ctx := t.Context()
	rules := comment.NewRules()
	rules.Mode, rules.First = comment.ShowAll, rules.Links
	if err := p.Comments.SetRules(ctx, rules, p.Now()); err != nil {
		t.Fatal(err)
	}
	strict := comment.WordList{Name: "Never", Act: comment.Refuse, Terms: []string{"ass", "arse", "dick", "cock", "tit", "tits", "anal", "penis", "sex", "cum", "hell", "scum*", "puta", "mierda", "كلب", "casino*", "viagra"}}
	if _, err := p.Comments.SetWordList(ctx, strict, p.Now()); err != nil {
		t.Fatal(err)
	}
	said := ordinary(t)
	guest := 0
	say := func(on article.Article, text string) comment.Comment {
		guest++
		by := comment.Hand{Owner: fmt.Sprint("guest ", guest), Addr: netip.AddrFrom4([4]byte{100, byte(guest >> 8), byte(guest), 1})}
		c, err := p.Comments.Post(ctx, comment.Draft{Article: on.ID, Name: "Ida M.", Text: text}, by, p.Now())
		if err != nil {
			t.Errorf("%q is refused: %v", text, err)
		}
		return c
	}
	judge := func(c comment.Comment, to comment.State) {
		if _, err := p.Comments.Judge(ctx, c.ID, c.Version, comment.Verdict{To: to}, p.Now()); err != nil {
			t.Fatal(err)
		}
	}
	first, then := p.Publish(p.Text("Ferry fares rise")), p.Publish(p.Text("Ferry fares fall"))
	for i, text := range said {
		c := say(first, text)
		if c.State != comment.Shown {
			t.Errorf("%q is %s: %+v", text, c.State, c.Reasons)
		}
		if i%3 == 0 {
			judge(c, comment.Shown)
		}
	}
	for i := range 25 {
		judge(say(first, fmt.Sprintf("Make %d dollars a day from home, click here and subscribe to my channel https://cash%d.example/now", 100*i, i)), comment.Spam)
	}
	p.Pass(time.Hour)
	held := 0
	for _, text := range said {
		if c := say(then, text); c.State != comment.Shown {
			held++
			t.Logf("held: %q: %+v", text, c.Reasons)
		}
	}
	if held*100 > len(said) {
		t.Errorf("after the first days %d of %d ordinary comments are held, want one in a hundred at most", held, len(said))
	}
}

// ordinary is what is said in The Narrows, but for what its moderators have before them.
func ordinary(t *testing.T) (said []string) {
	t.Helper()
	names, err := fs.Glob(files, "comments/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range readRemarks(string(text)) {
			if text := comment.Tidy(r.text); !strings.HasSuffix(name, "waiting.txt") && !seen[text] {
				seen[text] = true
				said = append(said, text)
			}
		}
	}
	if len(said) < 100 {
		t.Fatalf("only %d comments are there", len(said))
	}
	return said
}
