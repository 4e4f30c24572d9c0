package staff

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lede/internal/fault"
	"lede/paper"
)

// Person is somebody who makes the paper.
type Person struct {
	ID      int64
	Version int64
	Email   string
	Name    string
	Roles   []Role
	Byline  int64  // 0 without one
	Lang    string // the language the person writes in; "" for the paper's
	Added   time.Time
	Joined  time.Time // zero until the invitation is accepted
	Left    time.Time // zero while the person is here
}

// Here tells whether the person has come and not left.
func (p Person) Here() bool { return !p.Joined.IsZero() && p.Left.IsZero() }

// Invited tells whether the person was asked in and has not come yet.
func (p Person) Invited() bool { return p.Joined.IsZero() && p.Left.IsZero() }

// Has tells whether the person holds the role.
func (p Person) Has(r Role) bool { return slices.Contains(p.Roles, r) }

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

// checkEmail tells what is wrong with an address that Fold made.
func checkEmail(email string) string {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !strings.Contains(email[strings.LastIndexByte(email, '@')+1:], ".") {
		return "An address looks like mara@example.org."
	}
	return ""
}

// Fold is an e-mail address as it is kept and compared: small letters, composed, without spaces around it.
func Fold(email string) string {
	return norm.NFC.String(strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(email, ""))))
}

// longest name that still fits a byline.
const maxName = 100

func checkName(name string) string {
	switch {
	case name == "":
		return "A name is needed: it stands beside what the person does."
	case utf8.RuneCountInString(name) > maxName:
		return "A name has at most 100 letters."
	}
	return ""
}

// checkRoles tells what is wrong with a person's roles.
func checkRoles(roles []Role) string {
	if len(roles) == 0 {
		return "Choose at least one role."
	}
	for _, r := range roles {
		if !slices.Contains(Roles(), r) {
			return "There is no role " + string(r) + "."
		}
	}
	return ""
}

// inOrder are the roles once each, in the order in which they are shown.
func inOrder(roles []Role) []Role {
	var list []Role
	for _, r := range Roles() {
		if slices.Contains(roles, r) {
			list = append(list, r)
		}
	}
	return list
}

// Means says what a person with this role may do.
func (r Role) Means() string {
	switch r {
	case Publisher:
		return "may do everything: settings, people and roles, redaction by law"
	case Editor:
		return "edits everybody’s articles, publishes, corrects and withdraws, picks the front"
	case Reporter:
		return "writes and files own articles, reads everybody’s, adds pictures"
	case Contributor:
		return "writes and files own articles, sees nothing else"
	case Moderator:
		return "judges comments, reads articles"
	case AdManager:
		return "books ads, reads articles"
	case Auditor:
		return "reads everything, changes nothing"
	}
	return ""
}

// mended keeps a form's wrong fields and leaves out what is right.
func mended(wrong map[string]string) error {
	f := fault.Form{}
	for field, says := range wrong {
		if says != "" {
			f[field] = says
		}
	}
	return f.Err()
}

// tidy is a name as it is kept.
func tidy(name string) string { return paper.Line(name) }
