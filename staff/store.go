package staff

import (
	"lede/internal/crowd"
	"lede/internal/db"
	"lede/internal/mail"
	"lede/internal/secret"
	"lede/paper"
)

// Store keeps people, how they sign in, and bylines.
type Store struct {
	db      *db.DB
	key     *secret.Key
	mail    *mail.Box
	papers  *paper.Store
	crowd   *crowd.Crowd
	working chan struct{} // one place for each password that is worked on
	cost    cost
}

// NewStore keeps the staff in d; key is for what a stolen database must not give away.
func NewStore(d *db.DB, key *secret.Key, box *mail.Box) *Store {
	return &Store{db: d, key: key, mail: box, papers: paper.NewStore(d), crowd: crowd.New(), working: make(chan struct{}, atOnce), cost: standard}
}
