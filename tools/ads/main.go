// Ads puts HTML files into a paper, an empty folder too, as the house's own ads, each on top of an article of its own, or tells what was counted of them. It is
// for trials of what hostile ads and robots can do; the paper must not be served meanwhile.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lede/ad"
	"lede/article"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/secret"
	"lede/media"
	"lede/press"
	"lede/section"
)

// placed is an ad, and where it stands.
type placed struct {
	Name, Path             string
	Article, Booking, Made int64
}

func main() {
	data, from := flag.String("data", "", "the folder of the paper"), flag.String("from", "", "a folder of HTML files; none tells what was counted")
	flag.Parse()
	said, err := run(context.Background(), *data, *from)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(said)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, data, from string) (said any, err error) {
	files, err := blob.Disk(filepath.Join(data, press.FilesFolder))
	if err != nil {
		return nil, err
	}
	key, err := secret.Open(filepath.Join(data, press.KeyFile))
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, filepath.Join(data, press.DatabaseFile))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close(), files.Close()) }()
	p, err := press.Open(ctx, d, files, key, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	p.Media.Equip(media.FindTools().Readers())
	if from == "" {
		return counted(ctx, d)
	}
	return put(ctx, p, from)
}

// put makes an ad of each file and books the top of an article for it.
func put(ctx context.Context, p *press.Press, from string) ([]placed, error) {
	names, err := filepath.Glob(filepath.Join(from, "*.html"))
	if err != nil {
		return nil, err
	}
	now := p.Clock()
	paper, err := p.Papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := p.Sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	if len(tree) == 0 {
		one, err := p.Sections.Add(ctx, section.Section{Slug: "harbor", Names: map[string]string{paper.Main(): "Harbor"}}, now)
		if err != nil {
			return nil, err
		}
		tree = section.Tree{one}
	}
	var all []placed
	day := now.In(paper.Clock())
	for i, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		story, err := publish(ctx, p, fmt.Sprintf("Ferry %d runs again", i), tree[0].ID, now)
		if err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(filepath.Base(name), ".html")
		a := ad.Ad{Name: base, Form: ad.HTMLForm, Content: ad.Content{Link: "https://boats.example/" + base, Files: []ad.File{{Box: ad.Box{Width: 728, Height: 90}}}}}
		a, err = p.Ads.MakeAd(ctx, a, []ad.Sent{{Name: "index.html", File: f}}, 1, now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", base, err)
		}
		b, err := p.Ads.SaveBooking(ctx, ad.Booking{Place: ad.Top, Promise: ad.Flat, First: day.Format(time.DateOnly), Last: day.AddDate(0, 0, 30).Format(time.DateOnly),
			Aim: ad.Aim{Articles: []int64{story.ID}}, Ads: []int64{a.ID}}, 1, "", now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", base, err)
		}
		all = append(all, placed{base, story.Path, story.ID, b.ID, a.ID})
	}
	return all, nil
}

// publish puts an article before readers.
func publish(ctx context.Context, p *press.Press, headline string, section int64, now time.Time) (article.Article, error) {
	text := article.Text{Lang: "en", Headline: headline, Summary: headline + ", in short.", Sections: []int64{section}}
	for range 12 {
		text.Body.Blocks = append(text.Body.Blocks, doc.P(strings.Repeat("The ferry runs again, and those who wait for it are content. ", 6)))
	}
	text.Body = doc.New(text.Body.Blocks...)
	a, _, err := p.Articles.Keep(ctx, text, "", now)
	if err == nil {
		err = p.Articles.Publish(ctx, a.ID, a.Version, now, now, 0)
	}
	if err != nil {
		return a, err
	}
	return p.Articles.Get(ctx, a.ID)
}

// tally is how often something happened.
type tally struct {
	Booking         int64
	Measure, Reason string
	N               int64
}

func counted(ctx context.Context, d *db.DB) ([]tally, error) {
	rows, err := d.Read().QueryContext(ctx, `select booking_id, measure, reason, count(*) from ad_event group by booking_id, measure, reason order by 1, 2, 3`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []tally{}
	for rows.Next() {
		var t tally
		if err := rows.Scan(&t.Booking, &t.Measure, &t.Reason, &t.N); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
