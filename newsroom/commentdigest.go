package newsroom

import (
	"errors"
	"net/http"
	"strings"

	"lede/comment"
	"lede/internal/fault"
)

// The pages to which the mail digest leads. They are open, as the pages are on which people sign in: the link itself tells that its
// holder gets the paper's digest, and it serves for one comment. Asking changes nothing, for mail programs follow links.
func (n *Newsroom) commentDigestRoutes() []route {
	return []route{
		{pattern: "GET " + comment.DigestPath + "{link}", open: true, handle: digestPage},
		{pattern: "POST " + comment.DigestPath + "{link}", open: true, handle: judgeBySlip},
	}
}

// digestView is one comment for whoever got the digest.
type digestView struct {
	frame
	judgedComment
	Action string
	Held   []string // why
	Over   string   // why nothing can be decided here any more
	Done   bool     // it was decided just now
	To     string
	Wrong  string
}

func digestPage(v *visit) error { return v.showDigest(http.StatusOK, nil) }

func (v *visit) showDigest(status int, more func(*digestView)) error {
	slip, c, err := v.Comments.Slip(v.ctx(), v.r.PathValue("link"), v.now)
	if errors.Is(err, fault.NotFound) {
		page := digestView{frame: v.frame("A comment that waited", ""), Over: "This link serves no longer. It ends after seven days, or when the paper sends no digest to its address any more."}
		page.Bare = true
		return v.showAs(http.StatusNotFound, "commentdigest", page)
	}
	if err != nil {
		return err
	}
	j, err := v.judged(c.ID, "")
	if err != nil {
		return err
	}
	page := digestView{frame: v.frame("A comment that waits", ""), judgedComment: j, Action: v.r.URL.Path, To: slip.To}
	page.Bare = true
	for _, r := range c.Reasons {
		if r.Decided {
			page.Held = append(page.Held, strings.TrimSpace(r.Says+" "+r.Rule))
		}
	}
	if c.Version != slip.Version {
		page.Over = "It was decided, or changed by its writer, since the mail was sent: it is " + string(c.State) + " now."
	}
	if more != nil {
		more(&page)
	}
	return v.showAs(status, "commentdigest", page)
}

func judgeBySlip(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	verdict := comment.Verdict{To: comment.State(sent.Get("do")), Why: sent.Get("why")}
	if verdict.To != comment.Shown && verdict.To != comment.Refused && verdict.To != comment.Spam {
		return fault.Invalid("A comment is shown, refused or spam.")
	}
	_, err = v.Comments.JudgeBySlip(v.ctx(), v.r.PathValue("link"), verdict, v.now)
	switch {
	case errors.Is(err, fault.NotFound), errors.Is(err, fault.Conflict):
		return v.showDigest(http.StatusConflict, nil)
	case fault.IsInvalid(err):
		return v.showDigest(http.StatusUnprocessableEntity, func(page *digestView) { page.Wrong = sentenceOf(err) })
	case err != nil:
		return err
	}
	return v.showDigest(http.StatusOK, func(page *digestView) {
		page.Done, page.Over = true, "It is "+string(page.State)+". Recorded as decided by the mail digest to "+page.To+"."
	})
}
