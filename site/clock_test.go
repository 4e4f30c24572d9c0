package site

import (
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/paper"
)

func TestDaysLeadToEachOther(t *testing.T) {
	s := open(t)
	s.at("2025-03-08T17:00:00Z")
	s.Publish(s.Text("Saturday"))
	s.at("2025-03-09T05:00:00Z") // the first moment of the day of 23 hours
	s.Publish(s.Text("First thing"))
	s.at("2025-03-10T03:59:59.999999Z") // its last
	s.Publish(s.Text("Last thing"))
	s.at("2025-03-12T04:00:00Z")
	s.Publish(s.Text("Midweek"))
	s.at("2025-11-02T04:00:00Z") // the day of 25 hours
	s.Publish(s.Text("Autumn begins"))
	s.at("2025-11-03T04:59:59Z")
	s.Publish(s.Text("Autumn ends"))
	s.Settle()
	for day, want := range map[string][]string{
		"/2025/03/08": {"Saturday"}, "/2025/03/09": {"First thing", "Last thing"}, "/2025/03/12": {"Midweek"}, "/2025/11/02": {"Autumn begins", "Autumn ends"},
	} {
		main, _, _ := strings.Cut(s.read(day), "<aside")
		if n := strings.Count(main, "<h3>"); n != len(want) {
			t.Errorf("%s lists %d articles, wanted %v", day, n, want)
		}
		for _, title := range want {
			if !strings.Contains(main, title) {
				t.Errorf("%s does not list %s", day, title)
			}
		}
	}
	s.shows("/2025/03/09", `rel="prev" href="/2025/03/12"`)
	s.shows("/2025/03/09", `rel="next" href="/2025/03/08"`)
	s.shows("/2025/03/12", `rel="prev" href="/2025/11/02"`)
	s.shows("/2025/03/09", "Sunday, March 9, 2025")
	for _, none := range []string{"/2025/03/10", "/2025/11/04", "/2025/02/30", "/2025/00/10", "/2025/3/9", "/9999/01/01", "/ar/2025/03/09"} {
		s.is(404, none, "")
	}
	s.at("2025-11-04T17:00:00Z")
	s.is(200, "/2025/11/04", "") // today, even if nothing happened yet
}

// Chile puts its clocks forward at midnight: 7 September 2025 begins at one.
func TestDayWithoutMidnightIsADay(t *testing.T) {
	s := open(t)
	s.settings(func(p *paper.Paper) { p.Zone = "America/Santiago" })
	s.at("2025-09-07T03:30:00Z") // 23:30 on the sixth
	a := s.Publish(s.Text("Late on the sixth"))
	s.Settle()
	s.shows("/", "Saturday, September 6, 2025")
	before := s.made()
	for range 5 {
		s.read("/")
	}
	if made := s.made() - before; made != 0 {
		t.Errorf("half an hour before a day without a midnight the front is made %d times for five readers, wanted not once more", made)
	}
	s.at("2025-09-07T04:00:00Z")
	s.shows("/", "Sunday, September 7, 2025")
	s.Publish(s.Text("First of the seventh"))
	s.Settle()
	s.shows("/2025/09/06", a.Headline)
	s.hides("/2025/09/06", "First of the seventh</a></h3>")
	s.shows("/2025/09/07", "Sunday, September 7, 2025")
	s.shows("/2025/09/07", "First of the seventh</a></h3>")
	s.hides("/2025/09/07", "Late on the sixth</a></h3>")
	text := s.Text("Seen then")
	text.Seen = "2025-09-07"
	s.shows(s.Publish(text).Path, "Seen <time datetime=\"2025-09-07\">7 September 2025</time>")
}

