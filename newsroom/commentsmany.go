package newsroom

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/fault"
)

// judgeMany gives one verdict on what was chosen, or on all of a search as it stood when its list was made.
func judgeMany(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	picks, err := v.picked(form["pick"], form.Get("all") != "", number(form.Get("now")))
	if err != nil {
		return err
	}
	verdict, _ := v.verdictOf()
	if len(picks) == 0 {
		return fault.Invalid("Nothing is chosen.")
	}
	t, err := v.Comments.JudgeAll(v.ctx(), picks, verdict, v.now)
	if err != nil {
		return err
	}
	says := fmt.Sprintf("%d %s.", t.Done, verdict.To)
	if verdict.To == comment.Refused {
		says = fmt.Sprintf("%d refused: %s.", t.Done, comment.WhySays(verdict.Why))
	}
	return v.manyTold(t, says, commentsPath+"/many/undo")
}

// manyTold tells what became of many.
func (v *visit) manyTold(t comment.Tally, says, undo string) error {
	if t.Others == 1 {
		says += " 1 was decided by others."
	} else if t.Others > 1 {
		says += fmt.Sprintf(" %d were decided by others.", t.Others)
	}
	batch := strconv.FormatInt(t.Batch, 10)
	if v.wantsJSON() {
		return v.answer(http.StatusOK, commentSaid{Says: says, Undo: undo, Version: batch})
	}
	return v.tellComment(commentsPath, v.r.URL.Query(), says, undo, batch)
}

// picked are the comments meant, in the versions that were seen.
func (v *visit) picked(chosen []string, all bool, until int64) ([]comment.Pick, error) {
	var picks []comment.Pick
	if !all {
		for _, one := range chosen[:min(len(chosen), commentsTogether)] {
			id, version, _ := strings.Cut(one, ".")
			picks = append(picks, comment.Pick{ID: number(id), Version: number(version)})
		}
		return picks, nil
	}
	f, err := v.wholeAsk()
	if err != nil {
		return nil, err
	}
	f.Until, f.Limit = time.UnixMicro(until), commentsTogether
	list, err := v.Comments.Queue(v.ctx(), f)
	for _, c := range list {
		if !c.Judged.After(f.Until) && !c.Edited.After(f.Until) {
			picks = append(picks, comment.Pick{ID: c.ID, Version: c.Version})
		}
	}
	return picks, err
}

// wholeAsk is what the address chooses.
func (v *visit) wholeAsk() (comment.Filter, error) {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return comment.Filter{}, err
	}
	ask, err := v.commentAsk(tree, comment.Comment{})
	return ask.Filter, err
}

// undoMany takes a verdict on many back; the batch stands where one comment has its version.
func undoMany(v *visit) error {
	t, err := v.Comments.UndoAll(v.ctx(), number(v.r.PostFormValue("version")), v.now)
	if err != nil {
		return err
	}
	return v.manyTold(t, fmt.Sprintf("%d as they were.", t.Done), "")
}

// commentsCSV is a list as a file for a spreadsheet: at most ten thousand, without addresses.
func commentsCSV(v *visit) error {
	f, err := v.wholeAsk()
	if err != nil {
		return err
	}
	f.Limit = 10_000
	list, err := v.Comments.Queue(v.ctx(), f)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="comments.csv"`)
	out := csv.NewWriter(v.w)
	out.UseCRLF = true
	rows := [][]string{{"id", "article", "replies to", "state", "written", "name", "text", "website", "why", "spam score", "reports"}}
	for _, c := range list {
		rows = append(rows, []string{strconv.FormatInt(c.ID, 10), strconv.FormatInt(c.Article, 10), strconv.FormatInt(c.Parent, 10), string(c.State), c.At.In(v.now.Location()).Format(time.RFC3339),
			plainCell(c.Name), plainCell(c.Text), plainCell(c.Site), plainCell(strings.TrimSpace(comment.WhySays(c.Why) + " " + whyHeld(c))), strconv.Itoa(c.Score), strconv.Itoa(c.Reports)})
	}
	_ = out.WriteAll(rows) // whoever asked may be gone
	return nil
}

// plainCell keeps what people wrote from being a formula (OWASP, CSV Injection).
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
