package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/front"
)

// says has somebody of the staff, whom the guard shows at once, write under an article, a second after what came before.
func (s *stand) says(on article.Article, parent int64, text string) comment.Comment {
	s.t.Helper()
	s.Pass(time.Second)
	c, err := s.Comments.Post(s.t.Context(), comment.Draft{Article: on.ID, Parent: parent, Text: text}, comment.Hand{Staff: 7, Named: "Inês Calloway"}, s.Now())
	s.must(err)
	s.Settle()
	return c
}

// decide has a moderator decide about a comment as it now stands.
func (s *stand) decide(c comment.Comment, v comment.Verdict) comment.Comment {
	s.t.Helper()
	c, err := s.Comments.Get(s.t.Context(), c.ID)
	s.must(err)
	c, err = s.Comments.Judge(s.t.Context(), c.ID, c.Version, v, s.Now())
	s.must(err)
	s.Settle()
	return c
}

// talkOf is the thread on a page.
func talkOf(page string) string {
	_, talk, _ := strings.Cut(page, `class="thread"`)
	talk, _, _ = strings.Cut(talk, "</section>")
	return talk
}

func TestThreadStandsUnderItsArticle(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	s.Settle()
	for _, none := range []string{`id="comments"`, "atom.xml\" title=\"Comments", "commentCount"} {
		s.hides(a.Path, none)
	}
	one := s.says(a, 0, "The **6:40** never ran.\n\nSee https://county.example/board.")
	two := s.says(a, one.ID, "It did on Monday.")
	s.says(a, two.ID, "Not here.")
	s.says(a, 0, "عنوان <script>alert(1)</script>")
	page := s.read(a.Path)
	wants(t, page, "the article", true, `<h2>4 comments</h2>`, `<a href="#comments">4 comments</a>`, `"commentCount":4`,
		`href="`+a.Path+`/comments/atom.xml" title="Comments">`, "&lt;script&gt;alert(1)")
	talk := talkOf(page)
	wants(t, talk, "the thread", true, `<bdi>Inês Calloway</bdi>`, `<span class="mark">Staff</span>`, `<time datetime="2025-06-17T12:00:01-04:00">12:00</time>`,
		fmt.Sprintf(`<li id="comment-%d">`, one.ID), fmt.Sprintf(`<a href="/comment/%d" rel="nofollow"><time`, one.ID),
		fmt.Sprintf(`<a href="/comment/%d/reply" rel="nofollow">Reply</a>`, two.ID), fmt.Sprintf(`<a href="/comment/%d/report" rel="nofollow">Report</a>`, two.ID),
		`<a href="`+a.Path+`/comments?order=oldest" rel="nofollow">Oldest first</a>`)
	order := []string{"عنوان", "6:40", "Monday", "Not here"}
	for i, text := range order[1:] {
		if strings.Index(talk, order[i]) > strings.Index(talk, text) {
			t.Errorf("%q stands above %q", text, order[i])
		}
	}
	if strings.Count(talk, "<ol>") != 3 {
		t.Errorf("replies are not set in: %s", talk)
	}
	s.decide(two, comment.Verdict{To: comment.Removed, Why: "insults"})
	talk = talkOf(s.read(a.Path))
	wants(t, talk, "with one gone", true, `<h2>3 comments</h2>`, fmt.Sprintf(`<li id="comment-%d"><p class="meta">This comment is not shown.</p><ol>`, two.ID))
	wants(t, talk, "with one gone", false, "Monday")
	s.rules(func(r *comment.Rules) { r.Order = comment.Oldest })
	talk = talkOf(s.read(a.Path))
	if strings.Index(talk, "عنوان") < strings.Index(talk, "6:40") || !strings.Contains(talk, "?order=newest") {
		t.Error("the paper reads the oldest first, its threads do not")
	}
	s.Pass(30 * 24 * time.Hour)
	wants(t, talkOf(s.read(a.Path)), "a closed thread", false, "/reply\"", "12:00</time>")
	wants(t, talkOf(s.read(a.Path)), "a closed thread", true, "/report\"", `>17 June</time>`)
	s.rules(func(r *comment.Rules) { r.Off = true })
	s.hides(a.Path, `class="thread"`)
	s.is(404, a.Path+"/comments", "")
	s.is(404, a.Path+"/comments/atom.xml", "")
}