func TestDateTurnsAtMidnightOnPagesThatStay(t *testing.T) {
	s := open(t)
	for _, c := range []struct{ night, before, after, arabic string }{
		{"2025-06-18T04:00:00Z", "Tuesday, June 17, 2025", "Wednesday, June 18, 2025", "الأربعاء"},
		{"2025-11-02T04:00:00Z", "Saturday, November 1, 2025", "Sunday, November 2, 2025", "الأحد"}, // 25 hours
		{"2025-11-03T05:00:00Z", "Sunday, November 2, 2025", "Monday, November 3, 2025", "الاثنين"}, // its end
		{"2026-03-08T05:00:00Z", "Saturday, March 7, 2026", "Sunday, March 8, 2026", "الأحد"},       // 23 hours
		{"2026-03-09T04:00:00Z", "Sunday, March 8, 2026", "Monday, March 9, 2026", "الاثنين"},
	} {
		s.at(c.night)
		s.Pass(-time.Second)
		a := s.Publish(s.Text("Of " + c.before))
		s.Settle()
		paths := []string{"/", "/world", a.Path, "/nothing", "/by/ines-calloway", a.Path + "/history"}
		for _, path := range paths {
			if a := s.get(path); !strings.Contains(a.body, c.before) {
				t.Errorf("a second before %s %s does not say %s", c.night, path, c.before)
			}
		}
		s.get("/ar")
		s.Pass(time.Second - time.Microsecond)
		for _, path := range paths {
			if a := s.get(path); !strings.Contains(a.body, c.before) {
				t.Errorf("right before %s %s does not say %s", c.night, path, c.before)
			}
		}
		s.Pass(time.Microsecond)
		for _, path := range paths {
			if a := s.get(path); !strings.Contains(a.body, c.after) {
				t.Errorf("at %s %s does not say %s", c.night, path, c.after)
			}
		}
		s.shows("/ar", c.arabic)
	}
}

func TestTimesOfTodayBecomeDatesAtMidnight(t *testing.T) {
	s := open(t)
	s.at("2025-06-17T22:05:00Z")
	a := s.Publish(s.Text("Evening"))
	s.Settle()
	b := s.Publish(s.Text("Other"))
	s.Settle()
	paths := []string{"/", "/world", "/by/ines-calloway", b.Path, a.Path, "/2025/06/17"}
	for _, path := range paths {
		s.shows(path, ">18:05</time>")
	}
	s.at("2025-06-18T03:59:59.999999Z")
	for _, path := range paths {
		s.shows(path, ">18:05</time>")
	}
	s.Pass(time.Microsecond)
	for _, path := range paths {
		s.shows(path, ">17 June</time>")
		s.hides(path, ">18:05</time>")
	}
	s.amend(a.ID, func(t *article.Text) { t.Summary = "More." }, article.Update, "More is known.")
	s.shows("/world", "Updated 00:00")
}

func TestOldArticleSaysHowOldItIs(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Then"))
	text := s.Text("Brought in")
	text.Seen = "2025-06-17"
	b := s.Publish(text)
	s.at("2024-02-29T17:00:00Z")
	leap := s.Publish(s.Text("Leap day"))
	s.Settle()
	for _, c := range []struct{ path, at, want string }{
		{leap.Path, "2025-02-28T04:59:59Z", ""},
		{leap.Path, "2025-02-28T05:00:00Z", "1 year ago"},
		{a.Path, "2026-06-17T03:59:59Z", ""},
		{a.Path, "2026-06-17T04:00:00Z", "1 year ago"},
		{b.Path, "2026-06-17T04:00:00Z", "1 year ago"},
		{a.Path, "2027-06-17T03:59:59Z", "1 year ago"},
		{b.Path, "2027-06-17T03:59:59Z", "1 year ago"},
		{a.Path, "2027-06-17T04:00:00Z", "2 years ago"},
		{b.Path, "2027-06-17T04:00:00Z", "2 years ago"},
		{leap.Path, "2028-02-29T05:00:00Z", "4 years ago"},
	} {
		s.at(c.at)
		page := s.read(c.path)
		if got := strings.Contains(page, `class="age"`); got != (c.want != "") || !strings.Contains(page, c.want) {
			t.Errorf("at %s %s has an age line: %v; wanted %q", c.at, c.path, got, c.want)
		}
	}
}

