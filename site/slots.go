package site

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/front"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/tongue"
	"lede/media"
	"lede/paper"
	"lede/section"
	"lede/staff"
	"lede/weather"
)

// shownLatest is how many articles stand in Latest.
const shownLatest = 8

// latestFor names Latest as it stands beside an article: without the article itself.
func latestFor(lang string, id int64) string {
	return "latest/" + lang + "/" + strconv.FormatInt(id, 10)
}

// segment makes what many pages share: the line with today's date, Latest, and the alert.
func (s *Site) segment(ctx context.Context, name string, now time.Time) ([]byte, time.Time, error) {
	sh, err := s.sheet(ctx, "", now)
	if err != nil && !strings.HasPrefix(name, "today/") {
		return nil, time.Time{}, err
	}
	if err != nil { // the last good line would be of another day, and its weather of another hour
		s.Log.Error("the line with the date is made of what was last known", "error", err)
		sh = s.lastKnown(ctx, now)
	}
	body, err := sh.slot(name)
	return body, sh.until, err
}

// slot makes the segment of that name.
func (sh *sheet) slot(name string) (_ []byte, err error) {
	kind, rest, _ := strings.Cut(name, "/")
	lang, self, _ := strings.Cut(rest, "/")
	sh.speak(lang)
	sh.good(paper.NextMidnight(sh.now))
	var b bytes.Buffer
	switch kind {
	case "today":
		err = sh.views.Draw(&b, lang, viewToday, TodayLine{Place: sh.paper.PlaceIn(lang), Date: sh.day(sh.now, tongue.Full), Href: sh.in(sh.now.Format("/2006/01/02")), Sky: sh.skyNow()})
	case "latest":
		err = sh.latest(&b, self)
	case "alert":
		err = sh.alert(&b)
	default:
		err = fault.NotFound
	}
	return b.Bytes(), err
}

// sharedAs is the slot that serves for another: Latest is the same beside all articles but those that stand in it.
func (s *Site) sharedAs(name string) string {
	rest, ok := strings.CutPrefix(name, "latest/")
	lang, self, alone := strings.Cut(rest, "/")
	if !ok || !alone {
		return name
	}
	if in, _ := s.newest.Load(lang); in != nil && slices.Contains(in.([]string), self) {
		return name
	}
	return "latest/" + lang
}

// alert is what the paper says at once on all its pages, or nothing. It comes and goes by the clock, with no page made anew.
func (sh *sheet) alert(b *bytes.Buffer) error {
	on, until, err := sh.Fronts.Alert(sh.ctx, sh.lang, sh.now)
	if err != nil {
		return err
	}
	sh.good(until)
	return sh.views.Draw(b, sh.lang, viewAlert, AlertLine{Text: on.Text, Href: on.Link})
}

func (sh *sheet) latest(b *bytes.Buffer, self string) error {
	cards, err := sh.listed(article.List{Lang: sh.lang, Limit: shownLatest + 1})
	if err != nil {
		return err
	}
	if self == "" && sh.glance == nil {
		in := make([]string, len(cards))
		for i, c := range cards {
			in[i] = strconv.FormatInt(c.ID, 10)
		}
		sh.newest.Store(sh.lang, in)
	}
	cards = slices.DeleteFunc(cards, func(c article.Card) bool { return strconv.FormatInt(c.ID, 10) == self })
	cards = cards[:min(len(cards), shownLatest)]
	if err := sh.untilNews(); err != nil {
		return err
	}
	shown := sh.cards(cards)
	for i, c := range cards { // in the order of publication, so with its times
		if !shown[i].Seen {
			shown[i].When, shown[i].Updated = sh.brief(c.Published), false
		}
	}
	return sh.views.Draw(b, sh.lang, viewLatest, LatestList{Cards: shown})
}

// watch makes pages anew when what they show has changed, on every node.
func (s *Site) watch() {
	job.Watch(s.Jobs, article.Shown, func(ctx context.Context, id int64, _ time.Time) { s.refresh(ctx, id) })
	job.Watch(s.Jobs, article.Hidden, func(ctx context.Context, id int64, _ time.Time) {
		if err := s.cache.Forget(tagArticle(id)); err != nil {
			s.Log.Error("a withdrawn article may still stand in the last good pages", "article", id, "error", err)
		}
		s.refresh(ctx, id)
	})
	job.Watch(s.Jobs, article.Unlisted, func(context.Context, int64, time.Time) { s.cache.Purge(tagLists) })
	job.Watch(s.Jobs, article.Parted, func(_ context.Context, group int64, _ time.Time) { s.cache.Purge(tagGroup(group)) })
	s.watchRules()
	s.watchThreads()
	s.watchPositions()
	s.watchSellers()
	job.Watch(s.Jobs, media.Changed, func(_ context.Context, id int64, _ time.Time) { s.cache.Purge(tagMedia(id)) })
	job.Watch(s.Jobs, weather.Changed, func(context.Context, int64, time.Time) {
		s.cache.Purge(tagWeather)
		s.cache.RefreshShared("today/")
	})
	job.Watch(s.Jobs, front.AlertChanged, func(context.Context, int64, time.Time) { s.cache.RefreshShared("alert/") })
	job.Watch(s.Jobs, front.Changed, func(context.Context, int64, time.Time) { s.cache.Purge(tagFront) })
	job.Watch(s.Jobs, paper.Changed, func(ctx context.Context, _ int64, _ time.Time) {
		if err := s.readPaper(ctx); err != nil {
			s.Log.Error("the paper's settings could not be read anew", "error", err)
		}
	})
	for _, e := range []job.Event{paper.Changed, section.Changed, section.TopicChanged, staff.Changed} {
		job.Watch(s.Jobs, e, func(context.Context, int64, time.Time) {
			s.cache.Purge(tagPaper)
			s.cache.RefreshShared("")
		})
	}
}

// refresh drops every page that shows the article, or lists it, or should. If that cannot be known, all go.
func (s *Site) refresh(ctx context.Context, id int64) {
	tags := []string{tagArticle(id)}
	at, err := s.Articles.Listed(ctx, id)
	if err != nil {
		s.Log.Error("what lists an article is not known; every page is made anew", "article", id, "error", err)
		tags = []string{tagPaper}
	}
	for _, l := range at.Under {
		tags = append(tags, tagList(l, at.Lang))
	}
	if at.Group != 0 {
		tags = append(tags, tagGroup(at.Group))
	}
	s.cache.Purge(tags...)
	s.cache.RefreshShared("latest/")
}
