package comment

// What a word list does.
const (
	Hold   = "hold"
	Refuse = "refuse"
)

// WordList is a list of terms that hold or refuse what contains one.
type WordList struct {
	ID      int64
	Version int64
	Name    string
	Act     string
	Terms   []string
}

// Hit is a term found in a text: From and Until are bytes of it.
type Hit struct {
	List, Term, Act string
	From, Until     int
}

// matcher finds the terms of all lists in one pass over a text.
type matcher struct{}

func newMatcher([]WordList) *matcher { return &matcher{} }

// find gives the hits in a text, as they come.
func (m *matcher) find(text string) []Hit { return nil }
