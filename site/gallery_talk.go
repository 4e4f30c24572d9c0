package site

import (
	"fmt"
	"html/template"
	"strings"

	"lede/comment"
	"lede/internal/doc"
	"lede/internal/tongue"
)

// sampleTalk are threads in all their states, under an article and on pages of their own.
func sampleTalk(w town) []sample {
	home := "/_gallery/" + w.lang + "/"
	under := func(t Thread) ArticlePage {
		a := sampleArticle(w)
		a.Thread, a.Reply = &t, &Reply{Article: 1, Sites: true}
		return a
	}
	quiet := sampleArticle(w)
	quiet.Reply = &Reply{Article: 1}
	one := Thread{Count: 1, Page: 1, Pages: 1, Comments: []Comment{sampleComment(w, 1, true)}}
	few := sampleThread(w)
	many := Thread{Count: 50, Page: 1, Pages: 3, Next: &Link{Href: home + "talk"}, Turned: &Link{Href: home + "talk/oldest"}}
	for i := range comment.PerPage {
		c := sampleComment(w, 100+10*i, true)
		for n := range i % 4 {
			c.Replies = append(c.Replies, sampleComment(w, 101+10*i+n, true))
		}
		many.Comments = append(many.Comments, c)
	}
	many.Comments[3].More = 14
	gaps, shut := sampleThread(w), sampleThread(w)
	gaps.Comments[0] = Comment{ID: 2, Anchored: true, Gone: true, Replies: gaps.Comments[0].Replies}
	gaps.Comments[0].Replies[1] = Comment{ID: 5, Anchored: true, Gone: true, Withdrawn: true, Replies: gaps.Comments[0].Replies[1].Replies}
	shut.close(shut.Comments)
	page := ThreadPage{Frame: sampleFrame(w), Headline: w.headlines[0], Href: home + "article/talk", Open: true, Name: tongue.For(w.lang).N(50, "{n} comments"), Thread: many}
	page.Talk, page.Thread.Page, page.Thread.Prev = true, 2, &Link{Href: home + "talk"}
	oldest, branch := page, page
	oldest.Thread.Oldest = true
	branch.Name, branch.Thread = tongue.For(w.lang).N(4, "{n} replies"), Thread{Page: 1, Pages: 1, Comments: few.Comments[:1]}
	return []sample{
		{"article/quiet", viewArticle, quiet}, {"article/talk-1", viewArticle, under(one)}, {"article/talk", viewArticle, under(few)},
		{"article/talk-50", viewArticle, under(many)}, {"article/talk-gaps", viewArticle, under(gaps)},
		{"article/talk-strange", viewArticle, under(strangeThread(w))}, {"article/talk-shut", viewArticle, under(shut)},
		{"talk", viewThread, page}, {"talk/oldest", viewThread, oldest}, {"talk/branch", viewThread, branch},
		{"talk/empty", viewThread, ThreadPage{Frame: page.Frame, Headline: page.Headline, Href: page.Href, Open: true, Name: tongue.For(w.lang).N(0, "{n} comments")}},
	}
}

func (t Thread) close(list []Comment) {
	for i := range list {
		list[i].Open = false
		t.close(list[i].Replies)
	}
}

func sampleComment(w town, id int, open bool) Comment {
	return Comment{ID: int64(id), Anchored: true, Open: open, Name: w.writers[id%len(w.writers)], When: Stamp{"2025-06-17T14:02:00-04:00", w.times[id%2]},
		Text: sampleWords(w.text[id%len(w.text)]), Edited: id%7 == 3}
}

func sampleWords(text string) template.HTML {
	return comment.Tree(text).HTML(doc.Show{Guest: true})
}

// sampleThread is a thread with all that may stand in one.
func sampleThread(w town) Thread {
	c := func(id int, replies ...Comment) Comment {
		c := sampleComment(w, id, true)
		c.Replies = replies
		return c
	}
	marked := c(1)
	marked.Pinned, marked.Text = true, sampleWords(w.summaries[2])
	featured := c(12)
	featured.Featured = true
	staff := c(4, c(6))
	staff.Staff, staff.Text = true, sampleWords(w.summaries[1]+" https://harbor.example/board")
	deep := c(8)
	deep.To, deep.Site = &Link{Href: "#comment-7", Name: w.writers[7%len(w.writers)]}, "https://harbor.example/"
	quoting := c(9)
	quoting.Text = sampleWords("> " + w.summaries[3] + "\n\n**" + w.writers[0] + "**, *" + w.place + "*: " + w.text[1])
	long := c(2, staff, c(5, c(7), deep))
	long.More = 14
	return Thread{Count: 21, Page: 1, Pages: 1, Marked: []Comment{marked, featured}, Comments: []Comment{long, quoting, c(10)}, Turned: &Link{Href: "/_gallery/" + w.lang + "/talk/oldest"}}
}

// strangeThread are names and texts that must not break a page.
func strangeThread(w town) Thread {
	zalgo := strings.Repeat("Z\u0351\u036b\u0343a\u0334\u0335l\u0321\u0348g\u0320\u0325o\u0315\u0358 ", 6)
	var list []Comment
	for i, s := range [][2]string{
		{"عمر الفاروق (admin)", "هذا تعليق بالعربية في صفحة أخرى.\n\nAnd a second paragraph in English."},
		{strings.Repeat("Ærøskøbing", 6), strings.Repeat("Donaudampfschifffahrtsgesellschaft", 12)},
		{zalgo, zalgo + "\n\n" + zalgo},
		{"\u202eevil", "\u202eThis runs the other way"},
		{"👩‍👩‍👧‍👦 x", "👍🏽 👏🏿 🏴‍☠️ " + strings.Repeat("!", 200)},
		{"<b>bold</b>", "<script>alert(1)</script> https://harbor.example/" + strings.Repeat("a/", 60)},
		{w.writers[0], strings.Repeat("a\n\n", 6)},
	} {
		c := sampleComment(w, 20+i, true)
		c.Name, c.Text = comment.TidyName(s[0]), sampleWords(comment.Tidy(s[1]))
		if i%2 == 1 {
			last := &list[len(list)-1]
			last.Replies = append(last.Replies, c)
			continue
		}
		list = append(list, c)
	}
	list[0].Site = fmt.Sprintf("https://harbor.example/%s", strings.Repeat("x", 100))
	return Thread{Count: len(list), Page: 1, Pages: 1, Comments: list}
}