func TestScheduledArticleComesByItself(t *testing.T) {
	for _, told := range []bool{true, false} { // whether the listeners have heard of it, or only the clock moved
		s := open(t)
		s.Publish(s.Text("Before"))
		due := s.Now().Add(90 * time.Minute)
		a := s.PublishAt(s.Text("Comes at half past one"), due)
		s.Settle()
		lists := []string{"/", "/world", "/by/ines-calloway", "/2025/06/17", "/rss.xml", "/atom.xml", "/feed.json", "/world/rss.xml", "/sitemap/news.xml", "/sitemap/en-2025-06.xml", "/2025/06/before"}
		for _, path := range lists {
			s.hides(path, a.Path)
		}
		s.Pass(90*time.Minute - time.Microsecond)
		for _, path := range lists {
			s.hides(path, a.Path)
		}
		s.is(404, a.Path, "")
		s.is(404, "/ar"+a.Path, "")
		s.is(404, a.Path+"/history", "")
		s.Pass(time.Microsecond)
		if told {
			s.Settle()
		}
		for _, path := range lists {
			s.shows(path, a.Path)
		}
		if told {
			s.is(200, a.Path, "")
		}
		if got := s.get("/world").header.Get("Etag"); got == "" {
			t.Error("no ETag")
		}
	}
}

func TestArticleChangedBeforeItsTimeWasNeverOtherwise(t *testing.T) {
	s := open(t)
	due := s.Now().Add(time.Hour)
	a := s.PublishAt(s.Text("Zimmerwald wins"), due)
	s.Pass(time.Minute)
	if err := s.Articles.Amend(t.Context(), a.ID, a.Version, a.Text, article.Amendment{Kind: article.Correction, Note: "It was not so."}, 0, s.Now()); err == nil {
		t.Error("an article that nobody has seen was corrected in public")
	}
	changed := s.Text("Oerlikon wins")
	s.must(s.Articles.Save(t.Context(), a.ID, a.Version, changed, 0, s.Now()))
	a = s.Article(a.ID)
	s.must(s.Articles.Publish(t.Context(), a.ID, a.Version, due.Add(time.Hour), s.Now(), 0)) // and put off
	s.at(due.Format(time.RFC3339))
	s.Settle()
	s.is(404, a.Path, "")
	s.Pass(time.Hour)
	s.Settle()
	s.shows(a.Path, "Oerlikon")
	history := s.read(a.Path + "/history")
	if strings.Contains(history, "Zimmerwald") || strings.Count(history, "<h2>Published</h2>") != 1 {
		t.Error("the history tells what was before publication")
	}
	s.must(s.Articles.Verify(t.Context(), a.ID))
}

func TestScheduleThatIsTakenBackIsNeverHeardOf(t *testing.T) {
	s := open(t)
	a := s.PublishAt(s.Text("Perhaps"), s.Now().Add(time.Hour))
	s.withdraw(a.ID, "We think again about the mayor.")
	for range 3 {
		if got := s.is(404, a.Path, ""); strings.Contains(got.body, "mayor") {
			t.Error("the reason is public")
		}
		s.hides("/", a.Path)
		s.Pass(time.Hour)
		s.Settle()
	}
	back := s.Article(a.ID)
	s.must(s.Articles.Publish(t.Context(), a.ID, back.Version, s.Now(), s.Now(), 0))
	s.Settle()
	s.is(200, a.Path, "")
	if n := strings.Count(s.read(a.Path+"/history"), "<h2>"); n != 1 {
		t.Errorf("the history has %d entries, wanted the publication alone", n)
	}
}

func TestNewsSitemapHoldsTheLast48Hours(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("News"))
	text := s.Text("Undated")
	text.Seen = "2025-06-17"
	s.Publish(text)
	text = s.Text("خبر")
	text.Lang = "ar"
	ar := s.Publish(text)
	s.Settle()
	s.shows("/sitemap/news.xml", a.Path)
	s.shows("/sitemap/news.xml", ar.Path)
	s.hides("/sitemap/news.xml", "undated")
	s.Pass(48 * time.Hour)
	s.shows("/sitemap/news.xml", a.Path)
	s.Pass(time.Microsecond)
	s.hides("/sitemap/news.xml", a.Path)
	s.hides("/sitemap/news.xml", ar.Path)
	s.shows("/sitemap/en-2025-06.xml", a.Path)
}
