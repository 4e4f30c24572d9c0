package ad

import (
	"context"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/job"
	"lede/internal/secret"
	"lede/media"
	"lede/paper"
	"lede/section"
)

// Changed comes when what may stand in positions changed: rules, bookings, ads. Its id is 0.
const Changed = job.Event("ad.changed")

// Store keeps what is sold, and counts what is seen of it.
type Store struct {
	db       *db.DB
	key      *secret.Key
	files    blob.Store
	papers   *paper.Store
	sections *section.Store
	pages    func(ctx context.Context, articles []int64) ([]Page, error)
	pictures *media.Store // reads what is sent

	deciding
	places
	book  book  // who waits to be written into the ledger
	watch watch // what was seen lately, for invalid traffic
}

// OnArticles has f say what pages these articles are, as the public has them now; those that it has not are left out.
func (s *Store) OnArticles(f func(ctx context.Context, articles []int64) ([]Page, error)) {
	s.pages = f
}

// NewStore keeps advertisers, orders, bookings and the ledger in d, the files of ads in files; key signs what is offered.
func NewStore(d *db.DB, key *secret.Key, files blob.Store, papers *paper.Store, sections *section.Store) *Store {
	return &Store{db: d, key: key, files: files, papers: papers, sections: sections, pictures: media.New(d, files)}
}

// ReadBy has pictures read by m, within the bounds that m keeps for all that it reads. It must be called before the first is sent.
func (s *Store) ReadBy(m *media.Store) { s.pictures = m }
