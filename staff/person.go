package staff

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Person is somebody who makes the paper.
type Person struct {
	ID      int64
	Version int64
	Email   string
	Name    string
	Roles   []Role
	Byline  int64 // 0 without one
	Left    time.Time
}

// May tells whether the person may do this; mine is whether the thing is the person's own.
func (p Person) May(act Act, on Object, mine bool) bool { return May(p.Roles, act, on, mine) }

// Initials are the first letters of the person's first and last name.
func (p Person) Initials() string {
	words := strings.Fields(p.Name)
	if len(words) == 0 {
		words = []string{p.Email}
	}
	first, last := words[0], words[len(words)-1]
	return strings.ToUpper(letter(first) + letterUnless(len(words) == 1, last))
}

func letter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

func letterUnless(not bool, s string) string {
	if not {
		return ""
	}
	return letter(s)
}

// Session is a person signed in on one device.
type Session struct {
	ID    int64
	Began time.Time
	Seen  time.Time
	// Proved is when the person last proved to be the one: by passkey, password or code.
	Proved time.Time
	Device string
}

// provedFor is how long a proof serves for dangerous acts.
const provedFor = 10 * time.Minute

// Fresh tells whether the person proved lately enough for a dangerous act.
func (s Session) Fresh(now time.Time) bool { return now.Sub(s.Proved) <= provedFor }
