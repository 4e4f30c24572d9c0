// Ads puts ads into a paper, an empty folder too, past the newsroom, which looks whether their pages are there: HTML files as the house's
// own, each on top of an article of its own, or, with -buyer, pictures for an advertiser who is there, or, with -fill, an ad in each position
// of one article. Else it tells what was counted. It is for trials of what ads, readers and robots do; the paper must not be served meanwhile.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
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
	data, from := flag.String("data", "", "the folder of the paper"), flag.String("from", "", "a folder of HTML files, or of pictures; none tells what was counted")
	buyer, link := flag.String("buyer", "", "the name of the advertiser whose pictures these are"), flag.String("link", "", "where a click on a picture leads")
	fill := flag.Bool("fill", false, "fill all positions of an article")
	flag.Parse()
	said, err := run(context.Background(), *data, func(ctx context.Context, p *press.Press, d *db.DB) (any, error) {
		switch {
		case *fill:
			return fillPage(ctx, p)
		case *from == "":
			return counted(ctx, d)
		case *buyer != "":
			return draw(ctx, p, *from, *buyer, *link)
		}
		return put(ctx, p, *from)
	})
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(said)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, data string, do func(context.Context, *press.Press, *db.DB) (any, error)) (said any, err error) {
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
	return do(ctx, p, d)
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
	harbor, err := filed(ctx, p, paper.Main())
	if err != nil {
		return nil, err
	}
	var all []placed
	day := now.In(paper.Clock())
	for i, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		story, err := publish(ctx, p, fmt.Sprintf("Ferry %d runs again", i), harbor, now)
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

// filed is a section of the paper.
func filed(ctx context.Context, p *press.Press, lang string) (int64, error) {
	tree, err := p.Sections.Tree(ctx)
	if err != nil || len(tree) > 0 {
		return append(tree, section.Section{})[0].ID, err
	}
	one, err := p.Sections.Add(ctx, section.Section{Slug: "harbor", Names: map[string]string{lang: "Harbor"}}, p.Clock())
	return one.ID, err
}

// fillPage books an ad for each position of a new article, and two for its text.
func fillPage(ctx context.Context, p *press.Press) ([]placed, error) {
	now := p.Clock()
	paper, err := p.Papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	harbor, err := filed(ctx, p, paper.Main())
	if err != nil {
		return nil, err
	}
	for i := range 4 { // others, for the page to lead to
		if _, err := publish(ctx, p, fmt.Sprintf("Ferry %d runs again", i), harbor, now.Add(-time.Hour)); err != nil {
			return nil, err
		}
	}
	story, err := publish(ctx, p, "All ferries run again", harbor, now)
	if err != nil {
		return nil, err
	}
	var all []placed
	day := now.In(paper.Clock())
	for i, place := range []ad.Place{ad.Top, ad.Beside, ad.Text, ad.Text, ad.Foot} {
		a := ad.Ad{Name: fmt.Sprintf("%s %d", place, i), Form: ad.PictureForm, Content: ad.Content{Link: "https://boats.example/", Alt: "Boats for hire"}}
		var sent []ad.Sent
		for _, device := range ad.Devices() {
			box := place.Box(device)
			sent = append(sent, ad.Sent{Name: fmt.Sprintf("%d.png", box.Width), File: bytes.NewReader(blue(box))})
		}
		if a, err = p.Ads.MakeAd(ctx, a, sent, 1, now); err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		b := ad.Booking{Place: place, Promise: ad.House, First: day.Format(time.DateOnly), Last: day.AddDate(0, 0, 30).Format(time.DateOnly), Aim: ad.Aim{Articles: []int64{story.ID}}, Ads: []int64{a.ID}}
		if b, err = p.Ads.SaveBooking(ctx, b, 1, "", now); err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		all = append(all, placed{string(place), story.Path, story.ID, b.ID, a.ID})
	}
	return all, nil
}

// blue is a picture of a size.
func blue(size ad.Box) []byte {
	im := image.NewPaletted(image.Rect(0, 0, size.Width, size.Height), color.Palette{color.RGBA{20, 60, 140, 255}})
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}

// draw makes an ad of each picture.
func draw(ctx context.Context, p *press.Press, from, buyer, link string) ([]placed, error) {
	found, err := p.Ads.Advertisers(ctx, buyer)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%d advertisers are called %s", len(found), buyer)
	}
	names, err := filepath.Glob(filepath.Join(from, "*.jpg"))
	if err != nil {
		return nil, err
	}
	var all []placed
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		base := strings.TrimSuffix(filepath.Base(name), ".jpg")
		a := ad.Ad{Advertiser: found[0].ID, Name: base, Form: ad.PictureForm, Content: ad.Content{Link: link, Alt: "Boats for hire, all winter"}}
		if a, err = p.Ads.MakeAd(ctx, a, []ad.Sent{{Name: filepath.Base(name), File: f}}, 1, p.Clock()); err != nil {
			return nil, fmt.Errorf("%s: %w", base, err)
		}
		all = append(all, placed{Name: base, Made: a.ID})
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
