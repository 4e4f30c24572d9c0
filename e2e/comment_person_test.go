package e2e_test

import (
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/post"
)

// writes fills the form in and sends it; the page that comes is waited for.
func (k *talk) writes(t *testing.T, tab *chrome.Tab, name, text string) {
	t.Helper()
	must(t, tab.Open(k.at))
	must(t, tab.Fill("#reply [name=text]", text))
	must(t, tab.Fill("#reply [name=name]", name))
	must(t, tab.Go("Send reply"))
}

// TestSomebodyIsReportedBannedAndAppeals: what Harold wrote is reported by a reader; a moderator bans him with the keyboard; he cannot write
// any more, is told so with his words kept, and appeals.
func TestSomebodyIsReportedBannedAndAppeals(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	harold := reads(t, false)
	k.writes(t, harold, "Harold P.", "The captain is a liar.")
	id := numbered.FindString(harold.Address())
	k.judge(t, k.publisher, id, "shown")
	k.stands(t, k.at, "The captain is a liar.", true)

	nadia := reads(t, false)
	must(t, nadia.Open(k.at))
	must(t, nadia.Follow("#comment-"+id+` a[href$="/report"]`))
	must(t, nadia.Go("Send report"))
	see(t, nadia, "Please say what is wrong with the comment.")
	must(t, nadia.Click("main input[value=insults]"))
	must(t, nadia.Go("Send report"))
	see(t, nadia, "Thank you for your report")

	mod := k.tab(t, k.publisher)
	must(t, mod.Open(k.URL+"/newsroom/comments?state=reported"))
	if got := judged(t, mod, ""); got != id {
		t.Fatalf("what is reported is %s, want %s", got, id)
	}
	must(t, mod.Chord("b"))
	must(t, mod.Wait(5*time.Second, `document.getElementById("do-ban").open`))
	must(t, mod.Click("#do-ban form p:last-child button"))
	see(t, mod, "Banned: Harold P.")
	k.stands(t, k.at, "The captain is a liar.", false)

	k.writes(t, harold, "Harold P.", "I say it again.")
	see(t, harold, "The paper has decided that you cannot write here.")
	if kept := ask[string](t, harold, `document.querySelector("#reply textarea").value`); kept != "I say it again." {
		t.Errorf("what somebody banned typed is %q now", kept)
	}
	must(t, harold.Go("Object to this"))
	must(t, harold.Go("Send appeal"))
	must(t, harold.Fill("#appeal textarea", "I meant the captain of the play."))
	must(t, harold.Go("Send appeal"))
	see(t, harold, "Your appeal")
	soon(t, 5*time.Second, "the appeal among the notices", func() bool {
		return strings.Contains(plain(page(t, k.publisher, "/newsroom/comments/notices")), "I meant the captain of the play.")
	})
}

// mailed points the paper to a mail server.
func (k *talk) mailed(t *testing.T) *post.Office {
	t.Helper()
	office, err := post.Open()
	must(t, err)
	t.Cleanup(func() { must(t, office.Close()) })
	host, port, err := net.SplitHostPort(office.Addr)
	must(t, err)
	settings := k.tab(t, k.publisher)
	must(t, settings.Open(k.URL+"/newsroom/mail"))
	must(t, settings.Fill("main [name=mail-host]", host))
	must(t, settings.Fill("main [name=mail-port]", port))
	must(t, settings.Set("main [name=mail-security]", "none"))
	must(t, settings.Fill("main [name=mail-from]", "desk@paper.example"))
	must(t, settings.Go("Save"))
	return office
}

// link waits for the newest letter to an address and gives where it leads, on the paper's address here.
func (k *talk) link(t *testing.T, office *post.Office, to string, n int) string {
	t.Helper()
	soon(t, 20*time.Second, "a letter to "+to, func() bool { return len(office.Letters(to)) >= n })
	letters := office.Letters(to)
	if len(letters) < n {
		t.FailNow()
	}
	u, err := url.Parse(letters[n-1].Link())
	must(t, err)
	return k.URL + u.Path
}

// TestAReaderSignsInByMailWritesAndIsErased: an account by a link, a comment under its name, and nothing left of either.
func TestAReaderSignsInByMailWritesAndIsErased(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	office := k.mailed(t)
	tab := reads(t, false)
	must(t, tab.Open(k.URL+"/reader"))
	must(t, tab.Fill("main [name=mail]", "nadia@harbor.example"))
	must(t, tab.Go("Send me a link"))
	see(t, tab, "Look in your mailbox")
	link := k.link(t, office, "nadia@harbor.example", 1)

	thief := reads(t, false) // whoever finds the link has not asked for it
	must(t, thief.Open(link))
	see(t, thief, "This link does not serve here")

	must(t, tab.Open(link))
	must(t, tab.Go("Sign in"))
	must(t, tab.Open(k.URL+"/reader"))
	must(t, tab.Fill("main [name=name]", "Nadia K."))
	must(t, tab.Go("Keep the name"))
	see(t, tab, "The name is kept.")

	k.writes(t, tab, "Somebody Else", "I have an account.")
	id := numbered.FindString(tab.Address())
	see(t, tab, "Waiting for a moderator")
	see(t, tab, "Nadia K.")
	k.judge(t, k.publisher, id, "shown")
	k.stands(t, k.at, "I have an account.", true)
	if _, body := get(t, k.at); !strings.Contains(string(body), "Nadia K.") || strings.Contains(string(body), "Somebody Else") || strings.Contains(string(body), "nadia@") {
		t.Error("the comment does not stand under the name of the account alone")
	}
	must(t, tab.Open(k.URL+"/reader"))
	see(t, tab, "I have an account.")
	must(t, tab.Go("Delete your account"))
	must(t, tab.Go("Erase everything"))
	see(t, tab, "It is gone.")
	k.stands(t, k.at, "I have an account.", false)
	k.stands(t, k.at, "Nadia K.", false)
	must(t, tab.Open(k.URL+"/reader"))
	see(t, tab, "Send me a link")
}

// TestAGuestErasesWhatThisBrowserWrote needs neither mail nor account.
func TestAGuestErasesWhatThisBrowserWrote(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	tab := reads(t, false)
	k.writes(t, tab, "Harold P.", "I wish I had not said this.")
	id := numbered.FindString(tab.Address())
	k.judge(t, k.publisher, id, "shown")
	k.stands(t, k.at, "I wish I had not said this.", true)
	must(t, tab.Open(k.URL+"/comment/data"))
	must(t, tab.Set("main [name=sure]", "true"))
	must(t, tab.Go("Erase everything"))
	see(t, tab, "All of it is erased.")
	k.stands(t, k.at, "I wish I had not said this.", false)
	got, err := k.publisher.Get("/newsroom/comments/" + id)
	must(t, err)
	if strings.Contains(string(got.Body), "I wish") || strings.Contains(string(got.Body), "Harold") {
		t.Error("moderators still read what was erased")
	}
}
