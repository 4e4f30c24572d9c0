// Package press opens one publication: every word's store on one database and one folder, and, in one place, who listens to what.
package press

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"lede/ad"
	"lede/article"
	"lede/comment"
	"lede/desk"
	"lede/front"
	"lede/internal/audit"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/job"
	"lede/internal/mail"
	"lede/internal/secret"
	"lede/media"
	"lede/paper"
	"lede/reader"
	"lede/search"
	"lede/section"
	"lede/staff"
	"lede/weather"
)

// Press is one publication, opened.
type Press struct {
	DB       *db.DB
	Jobs     *job.Runner
	Files    blob.Store
	Secret   *secret.Key
	Audit    *audit.Log
	Mail     *mail.Box
	Backups  *Backups
	Papers   *paper.Store
	Sections *section.Store
	Staff    *staff.Store
	Articles *article.Store
	Desk     *desk.Store
	Media    *media.Store
	Fronts   *front.Store
	Comments *comment.Store
	Readers  *reader.Store
	Ads      *ad.Store
	Weather  *weather.Store
	Finder   *search.Store
	Clock    func() time.Time
	Log      *slog.Logger
	Served   string // where a browser on this machine finds the paper, while this process serves it; else ""
}

// Open opens the publication kept in d and files; key opens what is sealed in it. An empty one becomes a paper.
func Open(ctx context.Context, d *db.DB, files blob.Store, key *secret.Key, clock func() time.Time, log *slog.Logger) (*Press, error) {
	articles, sections := article.NewStore(d), section.NewStore(d)
	p := &Press{
		DB:       d,
		Jobs:     job.New(d, log, clock),
		Files:    files,
		Secret:   key,
		Audit:    audit.New(d),
		Backups:  &Backups{},
		Papers:   paper.NewStore(d),
		Sections: sections,
		Articles: articles,
		Media:    media.New(d, files),
		Fronts:   front.NewStore(d, articles, sections),
		Clock:    clock,
		Log:      log,
	}
	p.Mail = mail.New(d, key, p.mailSettings, log)
	p.Staff = staff.NewStore(d, key, p.Mail)
	p.Desk = desk.NewStore(d, articles, p.Mail)
	p.Comments = comment.NewStore(d, key, p.Mail, articles, sections, p.Papers, p.Staff)
	p.Readers = reader.NewStore(d, key, p.Mail, p.Papers)
	p.Ads = ad.NewStore(d, key, files, p.Papers, p.Sections)
	p.Ads.ReadBy(p.Media)
	p.Weather = weather.NewStore(d, key)
	p.Finder = search.NewStore(d, articles, p.Papers, sections, p.Staff)
	if err := p.Papers.Found(ctx, clock()); err != nil {
		return nil, fmt.Errorf("founding the paper: %w", err)
	}
	if err := p.Sections.Found(ctx, clock()); err != nil {
		return nil, fmt.Errorf("founding the paper: %w", err)
	}
	if err := p.Articles.Rederive(ctx, clock()); err != nil {
		return nil, fmt.Errorf("what lies ahead: %w", err)
	}
	p.listen()
	return p, nil
}

// mailSettings are the paper's as they are now.
func (p *Press) mailSettings(ctx context.Context) (mail.Settings, error) {
	now, err := p.Papers.Get(ctx)
	if err != nil {
		return mail.Settings{}, err
	}
	return now.Mail.Settings(p.Secret)
}

// listen says who cares about what. Faces add to it what their pages must hear.
func (p *Press) listen() {
	job.On(p.Jobs, mail.Queued, "mail", p.Mail.Deliver)
	job.On(p.Jobs, BackupWanted, "backup", p.backUpNow)
	job.Every(p.Jobs, "mail.clear", 24*time.Hour, p.Mail.Clear)
	job.On(p.Jobs, section.Moved, "lists", p.Articles.MoveSection)
	job.On(p.Jobs, section.Merged, "lists", p.Articles.MergeTopic)
	p.tendPictures()
	p.tendStaff()
	p.tendComments()
	p.tendReaders()
	p.tendSales()
	p.tendAds()
	p.tendWeather()
	p.tendSearch()
	job.On(p.Jobs, article.Due, "stage", func(ctx context.Context, id int64) error {
		return p.Articles.Arrive(ctx, id, p.Clock())
	})
	p.Articles.OnRedact(desk.Blank)
	p.Articles.OnRedact(func(ctx context.Context, q db.Q, id int64, b article.Blanking) error {
		return comment.Blank(ctx, q, id, b, p.Clock())
	})
	job.On(p.Jobs, article.Shown, "work", p.Desk.Over)
	job.On(p.Jobs, article.Hidden, "work", p.Desk.Over)
	job.Every(p.Jobs, "desk.sweep", desk.Every, func(ctx context.Context, _ time.Time) error { return p.Desk.Sweep(ctx, p.Clock()) })
	job.Every(p.Jobs, "articles.index", time.Minute, p.Articles.Index)
	job.On(p.Jobs, article.Hidden, "picks", func(ctx context.Context, id int64) error { return p.Fronts.Unname(ctx, id, p.Clock()) })
	job.On(p.Jobs, article.Hidden, "scrub", func(ctx context.Context, _ int64) error { return p.DB.Scrub(ctx) })
}
