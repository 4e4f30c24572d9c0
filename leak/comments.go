package leak

import (
	"context"
	"errors"
	"strconv"

	"lede/comment"
	"lede/internal/fault"
	"lede/reader"
)

// fewest is how many words of what readers wrote tell it from what anybody might say.
const fewest = 4

// gatherComments takes canaries from what readers wrote that is not shown, or stands under what the public does not see; from
// the addresses of all who wrote, and what tells one of them from another; and from what was said to the paper alone.
func (t *test) gatherComments(ctx context.Context) error {
	if err := t.eachComment(ctx, t.gatherComment); err != nil {
		return err
	}
	err := t.Comments.Confided(ctx, func(c comment.Confidence) {
		t.confide(c.Article, c.What, c.Text)
		t.addMail(c.Article, "the address given with "+c.What, c.Mail)
	})
	if err != nil {
		return err
	}
	return t.Readers.All(ctx, func(r reader.Reader) { t.addMail(0, "a reader's address", r.Mail) })
}

// gatherComment does it for one comment.
func (t *test) gatherComment(k comment.Kept) {
	t.addMail(k.Article, "the address of who wrote a comment", k.Mail)
	for _, mark := range k.Marks() {
		t.addToken(k.Article, "what tells who wrote a comment", mark)
	}
	if t.showsComment(k) {
		return
	}
	t.report.Comments++
	t.confide(k.Article, "a comment that is "+string(k.State), k.Text)
	t.confide(k.Article, "who wrote a comment that is "+string(k.State), k.Name)
	t.confide(k.Article, "the website of a comment that is "+string(k.State), k.Site)
	t.hidden = append(t.hidden, door{"/comment/" + strconv.FormatInt(k.ID, 10), k.Article})
}

// showsComment tells whether the public sees a comment.
func (t *test) showsComment(k comment.Kept) bool {
	return k.State == comment.Shown && !t.unseen[k.Article]
}

func (t *test) confide(of int64, what, text string) {
	if len(split(text)) >= fewest {
		t.add(of, what, text)
	}
}

// strikeComments takes out what stands in a comment that the public sees.
func (t *test) strikeComments(ctx context.Context) error {
	return t.eachComment(ctx, func(k comment.Kept) {
		if t.showsComment(k) {
			t.strike(k.Text)
			t.strike(k.Name)
			t.strike(k.Site)
			t.opened["GET /comment/"+strconv.FormatInt(k.ID, 10)] = true
		}
	})
}

func (t *test) eachComment(ctx context.Context, do func(comment.Kept)) error {
	ids, err := t.Comments.Discussed(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		a, err := t.Articles.Get(ctx, id)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if a.Path != "" && t.asked == nil { // while it gathers
			t.paths = append(t.paths, a.Path)
		}
		if err := t.Comments.Under(ctx, id, func(k comment.Kept) error { do(k); return nil }); err != nil {
			return err
		}
	}
	return nil
}