func TestRepliesAreSetInAsFarAsTheRulesGo(t *testing.T) {
	s := open(t)
	s.rules(func(r *comment.Rules) { r.Deep = 2 })
	a := s.Publish(s.Text("Ferry late again"))
	at := s.says(a, 0, "level 0")
	for i := range 4 {
		at = s.says(a, at.ID, fmt.Sprint("level ", i+1))
	}
	talk := talkOf(s.read(a.Path))
	if n := strings.Count(talk, "<ol>"); n != 3 {
		t.Errorf("four levels of replies are set in %d times, want the list and 2 in it", n)
	}
	if n := strings.Count(talk, "In reply to Inês Calloway</a>"); n != 2 {
		t.Errorf("%d of the flat ones say to whom they reply, want 2", n)
	}
}

func TestWebsiteStandsBehindTheNameIfTheRulesSaySo(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	_, err := s.Comments.Post(t.Context(), comment.Draft{Article: a.ID, Text: "Hello.", Site: "https://harold.example/?a=1&b=2"}, comment.Hand{Staff: 7, Named: "Harold"}, s.Now())
	s.must(err)
	s.Settle()
	s.hides(a.Path, "harold.example")
	s.rules(func(r *comment.Rules) { r.Sites = true })
	s.shows(a.Path, `<a href="https://harold.example/?a=1&amp;b=2" rel="nofollow ugc"><bdi>Harold</bdi></a>`)
}

func TestLongThreadHasPages(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	s.Crowd(a.ID, 45, 0)
	for path, want := range map[string][]string{
		a.Path:                                    {`<a rel="next" href="` + a.Path + `/comments?page=2">Older</a>`, "Page 1 of 3"},
		a.Path + "/comments":                      {`<a rel="next" href="` + a.Path + `/comments?page=2">Older</a>`, `<h1>45 comments</h1>`, `rel="canonical" href="http://narrows.example` + a.Path + `/comments"`},
		a.Path + "/comments?page=2":               {`<a rel="prev" href="` + a.Path + `/comments">Newer</a>`, `/comments?page=3">Older`, "Page 2 of 3", `content="noindex"`, `/comments?page=2">`},
		a.Path + "/comments?page=3":               {`/comments?page=2">Newer`, "Page 3 of 3"},
		a.Path + "/comments?order=oldest":         {`<a rel="next" href="` + a.Path + `/comments?order=oldest&amp;page=2">Newer</a>`, `<a href="` + a.Path + `/comments" rel="nofollow">Newest first</a>`},
		a.Path + "/comments?order=oldest&page=2":  {`/comments?order=oldest">Older`, `/comments?order=oldest&amp;page=3">Newer`},
		a.Path + "/comments?order=sideways&x=now": {`<a href="` + a.Path + `/comments?order=oldest" rel="nofollow">Oldest first</a>`},
	} {
		wants(t, s.read(path), path, true, want...)
	}
	before := s.made()
	s.read(a.Path + "/comments?order=backwards")
	s.read(a.Path + "/comments?order=")
	if s.made() != before {
		t.Error("an order there is not makes a page of its own")
	}
	for _, none := range []string{"/comments?page=4", "/comments?page=0", "/comments?page=1", "/comments?page=02", "/comments?page=999999999", "/comments/x", "/comments/comments"} {
		s.is(404, a.Path+none, "")
	}
	s.is(404, "/comments", "")
	s.is(404, "/world/comments", "")
	s.is(301, a.Path+"/comments/?page=2", a.Path+"/comments?page=2")
	s.is(301, "/ar"+a.Path+"/comments", a.Path+"/comments")
	b := s.Publish(s.Text("Nobody says anything"))
	s.Settle()
	s.shows(b.Path+"/comments", `<h1>0 comments</h1>`)
	s.is(404, b.Path+"/comments?page=2", "")
}

