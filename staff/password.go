package staff

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Passwords are kept as argon2id (RFC 9106) of their HMAC under a key that is not in the database, in the usual text form
// ($argon2id$v=19$m=…,t=…,p=…$salt$hash). The cost is OWASP's floor: 19 MiB, twice, one lane.

// cost is what one try at a password costs.
type cost struct{ memory, times uint32 }

var standard = cost{memory: 19 << 10, times: 2}

// atOnce is how many passwords are worked on at a time, so that sign-in cannot use up the memory.
const atOnce = 4

const (
	shortest     = 12 // letters of a password that stands alone
	shortestWith = 8  // of one that a second factor stands beside
	longest      = 1024
)

// checkPassword tells what is wrong with a new password. about is what others know of the person.
func checkPassword(password string, beside bool, about ...string) string {
	least := shortest
	if beside {
		least = shortestWith
	}
	switch n := utf8.RuneCountInString(password); {
	case n < least:
		return fmt.Sprintf("A password has at least %d characters. Four words that have nothing to do with each other make a good one.", least)
	case n > longest || len(password) > 4*longest || !utf8.ValidString(password):
		return fmt.Sprintf("A password has at most %d characters.", longest)
	case common(password, about...):
		return "This is one of the first that would be tried. Four words that have nothing to do with each other make a good one."
	}
	return ""
}

// kept is the password as it is kept.
func (s *Store) kept(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	sum, err := s.work(ctx, password, salt, s.cost, 32)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, s.cost.memory, s.cost.times, b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// nobodys stands in where there is no password, so that a try at nobody's takes as long as one at somebody's.
func (s *Store) nobodys() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, s.cost.memory, s.cost.times, strings.Repeat("A", 22), strings.Repeat("A", 43))
}

// fits tells whether the password is the one kept. again is whether it should be kept anew, since the cost has changed.
func (s *Store) fits(ctx context.Context, password, kept string) (fits, again bool, err error) {
	if utf8.RuneCountInString(password) > longest {
		password = ""
	}
	salt, sum, c, ok := parseKept(kept)
	if !ok {
		salt, sum, c, _ = parseKept(s.nobodys())
	}
	got, err := s.work(ctx, password, salt, c, len(sum))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, sum) == 1 && ok, c != s.cost, nil
}

// work does what makes guessing dear, a few at a time.
func (s *Store) work(ctx context.Context, password string, salt []byte, c cost, length int) ([]byte, error) {
	select {
	case s.working <- struct{}{}:
		defer func() { <-s.working }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	peppered := s.key.MAC("password", norm.NFC.Bytes([]byte(password)))
	return argon2.IDKey(peppered, salt, c.times, c.memory, 1, uint32(length)), nil
}

func parseKept(kept string) (salt, sum []byte, c cost, ok bool) {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, nil, c, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.memory, &c.times); err != nil {
		return nil, nil, c, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	return salt, sum, c, err1 == nil && err2 == nil && len(sum) >= 16 && c.times > 0
}

// commonText lists what passwords are made of first, one to a line: the words that head every published list of leaked passwords,
// first names, months, teams, walks over the keyboard. See common.
//
//go:embed common.txt
var commonText []byte

// leet undoes the usual disguises, byte for byte.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// common tells whether the password falls into at most three parts that are tried first: listed words, what is known of the
// person, runs of one character, rows of figures or letters; or whether it says something short over and over. It stands for the
// lists of leaked passwords, whose entries of this length are made so.
func common(password string, about ...string) bool {
	plain := strings.ToLower(norm.NFC.String(password))
	if len(repeated(plain)) < shortestWith {
		return true
	}
	return len(plain) <= 64 && fewest(plain, commonWords(about)) <= 3
}

func commonWords(about []string) map[string]bool {
	words := map[string]bool{}
	for w := range bytes.FieldsSeq(commonText) {
		words[string(w)] = true
	}
	for _, a := range about {
		for _, w := range strings.FieldsFunc(strings.ToLower(a), func(r rune) bool { return strings.ContainsRune(" @.-_", r) }) {
			words[w] = utf8.RuneCountInString(w) > 2
		}
	}
	return words
}

// repeated is what s says over and over; s itself, if it says nothing twice.
func repeated(s string) string {
	if s == "" {
		return s
	}
	return s[:1+strings.Index((s + s)[1:], s)]
}

// fewest is the least number of tried-first parts that make up s, or more than any that matters.
func fewest(s string, words map[string]bool) int {
	const many = 1 << 20
	best := make([]int, len(s)+1)
	for end := 1; end <= len(s); end++ {
		best[end] = many
		for start := max(0, end-24); start < end; start++ {
			if best[start]+1 < best[end] && triedFirst(s[start:end], words) {
				best[end] = best[start] + 1
			}
		}
	}
	return best[len(s)]
}

// triedFirst tells whether a part is one of those tried first.
func triedFirst(part string, words map[string]bool) bool {
	return words[part] || words[leet.Replace(part)] || len(part) <= 1 || steps(part, 0) || len(part) > 2 && (steps(part, 1) || steps(part, -1)) || len(part) <= 8 && figures(part)
}

// steps tells whether each byte is by from the one before it: 0 for aaaa, 1 for 1234, -1 for dcba.
func steps(s string, by int) bool {
	for i := 1; i < len(s); i++ {
		if int(s[i])-int(s[i-1]) != by {
			return false
		}
	}
	return true
}

// figures tells whether s is a number such as a year or a date.
func figures(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
