package comment

import "fmt"

// Score is how much a text looks like spam, and why.
type Score struct {
	Percent int      // 0 to 100
	Because []string // what spoke for it most, in words
	Learned int      // from so many decisions
}

// says is the score in words for moderators.
func (s Score) says() string {
	return fmt.Sprintf("%d of 100 for spam, learned from %d decisions here.", s.Percent, s.Learned)
}

// evidence is what the score goes by.
type evidence struct {
	text, name, site string
	known            bool
	same             int
	trapped          bool // a field that people do not see was filled
}

// model is what was learned of spam.
type model struct{}

// score tells how much the evidence looks like spam.
func (m *model) score(e evidence) Score { return Score{} }