func TestPermalinkLeadsToItsComment(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	root := s.says(a, 0, "root")
	var replies []comment.Comment
	for i := range 56 {
		replies = append(replies, s.says(a, root.ID, fmt.Sprint("reply ", i)))
	}
	s.shows(a.Path, fmt.Sprintf(`<a href="/comment/%d/replies">51 more replies</a>`, root.ID))
	branch := fmt.Sprintf("/comment/%d/replies", root.ID)
	for c, want := range map[*comment.Comment]string{&root: a.Path, &replies[0]: a.Path, &replies[5]: branch, &replies[55]: branch + "?page=2"} {
		anchor := "#comment-" + strconv.FormatInt(c.ID, 10)
		s.is(303, commentPath(c.ID), want+anchor)
		s.shows(want, `<li id="`+anchor[1:]+`">`)
	}
	wants(t, s.read(branch), "the branch", true, "<h1>56 replies</h1>", ">root<", `<a rel="next" href="`+branch+`?page=2">Newer</a>`, "Page 1 of 2", `content="noindex"`, a.Path)
	for i := range comment.PerPage {
		s.says(a, 0, fmt.Sprint("later ", i))
	}
	s.is(303, commentPath(replies[0].ID), a.Path+"/comments?page=2#comment-"+strconv.FormatInt(replies[0].ID, 10))
	for _, none := range []string{fmt.Sprintf("/comment/%d/replies", replies[0].ID), "/comment/0/replies", "/comment/x/replies", "/comment/12/replies", branch + "?page=3", "/comment/0" + branch[len("/comment/"):]} {
		s.is(404, none, "")
	}
	s.decide(replies[0], comment.Verdict{To: comment.Removed, Why: "insults"})
	s.is(404, commentPath(replies[0].ID), "")
}

func TestThreadIsSeenWithItsArticleOnly(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	root := s.says(a, 0, "What the public must not read any more.")
	s.says(a, root.ID, "A reply.")
	paths := []string{a.Path, a.Path + "/comments", a.Path + "/comments?order=oldest", a.Path + "/comments/atom.xml", a.Path + "/comments/rss.xml", a.Path + "/comments/feed.json", fmt.Sprintf("/comment/%d/replies", root.ID)}
	for _, path := range paths {
		s.shows(path, "must not read")
	}
	s.withdraw(a.ID, "It was wrong.")
	for _, path := range append(paths, commentPath(root.ID)) {
		s.is(410, path, "")
		s.hides(path, "must not read")
	}
	s.must(s.Articles.Publish(t.Context(), a.ID, s.Article(a.ID).Version, s.Now().Add(time.Hour), s.Now(), 0))
	s.Settle()
	for _, path := range append(paths, commentPath(root.ID)) {
		if got := s.get(path); got.status != 404 && got.status != 410 || strings.Contains(got.body, "must not read") {
			t.Errorf("%s answers %d before its time", path, got.status)
		}
	}
	s.Pass(time.Hour)
	s.Settle()
	for _, path := range paths {
		s.shows(path, "must not read")
	}
}

func TestPreviewShowsNoThread(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	s.says(a, 0, "A reader's word.")
	s.shows("/", "1 comment</a>")
	for _, path := range []string{a.Path, "/", a.Path + "/comments", a.Path + "/comments/atom.xml"} {
		wants(t, s.glance(Glance{Path: path, At: s.Now().Add(time.Hour)}), path, false, "reader&#39;s word", "1 comment")
	}
}

func TestCardsCountComments(t *testing.T) {
	s := open(t)
	a, b := s.Publish(s.Text("Ferry late again")), s.Publish(s.Text("Nobody says anything"))
	for i := range 12 {
		s.says(a, 0, fmt.Sprint("word ", i))
	}
	for _, path := range []string{"/", "/world", "/2025/06/17", "/by/ines-calloway"} {
		s.shows(path, `<a href="`+a.Path+`#comments">12 comments</a>`)
		s.hides(path, b.Path+"#comments")
	}
	s.must(s.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: a.ID}}, 0, s.Now()))
	s.says(a, 0, "one more")
	s.shows("/", ">13 comments</a>")
	s.shows("/world", ">13 comments</a>")
}

