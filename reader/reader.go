// Package reader keeps those who read the paper and want to be known by it: an account is a name and a proved address, and one comes
// in by a link that was mailed.
package reader

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"lede/internal/fault"
	"lede/internal/tongue"
)

// Reader is somebody with an account.
type Reader struct {
	ID      int64
	Version int64
	Name    string // "" until it is chosen
	Mail    string // proved
	Lang    string // in which mail is written
	Joined  time.Time
}

// Session is a reader signed in on one device.
type Session struct {
	ID     int64
	Began  time.Time
	Seen   time.Time
	Device string
}

// Lengths of what is typed.
const (
	longestName = 60
	longestMail = 254
)

// checkName says what is to be mended in a name, which is one line.
func checkName(name string) error {
	f := fault.Form{}
	if name == "" {
		f["name"] = tongue.Word("Please enter your name here")
	}
	if utf8.RuneCountInString(name) > longestName {
		f["name"] = tongue.Word("A name has up to 60 characters.")
	}
	return f.Err()
}

// checkMail gives the address that was typed, or says what is to be mended in it.
func checkMail(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	a, err := mail.ParseAddress(typed)
	if err != nil || a.Address != typed || len(typed) > longestMail {
		return "", fault.Form{"mail": tongue.Word("This is no e-mail address.")}
	}
	return typed, nil
}
