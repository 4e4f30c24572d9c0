// Package comment keeps what readers write under articles: posting through one guard, threads, and moderation that says why.
package comment

import (
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"

	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/tongue"
)

// State is where a comment stands.
type State string

// The states.
const (
	Held    State = "held"    // waits for a moderator
	Shown   State = "shown"   // the public sees it
	Refused State = "refused" // a moderator or a word list said no
	Spam    State = "spam"    // a moderator said that it is spam
	Removed State = "removed" // it was shown, and was taken away; or its writer withdrew it
)

// States are all states, in the order in which they are shown.
func States() []State { return []State{Held, Spam, Shown, Refused, Removed} }

// What happens to comments. The id of Threaded and Erased is the article's.
const (
	// Threaded comes when the thread of an article is not as it was.
	Threaded = job.Event("comment.threaded")
	// Erased comes when something must never be seen again, not even as a last good page.
	Erased = job.Event("comment.erased")
	// Answered comes when a comment that replies to another is shown; its id is the reply's.
	Answered = job.Event("comment.answered")
	// RulesChanged comes when the rules or a word list changed.
	RulesChanged = job.Event("comment.rules")
)

// Comment is what a reader wrote under an article.
type Comment struct {
	ID       int64
	Version  int64
	Article  int64
	Root     int64 // the first comment of its branch; its own id for that one
	Parent   int64 // what it replies to; 0 for nothing
	Depth    int   // 0 for a first comment
	State    State
	At       time.Time
	Edited   time.Time // zero if it was not
	Shown    time.Time // when it was shown; zero while it is not
	Judged   time.Time
	JudgedBy int64 // of the staff; 0 for the guard, the writer or the clock
	Name     string
	Text     string // as Tidy left it
	Site     string // the writer's website, "" without one
	Lang     string // of the article
	Reader   int64  // the account of whoever wrote it, 0 for a guest
	Staff    int64  // of the staff, 0 for others
	Reasons  []Reason
	Why      string // why it was refused or removed, a code of Whys; "own" where its writer withdrew it
	Score    int    // how much it looks like spam, 0 to 100
	Reports  int    // reports that nobody has decided
	Pinned   bool
	Featured bool
	Below    int  // of a root: how many shown replies stand in its branch
	Mailed   bool // an address was given

	owner, prefix, mail string
}

// Draft is what somebody wants to say.
type Draft struct {
	Article int64
	Parent  int64
	Text    string
	Name    string
	Mail    string // never shown
	Site    string
	Key     string // drawn by the browser, so that a post sent twice is one comment; "" without JavaScript
	Trap    string // a field nobody sees; only programs fill it
	Follow  bool   // mail me when somebody replies
	Origin  string // where the paper is, for links in mail while it has no address of its own
}

// Hand is who holds the pen: what is known of whoever sends something. What is empty is not known.
type Hand struct {
	Owner  string // the value of the owner's cookie
	Fresh  bool   // it was drawn just now: the hand came without one
	Addr   netip.Addr
	Reader int64  // an account
	Named  string // the name of the account, or of the person of the staff
	Mail   string // a confirmed address: of the account
	Staff  int64
}

// NewOwner draws the value of an owner's cookie: 256 bits.
func NewOwner() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Editable is how long its writer may edit a comment.
const Editable = 10 * time.Minute

// Lengths of what is written, in characters as people see them.
const (
	longestName = 60
	longestMail = 254
	longestSite = 200
)

// tidy makes of what was typed what is kept.
func (d Draft) tidy() Draft {
	d.Text, d.Name = Tidy(d.Text), TidyName(d.Name)
	d.Mail, d.Site = strings.TrimSpace(d.Mail), strings.TrimSpace(d.Site)
	return d
}

// check says field by field what is to be mended.
func (d Draft) check(r Rules) error {
	f := fault.Form{}
	if d.Text == "" {
		f["text"] = tongue.Word("Please enter your comment!")
	}
	if n := Length(d.Text); n > r.Longest {
		f["text"] = tongue.Word("Your comment is too long; please shorten it.")
	}
	if d.Name == "" {
		f["name"] = tongue.Word("Please enter your name here")
	}
	if Length(d.Name) > longestName {
		f["name"] = tongue.Word("A name has up to 60 characters.")
	}
	if r.Kept(d.Name) {
		f["name"] = tongue.Word("This name is kept for the paper; please take another.")
	}
	if d.Mail != "" && !isMail(d.Mail) {
		f["mail"] = tongue.Word("This is no e-mail address; mend it or leave the field empty.")
	}
	if d.Mail == "" && d.Follow {
		f["mail"] = tongue.Word("Give the address to which replies shall be mailed.")
	}
	if d.Site != "" && !isSite(d.Site) {
		f["site"] = tongue.Word("A website begins with https:// or http://; mend it or leave the field empty.")
	}
	return f.Err()
}
