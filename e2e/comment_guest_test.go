package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// The seed's two messages, to the letter.
const (
	noComment = "Please enter your comment!"
	noName    = "Please enter your name here"
)

// field tells what stands in a field of the form, what is said of it, and whether the keyboard is there.
type field struct {
	Value, Invalid, Says string
	Focus                bool
}

func fieldOf(t *testing.T, tab *chrome.Tab, name string) field {
	t.Helper()
	return ask[field](t, tab, fmt.Sprintf(`(() => {
		const e = document.querySelector("#reply [name=%s]");
		const says = (e.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean).map(id => document.getElementById(id)?.textContent ?? "").join(" ");
		return {Value: e.value, Invalid: e.getAttribute("aria-invalid") ?? "", Says: says, Focus: document.activeElement === e};
	})()`, name))
}

// fails checks what the form says after it was sent with nothing but an address in it, then with a text alone.
func (k *talk) fails(t *testing.T, tab *chrome.Tab, send func()) {
	t.Helper()
	must(t, tab.Fill("#reply [name=mail]", "harold@harbor.example"))
	send()
	must(t, tab.Wait(10*time.Second, `document.querySelector("#reply [aria-invalid]")`))
	text, name, mail := fieldOf(t, tab, "text"), fieldOf(t, tab, "name"), fieldOf(t, tab, "mail")
	if want := (field{"", "true", noComment, true}); text != want {
		t.Errorf("an empty comment: %+v, want %+v", text, want)
	}
	if want := (field{"", "true", noName, false}); name != want {
		t.Errorf("an empty name: %+v, want %+v", name, want)
	}
	if mail.Value != "harold@harbor.example" {
		t.Errorf("the address that was typed is %q now", mail.Value)
	}
	must(t, tab.Fill("#reply [name=text]", "The county never *asked* us."))
	send()
	must(t, tab.Wait(10*time.Second, `document.querySelectorAll("#reply [aria-invalid]").length === 1`))
	text, name = fieldOf(t, tab, "text"), fieldOf(t, tab, "name")
	if text.Value != "The county never *asked* us." || text.Invalid != "" {
		t.Errorf("the text that was typed is %+v now", text)
	}
	if want := (field{"", "true", noName, true}); name != want {
		t.Errorf("a name alone is missing: %+v, want %+v", name, want)
	}
}

// words is what a reader sees of the page.
const seen = `document.body.innerText.replace(/\s+/g, " ")`

// stands waits until a stranger without a cookie reads a text in the article's page, or no more.
func (k *talk) stands(t *testing.T, at, text string, there bool) {
	t.Helper()
	soon(t, 5*time.Second, fmt.Sprintf("%q is on the page: %t", text, there), func() bool {
		_, body := get(t, at)
		return strings.Contains(string(body), text) == there
	})
}

// reads lets a reader without JavaScript, and without anything stored, open a page.
func reads(t *testing.T, scripts bool) *chrome.Tab {
	t.Helper()
	p, err := browser.Person()
	must(t, err)
	t.Cleanup(p.Leave)
	tab := open(t, p)
	if !scripts {
		must(t, tab.NoScripts())
	}
	return tab
}

// TestAGuestWithoutJavaScript misses what is missing, posts, sees the comment held, edits it, and finds it in the thread when a moderator
// has shown it; replies to it, and withdraws the reply.
func TestAGuestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	tab := reads(t, false)
	must(t, tab.Open(k.at))
	k.fails(t, tab, func() { must(t, tab.Go("Send reply")) })
	must(t, tab.Fill("#reply [name=name]", "Harold P."))
	must(t, tab.Go("Send reply"))
	id := numbered.FindString(tab.Address())
	if tab.Address() != k.URL+"/comment/"+id {
		t.Fatalf("a held comment leads to %s", tab.Address())
	}
	see(t, tab, "Waiting for a moderator")
	see(t, tab, "The county never asked us.")
	if res, body := get(t, tab.Address()); res.StatusCode != 404 || strings.Contains(string(body), "county") {
		t.Errorf("a stranger gets the held comment with %d", res.StatusCode)
	}
	k.stands(t, k.at, "The county never", false)

	must(t, tab.Go("Edit"))
	must(t, tab.Fill("textarea[name=text]", "The county never asked **any** of us."))
	must(t, tab.Go("Save"))
	see(t, tab, "The county never asked any of us.")

	got, err := k.publisher.Send("/newsroom/comments/"+id+"/verdict", map[string][]string{"version": {"2"}, "to": {"shown"}})
	must(t, err)
	if got.Status >= 400 {
		t.Fatalf("showing it: %d %.300s", got.Status, plain(got.Body))
	}
	k.stands(t, k.at, "asked <strong>any</strong> of us.", true)
	must(t, tab.Open(k.at))
	must(t, tab.Wait(5*time.Second, fmt.Sprintf(`document.getElementById("comment-%s")?.innerText.includes("asked any of us")`, id)))

	must(t, tab.Follow("#comment-"+id+` a[href$="/reply"]`))
	must(t, tab.Fill("#reply [name=text]", "And they will not."))
	must(t, tab.Fill("#reply [name=name]", "Harold P."))
	must(t, tab.Go("Send reply"))
	reply := ask[string](t, tab, `location.hash.replace("#comment-", "")`)
	if !strings.HasPrefix(tab.Address(), k.at) || reply == "" {
		t.Fatalf("a reply of somebody known leads to %s", tab.Address())
	}
	k.stands(t, k.at, "And they will not.", true)
	if inside := ask[bool](t, tab, fmt.Sprintf(`!!document.querySelector("#comment-%s #comment-%s")`, id, reply)); !inside {
		t.Error("the reply does not stand below what it replies to")
	}
	must(t, tab.Open(k.URL+"/comment/"+reply))
	must(t, tab.Go("Withdraw"))
	must(t, tab.Go("Withdraw this comment"))
	see(t, tab, "You withdrew this comment.")
	k.stands(t, k.at, "And they will not.", false)
	if said := tab.Trouble(); len(said) > 0 {
		t.Errorf("the console complains: %q", said)
	}
}

