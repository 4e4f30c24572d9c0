package chrome

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Chord presses keys together: "Ctrl+S", "Alt+Shift+P", "Shift+ArrowLeft", "Enter".
func (t *Tab) Chord(keys string) error {
	parts := strings.Split(keys, "+")
	var held []chromedp.Modifier
	for _, name := range parts[:len(parts)-1] {
		m, ok := modifiers[name]
		if !ok {
			return fmt.Errorf("no key %s in %s", name, keys)
		}
		held = append(held, m)
	}
	last := parts[len(parts)-1]
	if key, ok := named[last]; ok {
		last = key
	} else if !slices.Contains(parts, "Shift") {
		last = strings.ToLower(last)
	}
	return t.do(chromedp.KeyEvent(last, chromedp.KeyModifiers(held...)))
}

var modifiers = map[string]chromedp.Modifier{"Ctrl": kb.ModifierCtrl, "Alt": kb.ModifierAlt, "Shift": kb.ModifierShift, "Meta": kb.ModifierMeta}

var named = map[string]string{"Enter": kb.Enter, "Tab": kb.Tab, "Escape": kb.Escape, "Backspace": kb.Backspace, "Delete": kb.Delete,
	"ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight, "ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown, "Space": " "}

// Type types text where the keyboard is, a key at a time; "\n" is Enter. A key that the page keeps for itself enters nothing.
func (t *Tab) Type(text string) error {
	for _, r := range text {
		events := kb.Encode(r)
		down, up := *events[0], *events[len(events)-1]
		if len(events) == 3 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, e := range []input.DispatchKeyEventParams{down, up} {
			if _, err := chromedp.Call(t.ctx, input.DispatchKeyEvent, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Insert puts text in where the keyboard is at one go, as an input method does.
func (t *Tab) Insert(text string) error {
	_, err := chromedp.Call(t.ctx, input.InsertText, input.InsertTextParams{Text: text})
	return err
}

// Fill replaces what stands in a field.
func (t *Tab) Fill(selector, text string) error {
	found, err := Eval[bool](t, fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return false;
		e.scrollIntoView({block: "center", behavior: "instant"});
		e.focus();
		if (e.select) e.select(); else getSelection().selectAllChildren(e);
		return document.activeElement === e || e.contains(document.activeElement);
	})()`, selector))
	if err == nil && !found {
		err = fmt.Errorf("no field %s at %s", selector, t.Address())
	}
	if err != nil {
		return err
	}
	if text == "" {
		return t.Chord("Delete")
	}
	return t.Insert(text)
}

// ToEnd puts the caret behind all that stands in a text that is written in place.
func (t *Tab) ToEnd(selector string) error {
	_, err := Eval[bool](t, fmt.Sprintf(`(async () => {
		const e = document.querySelector(%q);
		e.focus();
		getSelection().selectAllChildren(e.lastElementChild ?? e);
		getSelection().collapseToEnd();
		await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
		return true;
	})()`, selector))
	return err
}

// Set gives a field a value as the browser's own picker does: a date, a time, a choice, a tick ("true" or "false").
func (t *Tab) Set(selector, value string) error {
	found, err := Eval[bool](t, fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return false;
		e.focus();
		if (e.type === "checkbox" || e.type === "radio") e.checked = %[2]q === "true"; else e.value = %[2]q;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})()`, selector, value))
	if err == nil && !found {
		err = fmt.Errorf("no field %s at %s", selector, t.Address())
	}
	return err
}

// Paste pastes what a program copied, as HTML and as text, where the keyboard is.
func (t *Tab) Paste(html, text string) error {
	_, err := Eval[bool](t, fmt.Sprintf(`(() => {
		const board = new DataTransfer();
		if (%[1]q) board.setData("text/html", %[1]q);
		board.setData("text/plain", %[2]q);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: board, bubbles: true, cancelable: true}));
		return true;
	})()`, html, text))
	return err
}

// Choose picks files of this machine in a file field.
func (t *Tab) Choose(selector string, files ...string) error {
	return t.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files, chromedp.NodeReady))
}

// Drop drags files of this machine over what matches selector and lets them fall.
func (t *Tab) Drop(selector string, files ...string) error {
	spot, err := t.spot(selector)
	if err != nil {
		return err
	}
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		if _, err := chromedp.Call(t.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: spot[0], Y: spot[1], Data: data}); err != nil {
			return fmt.Errorf("dropping on %s: %w", selector, err)
		}
	}
	return nil
}

// mark gives what is called name, and can be pressed, an attribute to find it by. Of several that are seen the exact name wins,
// then the shortest that begins with it; what lies in an open dialog or menu wins over what lies beneath.
const mark = `((name) => {
	document.querySelectorAll("[data-e2e]").forEach(e => e.removeAttribute("data-e2e"));
	const called = (e) => (e.getAttribute("aria-label") || (e.labels?.[0] ?? e).innerText || e.value || "").replace(/\s+/g, " ").trim();
	const top = document.querySelector("dialog:modal") ?? document;
	const seen = [...top.querySelectorAll("button, a[href], summary, input[type=submit], input[type=checkbox], input[type=radio], [role=button], [role=menuitem], [role=option], [role=tab]")]
		.filter(e => e.checkVisibility({visibilityProperty: true}));
	const e = seen.find(e => called(e) === name) ?? seen.filter(e => called(e).startsWith(name)).sort((a, b) => called(a).length - called(b).length)[0];
	(/^(radio|checkbox)$/.test(e?.type) ? e.labels?.[0] ?? e : e)?.setAttribute("data-e2e", "");
	return e ? "" : seen.map(called).join(" | ");
})`

// Push clicks the button, link or choice that is called name, as soon as there is one.
func (t *Tab) Push(name string) error {
	if err := t.find(name); err != nil {
		return err
	}
	return t.Click("[data-e2e]")
}

// Go follows the button or link that is called name to another page, and waits until that has come.
func (t *Tab) Go(name string) error {
	if err := t.find(name); err != nil {
		return err
	}
	return t.Follow("[data-e2e]")
}

func (t *Tab) find(name string) error {
	var there string
	for end := time.Now().Add(patience / 2); ; time.Sleep(20 * time.Millisecond) {
		var err error
		if there, err = Eval[string](t, fmt.Sprintf("%s(%q)", mark, name)); err != nil {
			return err
		}
		if there == "" {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("nothing called %q at %s; there is: %s", name, t.Address(), there)
		}
	}
}

// Wait waits until the page says yes to script, at most for limit.
func (t *Tab) Wait(limit time.Duration, script string) error {
	var last error
	for end := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		yes, err := Eval[bool](t, "(async () => !!("+script+"))()")
		if err == nil && yes {
			return nil
		}
		if last = err; time.Now().After(end) {
			return fmt.Errorf("not within %v at %s: %s (%v)", limit, t.Address(), script, last)
		}
	}
}
