package site

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/blob"
	"lede/internal/db/dbtest"
	"lede/internal/web"
	"lede/ledetest"
	"lede/press"
)

// serving is a node with its own cache that hears what happens, as `lede serve` has it.
func serving(t *testing.T, p *press.Press) http.Handler {
	t.Helper()
	cache := web.NewCache(web.CacheOptions{Dir: t.TempDir(), Clock: p.Clock})
	t.Cleanup(cache.Close)
	s, err := New(t.Context(), p, cache)
	if err != nil {
		t.Fatal(err)
	}
	wb := web.New(web.Options{Address: s.Address, Draw: s.Wrong})
	mux := http.NewServeMux()
	s.Routes(mux, wb)
	p.Jobs.Start(t.Context())
	t.Cleanup(func() { _ = p.Jobs.Stop(t.Context()) })
	return wb.Door(mux)
}

// A comment is on the pages of every node within a second of being shown, also while many come, and so is that it is gone.
func TestACommentIsOnThePageWithinASecond(t *testing.T) {
	for name, where := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			at := where(t)
			p := ledetest.Open(t, dbtest.Open(t, at))
			on := p.Publish(p.Text("Ferry late again"))
			p.Settle()
			nodes := []http.Handler{serving(t, p.Press)}
			if name == "postgres" {
				files, err := blob.Disk(t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				other, err := press.Open(t.Context(), dbtest.Open(t, at), files, p.Secret, p.Now, slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				nodes = append(nodes, serving(t, other))
			}
			shown := func(text string, want bool) {
				t.Helper()
				begun := time.Now()
				for _, node := range nodes {
					for {
						w := httptest.NewRecorder()
						node.ServeHTTP(w, httptest.NewRequest("GET", "http://narrows.example"+on.Path, nil))
						if strings.Contains(w.Body.String(), text) == want {
							break
						}
						if time.Since(begun) > time.Second+patience {
							t.Fatalf("%s: a second later, that it is shown is still %v", text, !want)
						}
						time.Sleep(5 * time.Millisecond)
					}
				}
				t.Logf("%s: %v", text, time.Since(begun))
			}
			shown("Ferry late again", true)
			var last comment.Comment
			for i := range 8 {
				p.Pass(time.Second)
				text := fmt.Sprintf("word number %d", i)
				var err error
				if last, err = p.Comments.Post(t.Context(), comment.Draft{Article: on.ID, Text: text}, comment.Hand{Staff: 7, Named: "Ines Calloway"}, p.Now()); err != nil {
					t.Fatal(err)
				}
				if i%2 == 1 {
					shown(text, true)
				}
			}
			if _, err := p.Comments.Judge(t.Context(), last.ID, last.Version, comment.Verdict{To: comment.Removed, Why: "insults"}, p.Now()); err != nil {
				t.Fatal(err)
			}
			shown(last.Text, false)
		})
	}
}

// patience is what a test on a machine that does much else at once may take longer.
const patience = 2 * time.Second
