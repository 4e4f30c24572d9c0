package comment_test

import (
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/doc"
)

func TestWhatTheLawTakesOutOfAnArticleGoesFromItsCommentsToo(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		text := k.on.Text
		text.Body = doc.New(doc.P("It was Hector Quill of 4 Basin Lane who did it."))
		k.on = k.Publish(text)
		k.bring(t,
			comment.Arrival{Key: "x:1", State: comment.Shown, Text: "Everybody knows that it was Hector Quill."},
			comment.Arrival{Key: "x:2", State: comment.Held, Text: "I saw **Hector** Quill do it."},
			comment.Arrival{Key: "x:3", State: comment.Shown, Text: "I have no idea."},
			comment.Arrival{Key: "x:4", State: comment.Shown, Name: "Hector Quill", Text: "I did not."})
		th := k.thread(t)
		if _, err := k.Comments.Report(t.Context(), comment.Report{Comment: th.Branches[2].ID, Reason: "other", Text: "Hector Quill is my uncle.", Lang: "en"}, guest(3), k.Now()); err != nil {
			t.Fatal(err)
		}
		k.Pass(time.Minute)
		if err := k.Articles.Redact(t.Context(), k.on.ID, k.on.Version, article.Blanking{Passages: []string{"Hector Quill"}, Note: "By order of a court."}, 0, k.Now()); err != nil {
			t.Fatal(err)
		}
		var all []string
		err := k.Comments.Under(t.Context(), k.on.ID, func(c comment.Kept) error { all = append(all, c.Name+": "+c.Text); return nil })
		if err == nil {
			err = k.Comments.Confided(t.Context(), func(c comment.Confidence) { all = append(all, c.Text) })
		}
		said := strings.Join(all, "\n")
		if err != nil || strings.Contains(said, "Quill") || strings.Count(said, article.Blank) != 4 || !strings.Contains(said, "I have no idea.") {
			t.Errorf("after the redaction there stands (%v)\n%s", err, said)
		}
		if th := k.thread(t); th.Shown != 3 {
			t.Errorf("the thread shows %d, want 3 as before", th.Shown)
		}
	})
}
