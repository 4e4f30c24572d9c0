package desk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/desk"
)

// window is an editor as the model has it: it types words that nobody else types, and what it heard of the server.
type window struct {
	tab   string
	by    int64
	base  int64
	text  string // the headline as the window shows it
	words int
	n     int64
	alive bool
}

// TestNoAcknowledgedWordIsEverGone lets windows write, fall silent, die, ask, take over, stand aside, merge and restore, in a thousand
// orders. After each step every acknowledged word stands in the working part, beside it, in a scrap or in a version.
func TestNoAcknowledgedWordIsEverGone(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		rng := rand.New(rand.NewPCG(3, 14))
		for run := range 12 {
			r.id = r.Write(r.Text(fmt.Sprint("Run ", run))).ID
			m := &model{room: r, t: t, rng: rng}
			for i := range 4 {
				m.open(fmt.Sprint("tab", i), ana+int64(i%2))
			}
			for range 40 {
				m.step()
			}
			m.check()
		}
	})
}

type model struct {
	*room
	t       *testing.T
	rng     *rand.Rand
	windows []*window
	acked   []string
	opened  int
}

func (m *model) open(tab string, by int64) {
	p := m.part(m.t, desk.Headline)
	m.windows = append(m.windows, &window{tab: tab, by: by, base: p.Seq, text: said(p.Value), alive: true})
}

func said(value json.RawMessage) string {
	var p struct {
		Headline string `json:"headline"`
	}
	_ = json.Unmarshal(value, &p)
	return p.Headline
}

func (m *model) step() {
	w := m.windows[m.rng.IntN(len(m.windows))]
	ctx := m.t.Context()
	switch m.rng.IntN(14) {
	case 0:
		m.Pass(time.Duration(m.rng.IntN(300)) * time.Second)
	case 1:
		_, _ = m.desk.Ask(ctx, m.id, desk.Headline, w.tab, w.by, m.Now())
	case 2:
		_, _ = m.desk.Take(ctx, m.id, desk.Headline, w.tab, w.by, m.Now())
	case 3:
		_, _ = m.desk.Give(ctx, m.id, desk.Headline, w.tab, w.by, m.Now())
	case 4:
		m.must(m.desk.Leave(ctx, m.id, w.tab, w.by, m.Now()))
	case 5:
		m.must(m.desk.Sweep(ctx, m.Now()))
	case 6, 7: // the window dies and another is opened
		m.opened++
		*w = window{tab: fmt.Sprint("again", m.opened), by: w.by, base: m.part(m.t, desk.Headline).Seq, text: said(m.part(m.t, desk.Headline).Value)}
	default:
		m.write(w)
	}
	m.Pass(time.Duration(m.rng.IntN(3)) * time.Second)
	m.check()
}

func (m *model) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// write types a word and sends it; the answer may be lost.
func (m *model) write(w *window) {
	w.words++
	word := fmt.Sprintf("%s-%d", w.tab, w.words)
	text := w.text + " " + word
	if m.rng.IntN(4) == 0 { // everything is crossed out; one's own words may go with that, nobody else's
		text = word
		m.acked = slices.DeleteFunc(m.acked, func(a string) bool { return strings.HasPrefix(a, w.tab+"-") })
	}
	w.n++
	in := desk.Writing{Article: m.id, Part: desk.Headline, Tab: w.tab, By: w.by, Base: w.base, N: w.n, Value: headline(text)}
	k, err := m.desk.Write(m.t.Context(), in, m.Now())
	var stands desk.Stands
	switch {
	case err == nil:
		m.acked = append(m.acked, word)
		w.text = text
		if m.rng.IntN(5) > 0 { // else the answer is lost, and the window goes on from where it was
			w.base = k.Seq
		}
	case errors.As(err, &stands):
		m.meet(w, in, text, word, stands)
	case errors.Is(err, desk.Held{}) || errors.As(err, new(desk.Held)):
		m.aside(w, in, text, word)
	default:
		m.t.Fatal(err)
	}
}

func (m *model) aside(w *window, in desk.Writing, text, word string) {
	_, err := m.desk.PutAside(m.t.Context(), in, m.Now())
	m.must(err)
	w.text = text
	m.acked = append(m.acked, word)
}

// meet is what a window does when it hears that another's text stands: it puts its own beside, and maybe merges.
func (m *model) meet(w *window, in desk.Writing, text, word string, stands desk.Stands) {
	m.aside(w, in, text, word)
	if m.rng.IntN(3) == 0 {
		return
	}
	w.n++
	in.N, in.Base = w.n, stands.Seq
	merged := said(stands.Value) + " " + text
	if m.rng.IntN(3) == 0 {
		merged = word // everything was crossed out
		m.acked = slices.DeleteFunc(m.acked, func(a string) bool { return strings.HasPrefix(a, w.tab+"-") && a != word })
	}
	in.Value = headline(merged)
	k, err := m.desk.Merge(m.t.Context(), in, w.tab, m.Now())
	if err == nil {
		w.text, w.base = merged, k.Seq
	} else if !errors.As(err, new(desk.Held)) && !errors.As(err, new(desk.Stands)) {
		m.t.Fatal(err)
	}
}

func (m *model) check() {
	m.t.Helper()
	rows, err := m.DB.Read().QueryContext(m.t.Context(), `select value from working where article_id = $1 union all select value from aside where article_id = $1
		union all select value from scrap where article_id = $1 union all select body from article_version where article_id = $1`, m.id)
	m.must(err)
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var text string
		m.must(rows.Scan(&text))
		all.WriteString(strings.ReplaceAll(text, `"`, " ") + " \n")
	}
	m.must(rows.Err())
	for _, word := range m.acked {
		if !strings.Contains(all.String(), " "+word+" ") {
			m.t.Fatalf("%s was acknowledged and is nowhere in\n%s", word, all.String())
		}
	}
}