// TestAGuestWithJavaScript does the same in place, and the draft survives a reload. Who else opens the page sees nothing of what is held.
func TestAGuestWithJavaScript(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	tab := reads(t, true)
	must(t, tab.Open(k.at))
	ask[bool](t, tab, `window.stayed = true`)
	k.fails(t, tab, func() { must(t, tab.Push("Send reply")) })
	if !ask[bool](t, tab, `window.stayed === true`) {
		t.Error("the page was left to say what is missing")
	}
	must(t, tab.Open(k.at))
	if text := fieldOf(t, tab, "text"); text.Value != "The county never *asked* us." {
		t.Errorf("after a reload the draft is %q", text.Value)
	}
	must(t, tab.Fill("#reply [name=name]", "Harold P."))
	ask[bool](t, tab, `window.stayed = true`)
	must(t, tab.Push("Send reply"))
	must(t, tab.Wait(10*time.Second, seen+`.includes("Waiting for a moderator")`))
	id := strings.TrimPrefix(ask[string](t, tab, `document.querySelector(".own").id`), "own-")
	if !ask[bool](t, tab, `window.stayed === true`) {
		t.Error("the page was left to post")
	}
	if text := fieldOf(t, tab, "text"); text.Value != "" {
		t.Errorf("after posting the field holds %q", text.Value)
	}
	other := reads(t, true)
	must(t, other.Open(k.at))
	if ask[bool](t, other, seen+`.includes("The county never")`) {
		t.Error("somebody else sees what is held")
	}
	must(t, tab.Open(k.at))
	must(t, tab.Wait(10*time.Second, `document.querySelector(".own")?.innerText.includes("The county never asked us.")`))
	must(t, tab.Push("Edit"))
	must(t, tab.Wait(10*time.Second, `document.querySelector(".own textarea")`))
	must(t, tab.Fill(".own textarea", "The county never asked **any** of us."))
	must(t, tab.Push("Save"))
	must(t, tab.Wait(10*time.Second, `document.querySelector(".own")?.innerText.includes("asked any of us")`))

	got, err := k.publisher.Send("/newsroom/comments/"+id+"/verdict", map[string][]string{"version": {"2"}, "to": {"shown"}})
	must(t, err)
	if got.Status >= 400 {
		t.Fatalf("showing it: %d %.300s", got.Status, plain(got.Body))
	}
	k.stands(t, k.at, "<strong>any</strong>", true)
	must(t, tab.Open(k.at))
	ask[bool](t, tab, `window.stayed = true`)
	must(t, tab.Click("#comment-"+id+` a[href$="/reply"]`))
	must(t, tab.Wait(5*time.Second, `document.activeElement?.name === "text"`))
	must(t, tab.Type("And they will not."))
	must(t, tab.Fill("#reply [name=name]", "Harold P."))
	must(t, tab.Push("Send reply"))
	must(t, tab.Wait(10*time.Second, fmt.Sprintf(`document.getElementById("comment-%s")?.innerText.includes("And they will not.")`, id)))
	if !ask[bool](t, tab, `window.stayed === true`) {
		t.Error("the page was left to reply")
	}
	must(t, tab.Wait(5*time.Second, `/^#comment-\d+$/.test(location.hash)`))
	reply := ask[string](t, tab, `location.hash.replace("#comment-", "")`)
	must(t, tab.Wait(5*time.Second, fmt.Sprintf(`document.querySelector('#comment-%s a[href$="/withdrawal"]')`, reply)))
	must(t, tab.Click("#comment-"+reply+` a[href$="/withdrawal"]`))
	must(t, tab.Push("Withdraw this comment"))
	k.stands(t, k.at, "And they will not.", false)
	if said := tab.Trouble(); len(said) > 0 {
		t.Errorf("the console complains: %q", said)
	}
}
