package site

import (
	"time"

	"lede/comment"
	"lede/internal/tongue"
	"lede/paper"
)

// sampleReports are the pages by which comments are reported and decisions appealed, in their states.
func sampleReports(w town) []sample {
	t := tongue.For(w.lang)
	form := ReportPage{Frame: talkSample(w), Action: "/comment/18/report", Article: Link{Href: "/_gallery/" + w.lang + "/article/talk", Name: w.headlines[0]}, Said: sampleSaid(w, 1)}
	for _, why := range comment.ReportReasons() {
		form.Reasons = append(form.Reasons, Reason{why.Code, t.Capital(t.T(why.Says)), false})
	}
	wrong, sent := form, form
	wrong.Text, wrong.Mail = w.text[2], "harold@"
	wrong.Wrong = map[string]string{"reason": t.T("Please say what is wrong with the comment."), "mail": t.T("This is no e-mail address; mend it or leave the field empty.")}
	sent.Sent = "6XK7QDZAYAPF"
	said, day := sampleSaid(w, 2), time.Date(2025, 6, 17, 16, 0, 0, 0, time.UTC)
	st := comment.Statement{Comment: comment.Comment{State: comment.Removed}, Why: "insults", Note: w.summaries[1], Noticed: true, Until: day.AddDate(0, 6, 0), Open: true}
	writer := AppealPage{Frame: talkSample(w), Action: "/comment/18/appeal", Title: t.T("Why your comment is not shown"), Said: &said, Tells: st.Says(t, paper.Paper{}), Open: true}
	empty, made := writer, writer
	st.Open = false
	made.Tells = st.Says(t, paper.Paper{})
	empty.Wrong = map[string]string{"text": t.T("Please say why the decision is wrong.")}
	a := comment.Appeal{State: comment.Dismissed, Note: w.summaries[2], Same: true}
	made.Open, made.Made, made.How, made.Number = false, a.Outcome(t), a.How(t), "6XK7QE1QCQVV"
	return []sample{
		{"report", viewReport, form}, {"report/wrong", viewReport, wrong}, {"report/sent", viewReport, sent},
		{"appeal", viewAppeal, writer}, {"appeal/empty", viewAppeal, empty}, {"appeal/made", viewAppeal, made},
	}
}
