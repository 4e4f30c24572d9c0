// Package fault names what can go wrong for a person, so that the one place that answers can say it well.
// Everything that is not one of these kinds is our own bug: it is logged, and the person only sees that it was ours.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The kinds of refusal. Wrap them with %w to say what about: fmt.Errorf("article %d: %w", id, fault.NotFound).
var (
	NotFound  = errors.New("not found")                         // there is no such thing, or none that this person may see
	Forbidden = errors.New("not allowed")                       // the person is known and may not
	Gone      = errors.New("gone for good")                     // it stood here once and was taken away
	Conflict  = errors.New("changed by someone else meanwhile") // what was saved was made from an older version
)

// Form says field by field what a person should mend. An empty Form is no error: return f.Err(), never f itself.
//
//	f := fault.Form{}
//	if d.Body == "" {
//		f["body"] = "Please enter your comment!"
//	}
//	return f.Err()
//
// To read it back: var f fault.Form; errors.As(err, &f).
type Form map[string]string

// Err is nil when there is nothing to mend, else the form as an error.
func (f Form) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Error lists the fields in alphabetical order, for logs and for the command line.
func (f Form) Error() string {
	said := make([]string, 0, len(f))
	for field, mend := range f {
		said = append(said, field+": "+mend)
	}
	slices.Sort(said)
	return strings.Join(said, "; ")
}

// invalid is one sentence for a person who gave us something we cannot take.
type invalid struct{ error }

// Unwrap lets a kind wrapped with %w be found through the sentence.
func (i invalid) Unwrap() error { return errors.Unwrap(i.error) }

// Invalid makes an error that a person can mend: one sentence that says what is wrong and what would be right.
func Invalid(format string, args ...any) error {
	return invalid{fmt.Errorf(format, args...)}
}

// IsInvalid tells whether a person can mend err: it is an Invalid or a Form, however deeply wrapped.
func IsInvalid(err error) bool {
	var i invalid
	var f Form
	return errors.As(err, &i) || errors.As(err, &f)
}

// Moved says that the thing asked for now stands at To (a path or an absolute address); the answer is 301.
// It is returned by value, and read with var m fault.Moved; errors.As(err, &m).
type Moved struct{ To string }

// Error names the new place.
func (m Moved) Error() string { return "moved to " + m.To }
