package comment

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
)

// Arrival is a comment that was written elsewhere, or that another system kept.
type Arrival struct {
	Key     string // what it is known by: "wxr:example.org:167"; one key comes in once. "lede:" and an id is a comment of this paper
	Parent  string // the key of what it replies to, "" for nothing
	Article int64
	State   State // as it was there, and stays
	At      time.Time
	Text    string // a little Markdown, as Tree reads it
	Name    string
	Mail    string // never shown
	Site    string
	Staff   int64 // of the staff, 0 for others
}

// Taken is what became of arrivals.
type Taken struct {
	Added map[State]int // by the state they have here
	Had   int           // came in before
	Named int           // of those added: shown elsewhere and held here, for they are signed with a name that is kept for the paper
	Loose int           // of those added: replies to what did not come along; they stand as first comments
	Left  []Left        // could not be kept
}

// All are all that were added.
func (t Taken) All() int {
	n := 0
	for _, some := range t.Added {
		n += some
	}
	return n
}

// Left is an arrival that could not be kept, and why.
type Left struct{ Key, Why string }

const (
	longestImport = 20_000 // characters of a comment from elsewhere; what is longer is cut
	batchMost     = 500    // arrivals of one transaction
	nameless      = "Anonymous"
)

// Intake takes arrivals in, batch by batch, each in one transaction: what was interrupted is finished by doing it again. It is used
// by one goroutine, and closed.
type Intake struct {
	s      *Store
	now    time.Time
	known  *known
	model  *Model
	rules  Rules // with nothing in them that would turn away what was public elsewhere
	batch  []Arrival
	waits  map[string][]Arrival // for the parent of that key
	langs  map[int64]string
	kept   map[string]bool // names, as Rules.Kept tells of them
	under  map[int64]bool  // articles whose threads are not as they were
	result Taken
}

// Intake begins to take in.
func (s *Store) Intake(ctx context.Context, now time.Time) (*Intake, error) {
	k, err := s.rules(ctx)
	if err != nil {
		return nil, err
	}
	model, err := s.model(ctx, now)
	if err != nil {
		return nil, err
	}
	in := &Intake{s: s, now: now, known: k, model: model, rules: k.rules, waits: map[string][]Arrival{}, langs: map[int64]string{}, kept: map[string]bool{}, under: map[int64]bool{},
		result: Taken{Added: map[State]int{}}}
	in.rules.Longest, in.rules.Reserved, in.rules.staff = longestImport, nil, nil
	return in, nil
}

// Take takes one arrival. It may wait for the rest of its batch, and for what it replies to; fault.NotFound tells that there is no
// such article.
func (in *Intake) Take(ctx context.Context, a Arrival) error {
	if _, ok := in.langs[a.Article]; !ok {
		on, err := in.s.articles.Get(ctx, a.Article)
		if err != nil {
			return err
		}
		in.langs[a.Article] = on.Lang
	}
	in.batch = append(in.batch, a)
	if len(in.batch) < batchMost {
		return nil
	}
	return in.put(ctx)
}

// Close takes in what still waits, tells once for each article that its thread is another, and records it all under what: the
// name of a file. It is called also after an error, so that what was taken in is seen.
func (in *Intake) Close(ctx context.Context, what string) (Taken, error) {
	err := in.put(ctx)
	for err == nil && len(in.waits) > 0 {
		in.loosen()
		err = in.put(ctx)
	}
	told := in.s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		for _, article := range slices.Sorted(maps.Keys(in.under)) {
			if err := Threaded.Add(ctx, q, article); err != nil {
				return err
			}
		}
		return audit.Add(ctx, q, in.now, "comment.import", "paper", 0, fmt.Sprintf("%d comments from %s", in.result.All(), what))
	})
	return in.result, errors.Join(err, told)
}

