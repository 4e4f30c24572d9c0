package site

import (
	"lede/comment"
	"lede/internal/doc"
	"lede/internal/tongue"
)

// sampleReplies are the form for comments and what follows from it, in its states.
func sampleReplies(w town) []sample {
	t := tongue.For(w.lang)
	with := func(p *Reply) ArticlePage {
		page := sampleArticle(w)
		page.Related, page.Reply = nil, p
		return page
	}
	empty := &Reply{Article: 17, Sites: true}
	wrong := &Reply{Article: 17, Sites: true, Mail: "harold@", Wrong: map[string]string{"text": t.T("Please enter your comment!"), "name": t.T("Please enter your name here"),
		"mail": t.T("This is no e-mail address; mend it or leave the field empty.")}}
	fast := &Reply{Article: 17, Text: w.text[3], Name: w.writers[2], Says: t.T("You have sent a lot in a short time. Please wait ten minutes, then send it again.")}
	banned := &Reply{Text: w.text[3], Appeal: "/comment/17/appeal", Shut: t.T("The paper has decided that you cannot write here until {0}.", w.long)}
	all := []sample{
		{"reply", viewArticle, with(empty)}, {"reply/wrong", viewArticle, with(wrong)}, {"reply/too-fast", viewArticle, with(fast)},
		{"reply/closed", viewArticle, with(&Reply{Shut: t.T("Comments are closed for the night. They open again at {0}.", w.times[0])})},
		{"reply/banned", viewArticle, with(banned)},
		{"reply/gone", viewError, ErrorPage{Frame: talkSample(w), Status: 404, Kept: w.text[2], Detail: t.T("The place for which this was meant is not there any more. Nothing was kept.")}},
		{"answer", viewAnswer, AnswerPage{Frame: talkSample(w), Headline: w.headlines[0], Href: "/_gallery/" + w.lang + "/article", To: sampleSaid(w, 1), Reply: &Reply{Article: 17, Parent: 18}}},
	}
	return append(all, sampleOwns(w)...)
}

func talkSample(w town) Frame {
	f := sampleFrame(w)
	f.Talk = true
	return f
}

func sampleSaid(w town, n int) Said {
	return Said{ID: 18, Name: w.writers[n], When: Stamp{"2025-06-17T14:05:00-04:00", w.times[0]}, Body: comment.Tree(w.text[n]).HTML(doc.Show{Guest: true})}
}

// sampleOwns are a comment's own page in every state.
func sampleOwns(w town) []sample {
	t := tongue.For(w.lang)
	at := "/comment/18"
	held := Own{Said: sampleSaid(w, 2), Tells: t.T("Waiting for a moderator"), Until: t.N(7, "You can edit it for {n} more minutes, until {0}.", w.times[0]), Edit: at + "/edit", Withdraw: at + "/withdrawal"}
	edit, empty, late, withdrawal := held, held, held, held
	edit.Form, edit.Text = "edit", w.text[2]
	empty.Form, empty.Wrong = "edit", t.T("Please enter your comment!")
	late.Form, late.Text, late.Shut = "edit", w.text[2], t.T("A comment can be edited for ten minutes.")
	withdrawal.Form = "withdrawal"
	refused := Own{Said: held.Said, Tells: t.T("A moderator does not show this comment: it {0}.", t.T("insults or threatens")), Appeal: at + "/appeal"}
	gone := Own{Said: held.Said, Tells: t.T("You withdrew this comment.")}
	to := sampleSaid(w, 1)
	var all []sample
	for _, s := range []struct {
		name string
		own  Own
	}{{"own", held}, {"own/edit", edit}, {"own/empty", empty}, {"own/late", late}, {"own/withdrawal", withdrawal}, {"own/refused", refused}, {"own/withdrawn", gone}} {
		all = append(all, sample{s.name, viewOwn, OwnPage{Frame: talkSample(w), Headline: w.headlines[0], Href: "/_gallery/" + w.lang + "/article", To: &to, Own: s.own}})
	}
	return all
}
