// Package desk is the work on the way: what is being written and by whom, notes, deadlines, the list of work and its calendar.
//
// What is written comes in parts (Parts), each held by one window at a time and kept as it was typed. From time to time, and always
// before somebody else's words stand in its place, a version of the article is cut from it. So every text that was ever
// acknowledged stands in the working parts, beside them, or in a version.
package desk

import (
	"context"
	"encoding/json"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/mail"
)

// The parts of an article that are held apart.
const (
	Headline = "headline" // kicker, headline, summary, address, search and social
	Body     = "body"     // the text, in ProseMirror's JSON
	Pictures = "pictures" // the lead picture
	Filing   = "filing"   // language, dateline, bylines, sections, topics, related, sources
)

// Parts are all parts, in the order in which they are read.
func Parts() []string { return []string{Headline, Body, Pictures, Filing} }

// The patience of the desk.
const (
	Idle   = 2 * time.Minute  // a hold without a word yields to whoever comes
	Answer = 30 * time.Second // an ask without an answer is granted
	Here   = 15 * time.Second // a window that was not heard of for so long is not there
	Every  = time.Minute      // a version is cut of what was written for so long
)

// MaxValue is how large a part may be, in bytes of JSON.
const MaxValue = 4 << 20

// Store keeps the desk.
type Store struct {
	db       *db.DB
	articles *article.Store
	mail     *mail.Box
}

// NewStore keeps the desk in d; versions are cut into articles, and whoever is to hear of something is written to through box.
func NewStore(d *db.DB, articles *article.Store, box *mail.Box) *Store {
	return &Store{d, articles, box}
}

// send hands letters to the box, within a transaction. A letter without an address is for somebody who has none.
func (s *Store) send(ctx context.Context, q db.Q, letters []mail.Message, now time.Time) error {
	for _, m := range letters {
		if m.To == "" {
			continue
		}
		if err := s.mail.Add(ctx, q, m, now); err != nil {
			return err
		}
	}
	return nil
}

// Writing is one write of a part. Value is the whole part; without it Patch changes the body that stands.
type Writing struct {
	Article int64
	Part    string
	Tab     string // the window, an id drawn at random
	By      int64
	Base    int64 // the seq of what it was made from
	N       int64 // counts the tab's writes of the part; 0 if the tab does not count
	Value   json.RawMessage
	Patch   *Patch
}

// Kept says that a write is durable.
type Kept struct {
	Seq int64
	At  time.Time
}

// Part is a part as it stands.
type Part struct {
	Seq   int64
	Value json.RawMessage
	By    int64 // 0: as the last version has it
	Tab   string
	At    time.Time
	Open  bool // there are words in it that stand in no version
}

// Hold says who writes a part.
type Hold struct {
	Part    string
	Tab     string
	By      int64
	Since   time.Time
	At      time.Time // of the last word
	Asked   Ask
	From    string // the tab it was taken from
	FromBy  int64
	Present bool // the tab was heard of lately
}

// Ask is somebody asking for a hold. No says that the holder refused.
type Ask struct {
	Tab string
	By  int64
	At  time.Time
	No  bool
}

// free tells whether tab may take the hold at now without asking.
func (h Hold) free(tab string, now time.Time) bool {
	idle := now.Sub(h.At) >= Idle
	unanswered := h.Asked.Tab == tab && !h.Asked.No && now.Sub(h.Asked.At) >= Answer
	return h.Tab == "" || h.Tab == tab || idle || unanswered
}

// of tells whether the person holds the part in that window.
func (h Hold) of(tab string, by int64) bool { return h.Tab == tab && h.By == by }

// asks tells whether somebody else's ask is still waiting for its answer, or just got it.
func (h Hold) asks(tab string, now time.Time) bool {
	return h.Asked.Tab != "" && h.Asked.Tab != tab && !h.Asked.No && now.Sub(h.Asked.At) < 2*Answer
}