func TestFeedTellsTheNewestComments(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	s.Settle()
	path := a.Path + "/comments/atom.xml"
	wants(t, s.read(path), "an empty feed", true, "<title>Comments: Ferry late again</title>", "<updated>2025-06-17T16:00:00Z</updated>")
	one := s.says(a, 0, "It **never** ran: [look](javascript:alert(1)) <img src=x onerror=alert(1)> https://county.example/")
	s.says(a, one.ID, "It did.")
	atom := s.read(path)
	wants(t, atom, "the feed", true, fmt.Sprintf("<id>urn:lede:comment:%d</id>", one.ID), "<title>By Inês Calloway</title>", "<author><name>Inês Calloway</name></author>",
		fmt.Sprintf(`href="http://narrows.example/comment/%d"`, one.ID), `<link rel="self" type="application/atom+xml" href="http://narrows.example`+path+`">`)
	wants(t, atom, "the feed", false, "&lt;img", "&#34;javascript")
	if strings.Index(atom, "It did.") > strings.Index(atom, "ran:") {
		t.Error("the newest does not come first")
	}
	if got := s.get(path).header.Get("Content-Type"); got != "application/atom+xml; charset=utf-8" {
		t.Errorf("it is %s", got)
	}
	wants(t, s.read(a.Path+"/comments/feed.json"), "the JSON Feed", true, `"name":"Inês Calloway"`)
	s.decide(one, comment.Verdict{To: comment.Removed, Why: "insults"})
	wants(t, s.read(path), "the feed with one gone", false, "never")
	s.is(404, "/world/comments/atom.xml", "")
}

func TestWhatWasTakenAwayDoesNotComeBack(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	c := s.says(a, 0, "Something unlawful.")
	s.shows(a.Path, "unlawful")
	s.decide(c, comment.Verdict{To: comment.Removed, Why: "unlawful"})
	s.must(s.data.Close())
	if got := s.get(a.Path); strings.Contains(got.body, "unlawful") {
		t.Error("with the database gone, a last good page shows what was removed")
	}
}

// The pages that a node kept before it slept show nothing of what was removed meanwhile.
func TestWhatWasTakenAwayWhileANodeSleptDoesNotComeBack(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry late again"))
	c := s.says(a, 0, "Something unlawful.")
	s.shows(a.Path, "unlawful")
	s.cache.Close() // it is on the disk
	_, err := s.Comments.Judge(t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Removed, Why: "unlawful"}, s.Now())
	s.must(err)
	s.restart()
	s.must(s.data.Close())
	if got := s.get(a.Path); strings.Contains(got.body, "unlawful") {
		t.Error("a page from before its sleep shows what was removed")
	}
}

func TestPacerDoesAtOnceAndThenOnce(t *testing.T) {
	type waiting struct {
		at time.Duration
		fn func()
	}
	var now time.Duration
	var due []waiting
	var done []string
	p := newPacer(300*time.Millisecond, 2, func(id int64) { done = append(done, fmt.Sprintf("%d@%d", id, now.Milliseconds())) })
	p.after = func(d time.Duration, fn func()) { due = append(due, waiting{now + d, fn}) }
	pass := func(d time.Duration) {
		for end := now + d; ; {
			i := slices.IndexFunc(due, func(w waiting) bool { return w.at <= end })
			if i < 0 {
				now = end
				return
			}
			w := due[i]
			due = slices.Delete(due, i, i+1)
			now = w.at
			w.fn()
		}
	}
	for range 100 { // one each ten milliseconds
		p.ask(1)
		pass(10 * time.Millisecond)
	}
	p.ask(2)
	pass(time.Second)
	p.ask(1)
	if want := []string{"1@0", "1@10", "1@300", "1@600", "1@900", "2@1000", "1@1200", "1@2000"}; !slices.Equal(done, want) {
		t.Errorf("done %v, want %v", done, want)
	}
	pass(time.Second)
	if len(p.ids) != 0 || len(due) != 0 {
		t.Errorf("it remembers %v and waits for %d", p.ids, len(due))
	}
	for i := range int64(mostPaced + 10) {
		p.ask(i)
	}
	if len(p.ids) != mostPaced || len(due) != mostPaced {
		t.Errorf("it remembers %d ids and waits for %d", len(p.ids), len(due))
	}
}
