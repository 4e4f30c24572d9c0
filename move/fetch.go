package move

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lede/media"
)

// How much of the net one page may take: nobody waits for minutes because a server does not answer.
const (
	mostPictures = 60
	atOnce       = 4
	fetchTime    = 20 * time.Second // for all pictures of a page
)

// pictures fetches the pictures of a page into the paper's media, the lead picture first, and returns their ids by their
// addresses. One that cannot be had, within 20 seconds for all, is left out and said. The error is ctx's alone.
func (d Desk) pictures(ctx context.Context, p Page, now time.Time) (had map[string]int64, left []string, err error) {
	wanted := p.Body.Sources()
	if p.Picture != "" {
		wanted = append([]string{p.Picture}, slices.DeleteFunc(wanted, func(src string) bool { return src == p.Picture })...)
	}
	said := make([]string, len(wanted))
	for i := mostPictures; i < len(wanted); i++ {
		said[i] = fmt.Sprintf("picture %s: the page has more than %d", wanted[i], mostPictures)
	}
	wanted = wanted[:min(len(wanted), mostPictures)]
	had = map[string]int64{}
	var mu sync.Mutex
	var all errgroup.Group
	all.SetLimit(atOnce)
	soon, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	for i, src := range wanted {
		all.Go(func() error {
			id, err := d.picture(ctx, soon, src, p, now)
			if err != nil {
				said[i] = fmt.Sprintf("picture %s: %v", src, err)
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			had[src] = id
			return nil
		})
	}
	_ = all.Wait() // what failed is in said
	left = slices.DeleteFunc(said, func(s string) bool { return s == "" })
	return had, left, ctx.Err()
}

func (d Desk) picture(ctx, soon context.Context, address string, p Page, now time.Time) (int64, error) {
	if soon.Err() != nil {
		return 0, fmt.Errorf("not fetched within %s", fetchTime)
	}
	data, err := d.Fetch(soon, address)
	if err != nil {
		return 0, err
	}
	about := media.About{}
	if address == p.Picture {
		about.Alt, about.Caption, about.Credit = p.PictureAbout.Alt, p.PictureAbout.Caption, p.PictureAbout.Credit
	}
	m, err := d.Media.Add(ctx, address, bytes.NewReader(data), about, now)
	if err == nil && m.Kind != media.Picture {
		return 0, fmt.Errorf("it is no picture but %s", m.Type)
	}
	return m.ID, err
}
