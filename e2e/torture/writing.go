package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// patience is how long an editor may take to catch up with the server.
const patience = 40 * time.Second

// word is one that was typed, and when.
type word struct {
	text string
	at   time.Time
}

// writing is one run: an article, who writes it, and what was typed.
type writing struct {
	*torture
	chance *rand.Rand
	name   string
	a      *staff.Article
	sat    *chrome.Person
	tab    *chrome.Tab
	typed  []word
}

// accident is what happens in the middle of writing.
type accident struct {
	name   string
	happen func(*writing) error
}

// suffer writes, lets the accident happen, and returns how much of the typing is lost.
func (w *writing) suffer(a accident) (lost time.Duration, err error) {
	if w.a, err = w.mara.Begin(); err != nil {
		return 0, err
	}
	if w.sat, err = w.room.Sit(w.chrom, w.mara); err != nil {
		return 0, err
	}
	defer w.sat.Leave()
	if err := w.open(); err != nil {
		return 0, err
	}
	if err := w.write(w.tab, time.Duration(1000+w.chance.IntN(2500))*time.Millisecond); err != nil {
		return 0, err
	}
	if err := a.happen(w); err != nil {
		return 0, err
	}
	return w.lost()
}

// open opens the article in a new tab and waits until it can be written.
func (w *writing) open() (err error) {
	if w.tab, err = w.sat.Tab(); err != nil {
		return err
	}
	return w.enter(w.tab)
}

// enter goes to the end of the body.
func (w *writing) enter(tab *chrome.Tab) error {
	if err := tab.Open(w.room.URL + w.a.Path("")); err != nil {
		return err
	}
	return w.toBody(tab)
}

func (w *writing) toBody(tab *chrome.Tab) error {
	if err := tab.Wait(patience, `document.querySelector(".ProseMirror")?.isContentEditable`); err != nil {
		return err
	}
	return tab.ToEnd(".ProseMirror")
}

// write types words for a while, as fast as hands do.
func (w *writing) write(tab *chrome.Tab, long time.Duration) error {
	for end := time.Now().Add(long); time.Now().Before(end); {
		text := fmt.Sprintf("%sw%dx", w.name, len(w.typed))
		if err := tab.Type(text + " "); err != nil {
			return err
		}
		w.typed = append(w.typed, word{text, time.Now()})
		if w.chance.IntN(8) == 0 {
			if err := tab.Type("\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// settled waits until the tab says that all is on the server.
func (w *writing) settled(tab *chrome.Tab) error {
	return tab.Wait(patience, `/^saved/.test(document.getElementById("saved").textContent.trim())`)
}

// lost compares what was typed with what the server holds: how long it took to type the words that are missing for good.
func (w *writing) lost() (time.Duration, error) {
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		kept, err := w.kept()
		if err != nil {
			return 0, err
		}
		missing := w.missing(kept)
		if len(missing) == 0 {
			return 0, nil
		}
		if time.Now().After(end) {
			first, last := missing[0], missing[len(missing)-1]
			fmt.Printf("  %s: %d of %d words are missing, from %s to %s\n", w.name, len(missing), len(w.typed), first.text, last.text)
			return last.at.Sub(first.at) + time.Millisecond, nil
		}
	}
}

func (w *writing) missing(kept string) (missing []word) {
	for _, one := range w.typed {
		if !strings.Contains(kept, one.text) {
			missing = append(missing, one)
		}
	}
	return missing
}

// kept is all text that the server has of the article: the parts, and what is kept beside them.
func (w *writing) kept() (string, error) {
	got, err := w.mara.Get(w.a.Path(""))
	if err != nil {
		return "", err
	}
	if got.Status != 200 {
		return "", errors.New("the editor's page: " + fmt.Sprint(got.Status))
	}
	return string(got.Body), nil
}