// loosen takes a batch of what waits for something that has not come: first what waits for nothing that waits itself.
func (in *Intake) loosen() {
	waiting := map[string]bool{}
	for _, some := range in.waits {
		for _, a := range some {
			waiting[a.Key] = true
		}
	}
	keys := slices.Sorted(maps.Keys(in.waits))
	first := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return waiting[key] })
	if len(first) == 0 { // they reply to each other
		first = keys[:1]
	}
	for _, key := range first {
		for _, a := range in.waits[key] {
			a.Parent = ""
			in.batch = append(in.batch, a)
			in.result.Loose++
		}
		delete(in.waits, key)
		if len(in.batch) >= batchMost {
			return
		}
	}
}

// put takes in the batch.
func (in *Intake) put(ctx context.Context) error {
	var b *batch
	err := in.s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		b = &batch{in: in, q: q, here: map[string]Comment{}, below: map[int64]int{}, shown: map[int64]int{}, waits: map[string][]Arrival{}, added: map[State]int{}}
		return b.put(ctx)
	})
	if err != nil {
		return err
	}
	in.batch = in.batch[:0]
	for key, some := range b.waits {
		in.waits[key] = append(in.waits[key], some...)
	}
	for _, key := range b.came {
		delete(in.waits, key)
	}
	for state, n := range b.added {
		in.result.Added[state] += n
	}
	in.result.Had, in.result.Named, in.result.Left = in.result.Had+b.had, in.result.Named+b.named, append(in.result.Left, b.left...)
	for _, c := range b.here {
		in.under[c.Article] = true
	}
	return nil
}

// comment makes of an arrival what is kept of it, and says why, where nothing can be. address is its mail, sealed.
func (in *Intake) comment(a Arrival) (c Comment, address, why string) {
	d := in.draft(a)
	k := in.known
	m := matter{way: ByImport, now: in.now, rules: in.rules, draft: d, staff: a.Staff != 0, known: true, hits: k.words.Find(d.Text + "\n" + d.Name)}
	m.score = in.model.Score(Evidence{Text: d.Text, Name: d.Name, Site: d.Site, Known: true})
	said := judge(m)
	if said.deny != nil {
		return c, "", said.deny.Error()
	}
	at := a.At
	if at.After(in.now) {
		at = in.now
	}
	c = Comment{ID: db.NewID(), Version: 1, Article: a.Article, State: a.State, At: at, Name: d.Name, Text: d.Text, Site: d.Site, Lang: in.langs[a.Article],
		Staff: a.Staff, Reasons: said.reasons, Score: m.score.Percent}
	for i := range c.Reasons {
		c.Reasons[i].Decided = false // where it came from decided
	}
	if c.State == Shown && a.Staff == 0 && in.isKept(d.Name) {
		c.State = Held
		c.Reasons = append(c.Reasons, Reason{Check: "name", Says: "Signed with a name that is kept for the paper.", Decided: true})
	}
	if d.Mail != "" {
		c.mail, address = in.s.MailMark(d.Mail), in.s.key.Seal([]byte(d.Mail), mailPlace(c.ID))
	}
	return c, address, ""
}

// draft is an arrival as somebody here would have sent it: what would be turned away is mended, as far as nothing is lost.
func (in *Intake) draft(a Arrival) Draft {
	d := Draft{Article: a.Article, Text: a.Text, Name: a.Name, Mail: a.Mail, Site: a.Site}.tidy()
	if d.Name == "" {
		d.Name = nameless
	}
	d.Name, d.Text = cut(d.Name, longestName), cut(d.Text, longestImport)
	if !isMail(d.Mail) {
		d.Mail = ""
	}
	if !isSite(d.Site) {
		d.Site = ""
	}
	return d
}

func (in *Intake) isKept(name string) bool {
	kept, ok := in.kept[name]
	if !ok {
		kept = in.known.rules.Kept(name)
		in.kept[name] = kept
	}
	return kept
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if Length(text) <= most {
		return text
	}
	runes := []rune(text)
	n := min(len(runes), most-1)
	for Length(string(runes[:n])) >= most {
		n--
	}
	return strings.TrimSpace(string(runes[:n])) + "…"
}
