package main

import (
	"fmt"
	"time"

	"lede/e2e/room"
)

// accidents take turns.
var accidents = []accident{
	{"the server is killed", (*writing).killed},
	{"the tab closes", (*writing).closed},
	{"the session ends", (*writing).signedOut},
	{"the network goes", (*writing).cutOff},
	{"two windows write", (*writing).twoWindows},
	{"a colleague takes over", (*writing).takenOver},
}

func (w *writing) brief() time.Duration {
	return time.Duration(300+w.chance.IntN(1500)) * time.Millisecond
}

// killed: the writer notices nothing and goes on.
func (w *writing) killed() error {
	if err := w.room.Kill(); err != nil {
		return err
	}
	if err := w.write(w.tab, w.brief()); err != nil {
		return err
	}
	if err := w.room.Again(); err != nil {
		return err
	}
	if err := w.write(w.tab, w.brief()); err != nil {
		return err
	}
	return w.settled(w.tab)
}

// closed: the tab is gone in the middle of a word, and is opened again.
func (w *writing) closed() error {
	w.tab.Close()
	if err := w.open(); err != nil {
		return err
	}
	if err := w.write(w.tab, w.brief()); err != nil {
		return err
	}
	return w.settled(w.tab)
}

// signedOut: the writer goes on, and signs in again in the same window.
func (w *writing) signedOut() error {
	if err := w.sat.Forget(); err != nil {
		return err
	}
	if err := w.write(w.tab, w.brief()); err != nil {
		return err
	}
	if err := w.tab.Wait(patience, `/signed out/.test(document.getElementById("saved").textContent) || document.querySelector("dialog[open] [name=password]")`); err != nil {
		return err
	}
	if err := w.signIn(); err != nil {
		return err
	}
	return w.settled(w.tab)
}

func (w *writing) signIn() error {
	if err := w.tab.Wait(100*time.Millisecond, `document.querySelector("dialog[open] [name=password]")`); err != nil {
		if err := w.tab.Push("Sign in here"); err != nil {
			return err
		}
	}
	if err := w.tab.Wait(patience, `document.querySelector("dialog[open] [name=password]")`); err != nil {
		return err
	}
	if err := w.tab.Fill("dialog[open] [name=email]", "mara@paper.example"); err != nil {
		return err
	}
	if err := w.tab.Fill("dialog[open] [name=password]", room.Password); err != nil {
		return err
	}
	return w.tab.Chord("Enter")
}

// cutOff: the writer goes on without a network.
func (w *writing) cutOff() error {
	if err := w.tab.Network(false); err != nil {
		return err
	}
	if err := w.write(w.tab, w.brief()); err != nil {
		return err
	}
	if err := w.tab.Network(true); err != nil {
		return err
	}
	return w.settled(w.tab)
}

// twoWindows: the same person goes on in a second window while the first is still open, and both write.
func (w *writing) twoWindows() error {
	if err := w.settled(w.tab); err != nil {
		return err
	}
	second, err := w.sat.Tab()
	if err != nil {
		return err
	}
	defer second.Close()
	if err := second.Open(w.room.URL + w.a.Path("")); err != nil {
		return err
	}
	if err := second.Push("Write here"); err != nil {
		return err
	}
	if err := w.toBody(second); err != nil {
		return err
	}
	if err := w.write(second, w.brief()); err != nil {
		return err
	}
	return w.settled(second)
}

// takenOver: a colleague asks for the text while the writer is cut off, gets it, and writes; then the writer is back.
func (w *writing) takenOver() error {
	if err := w.settled(w.tab); err != nil {
		return err
	}
	sat, err := w.room.Sit(w.chrom, w.jonas)
	if err != nil {
		return err
	}
	defer sat.Leave()
	tab, err := sat.Tab()
	if err != nil {
		return err
	}
	if err := tab.Open(w.room.URL + w.a.Path("")); err != nil {
		return err
	}
	if err := tab.Push("Ask for it"); err != nil {
		return err
	}
	if err := w.tab.Push("Give it"); err != nil {
		return fmt.Errorf("the asked: %w", err)
	}
	if err := tab.Wait(patience, `document.querySelector(".ProseMirror").isContentEditable && !/holds the/.test(document.body.innerText)`); err != nil {
		return err
	}
	if err := w.toBody(tab); err != nil {
		return err
	}
	if err := w.write(tab, w.brief()); err != nil {
		return err
	}
	return w.settled(tab)
}
