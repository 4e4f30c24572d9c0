package comment

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
)

// Score is how much a text looks like spam, and why.
type Score struct {
	Percent int      // 0 to 100
	Because []string // what spoke for it most, in words
	Learned int      // from so many decisions
}

// says is the score in words for moderators.
func (s Score) says() string {
	parts := []string{fmt.Sprintf("%d of 100 for spam", s.Percent)}
	if len(s.Because) > 0 {
		parts[0] += ": " + strings.Join(s.Because, ", ")
	}
	if s.Learned > 0 {
		parts = append(parts, counted(s.Learned, "learned from 1 decision", "learned from %d decisions"))
	} else {
		parts = append(parts, "nothing learned yet")
	}
	return strings.Join(parts, "; ") + "."
}

// Evidence is what the score goes by.
type Evidence struct {
	Text, Name, Site string
	Known            bool // something of this person was shown before
	Same             int  // so often the same text was sent before, within ten minutes
	Trapped          bool // a field that people do not see was filled
}

// tallied is how often something stood in spam, and in what was shown.
type tallied struct{ spam, ham float64 }

func (t *tallied) add(by tallied) { t.spam, t.ham = t.spam+by.spam, t.ham+by.ham }

// Model is what was learned of spam: a naive Bayes classifier over the traits of a comment, words and features alike. Of traits it keeps
// digests only. It may be asked by many at once while nobody teaches it.
type Model struct {
	digest func(string) uint64
	traits map[uint64]tallied
	seen   tallied // comments it learned from
}

// NewModel is a model that has learned nothing.
func NewModel() *Model { return &Model{digest: openDigest, traits: map[uint64]tallied{}} }

func openDigest(trait string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(trait)) // never fails
	return h.Sum64()
}

// Learn takes a decision for an example.
func (m *Model) Learn(e Evidence, spam bool) {
	by := lesson(spam)
	m.seen.add(by)
	for _, s := range traitsOf(e, m.digest) {
		t := m.traits[s.mark]
		t.add(by)
		m.traits[s.mark] = t
	}
}

func lesson(spam bool) tallied {
	if spam {
		return tallied{spam: 1}
	}
	return tallied{ham: 1}
}

// How the model weighs, in natural logarithms of odds.
const (
	trust   = -2  // what speaks for a comment before anything speaks against it
	loudest = 4   // no trait that was learned says more
	heard   = 8   // of the traits, those that say most
	named   = 4   // of those that spoke for spam, so many are told
	telling = 0.7 // if they said as much
	doubt   = 2   // a trait says what it said before anything was learned, as if so many decisions stood behind it
	timid   = 3   // of the fewer of both sides: until so many were seen, half of what was learned counts
)

// Score tells how much the evidence looks like spam.
func (m *Model) Score(e Evidence) Score {
	traits := traitsOf(e, m.digest)
	for i := range traits {
		traits[i].says = m.weight(traits[i])
	}
	traits = slices.DeleteFunc(traits, func(t trait) bool { return t.says == 0 })
	slices.SortFunc(traits, func(a, b trait) int {
		return cmp.Or(cmp.Compare(math.Abs(b.says), math.Abs(a.says)), cmp.Compare(a.text, b.text))
	})
	sum := float64(trust)
	var because []string
	for _, s := range traits[:min(len(traits), heard)] {
		sum += s.says
		if s.says >= telling && len(because) < named {
			because = append(because, s.told(e))
		}
	}
	return Score{Percent: int(math.Round(100 / (1 + math.Exp(-sum)))), Because: because, Learned: int(m.seen.spam + m.seen.ham)}
}

// weight is what a trait says for spam: how much more often it stands there, drawn towards what it said before (G. Robinson, A
// Statistical Approach to the Spam Problem, 2003).
func (m *Model) weight(s trait) float64 {
	t := m.traits[s.mark]
	n := t.spam + t.ham
	if n == 0 {
		return s.prior
	}
	spam, ham := t.spam/max(1, m.seen.spam), t.ham/max(1, m.seen.ham)
	few := min(m.seen.spam, m.seen.ham)
	n *= few / (few + timid)
	before := 1 / (1 + math.Exp(-s.prior))
	p := (doubt*before + n*spam/(spam+ham)) / (doubt + n)
	return max(-loudest, min(max(loudest, s.prior), math.Log(p/(1-p))))
}
