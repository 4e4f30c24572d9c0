package ad

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// BuyerLink is the last part of the address of an advertiser's own page, 43 letters. It cannot be made without the key file, so that
// whoever reads the database alone has nothing of it.
func (s *Store) BuyerLink(a Advertiser) string {
	return base64.RawURLEncoding.EncodeToString(s.key.MAC("buyer link", []byte(a.Link)))
}

// ByLink is the advertiser with such a link; fault.NotFound where there is none.
func (s *Store) ByLink(ctx context.Context, link string) (Advertiser, error) {
	all, err := advertisersIn(ctx, s.db.Read())
	if err != nil {
		return Advertiser{}, err
	}
	for _, a := range all {
		if hmac.Equal([]byte(link), []byte(s.BuyerLink(a))) {
			return s.Advertiser(ctx, a.ID)
		}
	}
	return Advertiser{}, fault.NotFound
}

// NewLink gives an advertiser another link; the one before leads nowhere from then on.
func (s *Store) NewLink(ctx context.Context, id int64, now time.Time) error {
	link := rand.Text()
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `update advertiser set link = $2 where id = $1`, id, link)
		if err := changed(done, err); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "ad.advertiser.link", "advertiser", id, "another link to their own page; the one before leads nowhere")
	})
}
