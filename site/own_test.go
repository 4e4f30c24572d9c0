package site

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/paper"
)

// guest is a browser without JavaScript that keeps its cookies.
type guest struct {
	*stand
	cookie string
	addr   string
}

func (s *stand) guest(addr string) *guest { return &guest{stand: s, addr: addr} }

func (g *guest) ask(method, path string, form url.Values) answer {
	g.t.Helper()
	got := g.send(method, path, form)
	g.Settle()
	return got
}

// send does not wait until every node has heard of it.
func (g *guest) send(method, path string, form url.Values) answer {
	r := httptest.NewRequest(method, "http://narrows.example"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr = g.addr + ":4711"
	if g.cookie != "" && strings.HasPrefix(r.URL.Path, "/comment") {
		r.Header.Set("Cookie", g.cookie)
	}
	w := httptest.NewRecorder()
	g.door.ServeHTTP(w, r)
	if set := w.Header().Get("Set-Cookie"); set != "" {
		g.cookie, _, _ = strings.Cut(set, ";")
	}
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (g *guest) get(path string) answer { g.t.Helper(); return g.ask(http.MethodGet, path, nil) }

// posts sends a form and returns where it leads.
func (g *guest) posts(path string, form url.Values) string {
	g.t.Helper()
	got := g.ask(http.MethodPost, path, form)
	if got.status != http.StatusSeeOther {
		g.t.Fatalf("POST %s: %d, wanted 303: %s", path, got.status, alerts(got.body))
	}
	return got.header.Get("Location")
}

// alerts is what a page says is wrong, for messages of tests.
func alerts(body string) string {
	var all []string
	for _, part := range strings.Split(body, `role="alert">`)[1:] {
		said, _, _ := strings.Cut(part, "<")
		all = append(all, said)
	}
	return strings.Join(all, " | ")
}

// wants looks for texts in an answer of that status.
func (s *stand) wants(got answer, status int, texts ...string) {
	s.t.Helper()
	if got.status != status {
		s.t.Errorf("status %d, wanted %d: %s", got.status, status, alerts(got.body))
	}
	if c := got.header.Get("Cache-Control"); c != "no-store" {
		s.t.Errorf("Cache-Control is %q, wanted no-store", c)
	}
	for _, want := range texts {
		if !strings.Contains(got.body, want) {
			s.t.Errorf("the page lacks %q", want)
		}
	}
}

func (s *stand) judge(id int64, v comment.Verdict) comment.Comment {
	s.t.Helper()
	c, err := s.Comments.Get(s.t.Context(), id)
	s.must(err)
	c, err = s.Comments.Judge(s.t.Context(), id, c.Version, v, s.Now())
	s.must(err)
	s.Settle()
	return c
}

func idIn(to string) int64 {
	if _, id, ok := strings.Cut(to, "#comment-"); ok {
		return number(id)
	}
	return number(strings.TrimPrefix(to, "/comment/"))
}

func TestAWriterSeesTheirHeldCommentAndNobodyElseDoes(t *testing.T) {
	s, a := written(t, comment.HoldAll)
	g := s.guest("203.0.113.7")
	to := g.posts("/comment", saying(a, "The *county* never asked us.", "Harold P."))
	s.wants(g.get(to), 200, "Waiting for a moderator", "<bdi>Harold P.</bdi>", "never asked us.", `<a href="`+a.Path+`">Ferry late again</a>`,
		`You can edit it for 10 more minutes, until 12:10`, `href="`+to+`/edit"`, `href="`+to+`/withdrawal"`)
	for _, path := range []string{to, to + "/edit", to + "/withdrawal"} {
		if got := s.guest("203.0.113.7").get(path); got.status != 404 {
			t.Errorf("a stranger gets %d at %s, wanted 404", got.status, path)
		}
	}
	if got := s.guest("203.0.113.8").ask("POST", to+"/withdrawal", nil); got.status != 404 {
		t.Errorf("a stranger's withdrawal: %d, wanted 404", got.status)
	}
	s.Pass(4 * time.Minute)
	s.wants(g.get(to), 200, "You can edit it for 6 more minutes")
	s.Pass(7 * time.Minute)
	late := g.get(to)
	s.wants(late, 200, "Waiting for a moderator", to+"/withdrawal")
	if strings.Contains(late.body, "/edit") {
		t.Error("after eleven minutes it can still be edited")
	}
	s.judge(idIn(to), comment.Verdict{To: comment.Shown})
	if got := g.get(to); got.status != 303 || got.header.Get("Location") != a.Path+"#comment-"+strings.TrimPrefix(to, "/comment/") {
		t.Errorf("once it is shown: %d to %s, wanted 303 to its place", got.status, got.header.Get("Location"))
	}
}

func TestAWriterEditsForTenMinutes(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	g := s.guest("203.0.113.7")
	to := g.posts("/comment", saying(a, "The county never asked us.", "Harold P."))
	own := commentPath(idIn(to))
	s.wants(g.get(own), 200, "Everybody sees your comment.", own+"/edit")
	s.wants(g.get(own+"/edit"), 200, ">The county never asked us.</textarea>", `action="`+own+`/edit"`)
	s.wants(g.ask("POST", own+"/edit", url.Values{"text": {" "}}), 422, `aria-invalid="true" aria-describedby="own-bad"> </textarea></label><p id="own-bad" class="bad" role="alert">Please enter your comment!</p>`)
	if back := g.posts(own+"/edit", url.Values{"text": {"The county did ask us."}}); back != to {
		t.Errorf("an edit of a shown comment leads to %s, wanted %s", back, to)
	}
	c, err := s.Comments.Shown(t.Context(), idIn(to))
	if err != nil || c.Text != "The county did ask us." {
		t.Errorf("after the edit it says %q (%v)", c.Text, err)
	}
	s.Pass(comment.Editable)
	s.wants(g.ask("POST", own+"/edit", url.Values{"text": {"Too late."}}), 422, "A comment can be edited for ten minutes.", "readonly>Too late.</textarea>")
	if got := g.get(own); got.status != 303 {
		t.Errorf("after ten minutes its address answers its writer with %d, wanted 303 as for all", got.status)
	}
	if got := s.guest("203.0.113.9").ask("POST", own+"/edit", url.Values{"text": {"Not mine."}}); got.status != 404 || !strings.Contains(got.body, "readonly>Not mine.</textarea>") {
		t.Errorf("whoever lost the cookie gets %d, wanted 404 with the text", got.status)
	}
}

func TestAWriterWithdraws(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	g := s.guest("203.0.113.7")
	to := g.posts("/comment", saying(a, "The county never asked us.", "Harold P."))
	own := commentPath(idIn(to))
	s.wants(g.get(own+"/withdrawal"), 200, "Withdraw this comment", "never asked us.")
	if back := g.posts(own+"/withdrawal", nil); back != own {
		t.Errorf("a withdrawal leads to %s, wanted %s", back, own)
	}
	s.wants(g.get(own), 200, "You withdrew this comment.")
	if got := s.get(own); got.status != 404 {
		t.Errorf("a withdrawn comment answers others with %d, wanted 404", got.status)
	}
}

func TestAWriterIsToldWhy(t *testing.T) {
	s, a := written(t, comment.HoldAll)
	g := s.guest("203.0.113.7")
	for text, v := range map[string]struct {
		comment.Verdict
		says string
	}{
		"One.":   {comment.Verdict{To: comment.Refused, Why: "insults"}, "A moderator does not show this comment: it insults or threatens."},
		"Two.":   {comment.Verdict{To: comment.Spam}, "The paper took this comment for spam and does not show it."},
		"Three.": {comment.Verdict{To: comment.Removed, Why: "private"}, "it tells what is private."},
	} {
		to := g.posts("/comment", saying(a, text, "Harold P."))
		s.judge(idIn(to), v.Verdict)
		s.wants(g.get(to), 200, v.says, `href="`+to+`/appeal"`)
	}
}

func TestAPostSentAgainByWhoeverGotNoAnswerIsTheirs(t *testing.T) {
	s, a := written(t, comment.HoldAll)
	first, again := s.guest("203.0.113.7"), s.guest("203.0.113.7")
	to := first.posts("/comment", saying(a, "The county never asked us.", "Harold P."))
	if back := again.posts("/comment", saying(a, "The county never asked us.", "Harold P.")); back != to {
		t.Fatalf("sent again it leads to %s, wanted %s", back, to)
	}
	s.wants(again.get(to), 200, "Waiting for a moderator")
	known := s.guest("203.0.113.7")
	known.posts("/comment", saying(a, "Something else.", "Nadia F."))
	known.posts("/comment", saying(a, "The county never asked us.", "Harold P."))
	if got := known.get(to); got.status != 404 {
		t.Errorf("who has a cookie of their own took over a comment: %d", got.status)
	}
}

func TestAReplyHasAPageOfItsOwn(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	g := s.guest("203.0.113.7")
	to := g.posts("/comment", saying(a, "The county never asked us.", "Harold P."))
	parent := strings.TrimPrefix(commentPath(idIn(to)), "/comment/")
	s.wants(g.get("/comment/"+parent+"/reply"), 200, "Reply to Harold P.", "never asked us.", "&amp;parent="+parent+`"`)
	s.wants(g.ask("POST", "/comment", saying(a, "", "Nadia F.", "parent", parent)), 422, "Reply to Harold P.", "Please enter your comment!", `value="Nadia F."`)
	back := g.posts("/comment", saying(a, "They did.", "Nadia F.", "parent", parent))
	c, err := s.Comments.Shown(t.Context(), idIn(back))
	if err != nil || commentPath(c.Parent) != "/comment/"+parent {
		t.Errorf("the reply stands below %d (%v), wanted %s", c.Parent, err, parent)
	}
	if got := g.get("/comment/4711/reply"); got.status != 404 {
		t.Errorf("a reply to nothing: %d, wanted 404", got.status)
	}
}

func TestAScriptIsToldOfItsWritersComments(t *testing.T) {
	s, a := written(t, comment.HoldAll)
	g := s.guest("203.0.113.7")
	mine := "/comment/mine?article=" + saying(a, "", "").Get("article")
	if got := g.get(mine); got.status != 200 || strings.Contains(got.body, "class=\"own\"") {
		t.Errorf("who wrote nothing gets %d: %s", got.status, got.body)
	}
	to := g.posts("/comment", saying(a, "The county never asked us.", "Harold P."))
	s.wants(g.get(mine), 200, `<article class="own" id="own-`+strings.TrimPrefix(to, "/comment/"), "Waiting for a moderator")
	if got := s.guest("203.0.113.7").get(mine); strings.Contains(got.body, "county") {
		t.Error("a stranger is told of what is held")
	}
	if got := g.get("/comment/mine?article=4711"); got.status != 404 {
		t.Errorf("comments under nothing: %d, wanted 404", got.status)
	}
}

func TestAClosedThreadSaysWhy(t *testing.T) {
	for why, c := range map[string]struct {
		close func(*stand, article.Article)
		says  string
	}{
		"off": {func(s *stand, _ article.Article) { s.rules(func(r *comment.Rules) { r.Off = true }) }, "This paper takes no comments at present."},
		"closed": {func(s *stand, a article.Article) {
			s.must(s.Comments.Switch(s.t.Context(), a.ID, comment.KeptClosed, s.Now()))
		}, "Comments on this article are closed."},
		"days": {func(s *stand, _ article.Article) {
			s.rules(func(r *comment.Rules) { r.Days = 3 })
			s.Pass(72 * time.Hour)
		}, "this article has been out for some time"},
		"night": {func(s *stand, _ article.Article) {
			s.rules(func(r *comment.Rules) { r.Night = comment.Hours{From: "11:00", Until: "13:30"} })
		}, "They open again at 13:30."},
		"sensitive": {func(s *stand, a article.Article) {
			s.amend(a.ID, func(t *article.Text) { t.Sensitive = true }, article.Minor, "")
		}, "Out of regard for the people in it"},
	} {
		t.Run(why, func(t *testing.T) {
			s, a := written(t, comment.ShowAll)
			s.settings(func(p *paper.Paper) { p.Hours24 = true })
			s.shows(a.Path, "<form")
			c.close(s, a)
			s.Settle()
			if why == "closed" {
				s.cache.Purge(tagArticle(a.ID)) // until threads purge by themselves
			}
			page := s.read(a.Path)
			if !strings.Contains(page, c.says) || strings.Contains(page, "<form") {
				t.Errorf("the page has a form, or lacks %q", c.says)
			}
			s.wants(s.send("/comment", saying(a, "What I think of it.", "Harold P.")), 403, c.says, "readonly>What I think of it.</textarea>")
		})
	}
}

func TestTheFormComesBackInTheMorning(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	s.rules(func(r *comment.Rules) { r.Night = comment.Hours{From: "13:00", Until: "06:30"} })
	s.shows(a.Path, "<form")
	s.Pass(time.Hour)
	s.hides(a.Path, "<form")
	s.Pass(17*time.Hour + 30*time.Minute)
	s.shows(a.Path, "<form")
}

func TestWhatCannotBeTakenIsKeptForItsWriter(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	gone := s.Publish(s.Text("Gone"))
	s.Settle()
	other := s.guest("203.0.113.7").posts("/comment", saying(gone, "Elsewhere.", "Harold P."))
	s.withdraw(gone.ID, "By mistake.")
	text := "What I think of it."
	nowhere := article.Article{ID: 4711}
	for what, c := range map[string]struct {
		form   url.Values
		status int
		texts  []string
	}{
		"no article":       {saying(nowhere, text, "Harold P."), 404, []string{"readonly>" + text}},
		"no number":        {url.Values{"article": {"x"}, "text": {text}, "name": {"Harold P."}}, 404, []string{"readonly>" + text}},
		"withdrawn":        {saying(gone, text, "Harold P."), 410, []string{"readonly>" + text}},
		"parent nowhere":   {saying(a, text, "Harold P.", "parent", "4711"), 422, []string{">" + text, "The comment you reply to is not there any more."}},
		"parent elsewhere": {saying(a, text, "Harold P.", "parent", commentPath(idIn(other))[9:]), 422, []string{">" + text, "The comment you reply to is not there any more."}},
		"too long":         {saying(a, strings.Repeat("ب", 5001), "Harold P."), 422, []string{"Your comment is too long", "بببب"}},
		"not UTF-8":        {saying(a, "caf\xe9", "Harold P."), 422, []string{">caf\uFFFD</textarea>", "arrived broken"}},
		"NUL":              {saying(a, "to\x00day", "Har\x00old"), 422, []string{">to\uFFFDday</textarea>", `value="Har` + "\uFFFD" + `old"`}},
		"too large":        {saying(a, strings.Repeat("x", 300<<10), "Harold P."), 413, nil},
		"a reserved name":  {saying(a, text, "The Narrows"), 422, []string{">" + text, "This name is kept for the paper"}},
		"no address":       {saying(a, text, "Harold P.", "mail", "nobody"), 422, []string{`type="email"`, "This is no e-mail address", `value="nobody"`}},
		"no website":       {saying(a, text, "Harold P.", "site", "javascript:alert(1)"), 422, []string{">" + text}},
	} {
		t.Run(what, func(t *testing.T) {
			s.t = t
			s.wants(s.send("/comment", c.form), c.status, c.texts...)
		})
	}
	counts, err := s.Comments.Counts(t.Context(), a.ID)
	if err != nil || counts[a.ID] != 0 {
		t.Errorf("%d comments were kept (%v), wanted none", counts[a.ID], err)
	}
	if got := s.get("/comment?article=" + saying(a, "", "").Get("article")); got.status != 303 || got.header.Get("Location") != a.Path+"#reply" {
		t.Errorf("the address of a form asked for anew: %d to %s", got.status, got.header.Get("Location"))
	}
}

func TestWhoeverIsTooFastIsAskedToWait(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	g := s.guest("203.0.113.7")
	for i := range comment.NewRules().Faster {
		g.posts("/comment", saying(a, strings.Repeat("Again. ", i+1), "Harold P."))
	}
	got := g.ask("POST", "/comment", saying(a, "And again!", "Harold P."))
	s.wants(got, 429, ">And again!</textarea>", "Please wait ten minutes, then send it again.")
	if got.header.Get("Retry-After") != "600" {
		t.Errorf("Retry-After is %q, wanted 600", got.header.Get("Retry-After"))
	}
}

func TestWhoeverIsBannedIsToldAndKeepsTheText(t *testing.T) {
	s, a := written(t, comment.ShowAll)
	g := s.guest("203.0.113.7")
	to := g.posts("/comment", saying(a, "An insult.", "Harold P."))
	own := commentPath(idIn(to))
	_, err := s.Comments.Impose(t.Context(), idIn(to), []string{comment.OfBrowser}, comment.Measure{Act: comment.Suspend, Until: s.Now().AddDate(0, 0, 7), Reason: "insults"}, s.Now())
	s.must(err)
	s.wants(g.ask("POST", "/comment", saying(a, "Another.", "Harold P.")), 403, "cannot write here until 24 June 2025", "Its reason: insults or threatens", "readonly>Another.</textarea>", own+"/appeal")
	s.wants(g.ask("POST", own+"/edit", url.Values{"text": {"Mended."}}), 403, "cannot write here until", "readonly>Mended.</textarea>")
	if back := g.posts(own+"/withdrawal", nil); back != own {
		t.Errorf("one's own can be withdrawn all the same; it leads to %s", back)
	}
}

func TestThePageOneIsLedToHasWhatOneWrote(t *testing.T) {
	s := open(t)
	s.rules(func(r *comment.Rules) { r.Mode = comment.ShowAll })
	a := s.Publish(s.Text("Ferry late again"))
	s.Settle()
	g := s.guest("203.0.113.7")
	for _, text := range []string{"The first.", "The second.", "The third."} {
		s.hides(a.Path, text)
		got := g.send(http.MethodPost, "/comment", saying(a, text, "Harold P."))
		to, _, _ := strings.Cut(got.header.Get("Location"), "#")
		if got.status != http.StatusSeeOther || to != a.Path {
			t.Fatalf("posting %q: %d, leads to %q", text, got.status, to)
		}
		s.shows(a.Path, text)
	}
}
