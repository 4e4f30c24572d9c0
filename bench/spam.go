package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lede/comment"
)

// What the guard is measured with.
const (
	listed   = 10_000 // terms of word lists
	judged   = 5_000  // characters of a comment
	folds    = 5
	heldFrom = 80 // the score from which a new paper holds
	evenFrom = 50
	// One regular expression finds so much of the spam, and alarms falsely on so much of the rest.
	regexRecall, regexAlarms = .91, .14
)

// guard measures what the guard's two longest looks take, and how well it tells spam.
func (b *bench) guard() error {
	terms, text := wordy(rand.New(rand.NewPCG(4, 71)))
	lists := comment.NewMatcher([]comment.WordList{{Name: "list", Act: comment.Hold, Terms: terms}})
	model := comment.NewModel()
	for _, t := range terms[:500] {
		model.Learn(comment.Evidence{Text: t}, len(t)%2 == 0)
	}
	var took []time.Duration
	for range 300 {
		begun := time.Now()
		lists.Find(text)
		model.Score(comment.Evidence{Text: text})
		took = append(took, time.Since(begun))
	}
	mid := median(took)
	b.say(figure{"guard: 10,000 terms and the score for spam on 5,000 characters, p50 (p99)", "≤ 1 ms", fmt.Sprintf("%s (%s)", ms(mid), ms(quantile(took, .99))), holds(mid <= time.Millisecond)})
	return b.spam()
}

// wordy makes terms, and a text of which one word in twenty is one.
func wordy(r *rand.Rand) (terms []string, text string) {
	word := func() string {
		var w strings.Builder
		for range 3 + r.IntN(8) {
			w.WriteByte("eeeaaatttoinshrdlucmfwypvbgk"[r.IntN(28)])
		}
		return w.String()
	}
	for len(terms) < listed {
		t := word()
		if r.IntN(3) == 0 {
			t += " " + word()
		}
		terms = append(terms, t)
	}
	var b strings.Builder
	for b.Len() < judged {
		b.WriteString(word() + " ")
		if r.IntN(20) == 0 {
			b.WriteString(terms[r.IntN(len(terms))] + " ")
		}
	}
	return terms, b.String()[:judged]
}

// spam learns from four fifths of comments that others marked, scores the fifth, five times in turn, and counts over all.
func (b *bench) spam() error {
	all, err := examples(filepath.Join(b.seed, "..", "data", "spam"))
	if errors.Is(err, fs.ErrNotExist) {
		b.say(figure{"spam", "", "there are no comments to learn from beside the project", unknown})
		return nil
	}
	if err != nil {
		return err
	}
	scored := outOfFold(all)
	for _, from := range []int{heldFrom, evenFrom} {
		t := told(scored, from)
		b.say(figure{fmt.Sprintf("spam, held from %d: recall, precision (95 %%)", from), "",
			fmt.Sprintf("%s, %s of %d", interval(t.right, t.spam), interval(t.right, t.right+t.alarms), len(scored)), forNotice})
	}
	t := atRecall(scored, regexRecall)
	b.say(figure{fmt.Sprintf("spam: false alarms at a recall of %.2f (one regex: 14 %%)", regexRecall), "< 14 %", interval(t.alarms, t.ham), holds(t.share() < regexAlarms)})
	return nil
}

// example is a comment that somebody marked.
type example struct {
	text  string
	spam  bool
	score int
}

// examples reads comments that are marked "spam" or "ham", a line each.
func examples(dir string) ([]example, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err == nil && len(files) == 0 {
		err = fs.ErrNotExist
	}
	var all []example
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, row := range rows {
			if len(row) == 2 && (row[0] == "spam" || row[0] == "ham") {
				all = append(all, example{text: comment.Tidy(row[1]), spam: row[0] == "spam"})
			}
		}
	}
	return all, err
}

// outOfFold scores each example by what the other folds taught.
func outOfFold(all []example) []example {
	scored := make([]example, len(all))
	order := rand.New(rand.NewPCG(20, 26)).Perm(len(all))
	for fold := range folds {
		m := comment.NewModel()
		for at, i := range order {
			if at%folds != fold {
				m.Learn(comment.Evidence{Text: all[i].text}, all[i].spam)
			}
		}
		for at, i := range order {
			if at%folds == fold {
				scored[i] = all[i]
				scored[i].score = m.Score(comment.Evidence{Text: all[i].text}).Percent
			}
		}
	}
	return scored
}

// telling is how well spam was told from the rest.
type telling struct {
	spam, ham     int
	right, alarms int // spam that was found, and the rest that was taken for it
}

// share is the share of false alarms.
func (t telling) share() float64 { return float64(t.alarms) / float64(max(1, t.ham)) }

func told(scored []example, from int) (t telling) {
	for _, e := range scored {
		hit := 0
		if e.score >= from {
			hit = 1
		}
		if e.spam {
			t.spam, t.right = t.spam+1, t.right+hit
		} else {
			t.ham, t.alarms = t.ham+1, t.alarms+hit
		}
	}
	return t
}

// atRecall is how well spam is told from the highest score on that finds so much of it.
func atRecall(scored []example, recall float64) (t telling) {
	for from := 100; from >= 0; from-- {
		if t = told(scored, from); float64(t.right) >= recall*float64(t.spam) {
			break
		}
	}
	return t
}

// interval is a share with its 95 % interval (E. B. Wilson, 1927).
func interval(hits, of int) string {
	if of == 0 {
		return "–"
	}
	const z = 1.96
	n, p := float64(of), float64(hits)/float64(of)
	mid, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return fmt.Sprintf("%.3f (%.3f–%.3f)", p, (mid-half)/(1+z*z/n), (mid+half)/(1+z*z/n))
}
