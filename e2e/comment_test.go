package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// talk is a paper with an article that readers write under.
type talk struct {
	*newsroom
	article string
	at      string // its address
}

func openTalk(t *testing.T, flags ...string) *talk {
	t.Helper()
	k := &talk{newsroom: openRoom(t, flags...)}
	k.article, k.at = k.under(t, "The pier closes on Monday")
	return k
}

// under publishes another article and gives its id and address.
func (k *talk) under(t *testing.T, headline string) (id, at string) {
	t.Helper()
	a := k.begin(t, k.publisher, headline)
	k.publish(t, a.ID)
	return a.ID, k.URL + k.address(t, a.ID)
}

// guest is a reader without a browser, who writes from a network of their own.
type guest struct {
	*talk
	client http.Client
}

var networks atomic.Int32

func (k *talk) guest(t *testing.T) *guest {
	t.Helper()
	n := networks.Add(1)
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, byte(1+n>>8), byte(n), 1)}}
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &guest{k, http.Client{Timeout: 20 * time.Second, Jar: jar, Transport: &http.Transport{DialContext: dialer.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// post sends a form and tells what was answered, and where a 303 leads.
func (g *guest) post(t *testing.T, path string, form url.Values) (status int, to string) {
	t.Helper()
	address := strings.Replace(g.URL, "localhost", "127.0.0.1", 1) + path
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := g.client.Do(req)
	must(t, err)
	must(t, res.Body.Close())
	return res.StatusCode, res.Header.Get("Location")
}

var numbered = regexp.MustCompile(`[0-9]{10,}`)

// says posts a comment that is taken, and gives its id; more are fields and values, in turn.
func (g *guest) says(t *testing.T, name, text string, more ...string) string {
	t.Helper()
	form := url.Values{"article": {g.article}, "name": {name}, "text": {text}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	status, to := g.post(t, "/comment", form)
	id := numbered.FindString(to)
	if status != http.StatusSeeOther || id == "" {
		t.Fatalf("a comment is answered %d to %q", status, to)
	}
	return id
}

// judge has somebody of the staff decide about a comment that nobody has decided about.
func (k *talk) judge(t *testing.T, who *staff.Person, id, to string) {
	t.Helper()
	got, err := who.Send("/newsroom/comments/"+id+"/verdict", url.Values{"version": {"1"}, "to": {to}})
	must(t, err)
	if got.Status >= 400 {
		t.Fatalf("%s for %s: %d %.300s", to, id, got.Status, plain(got.Body))
	}
}

// strokes counts the keys that somebody presses.
type strokes struct {
	*chrome.Tab
	n int
}

func (s *strokes) key(t *testing.T, keys ...string) {
	t.Helper()
	for _, k := range keys {
		s.n++
		must(t, s.Chord(k))
	}
}

// judged waits until another comment is to be judged than id, or none, and gives that one's id.
func judged(t *testing.T, tab *chrome.Tab, id string) string {
	t.Helper()
	must(t, tab.Wait(10*time.Second, fmt.Sprintf(`!document.getElementById("judge")?.ariaBusy && document.getElementById("judge")?.dataset.id !== %q`, id)))
	return ask[string](t, tab, `document.getElementById("judge")?.dataset.id ?? ""`)
}

// TestAHundredCommentsAreClearedByKeyboard: most are fine, some are spam, some insult somebody.
func TestAHundredCommentsAreClearedByKeyboard(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	const all, most = 100, 110
	for i := range all {
		name, text := fmt.Sprintf("Reader %d", i), fmt.Sprintf("The %d boats of the morning were late, and nobody said why.", i)
		switch {
		case i%10 == 3:
			text = fmt.Sprintf("Cheap pills number %d, and you need no doctor.", i)
		case i%20 == 7:
			text = fmt.Sprintf("Captain number %d is a liar and a thief.", i)
		}
		k.guest(t).says(t, name, text)
	}
	ana := k.join(t, "ana@paper.example", "Ana Ruiz", "editor")
	tab := &strokes{Tab: k.tab(t, ana)}
	must(t, tab.Open(k.URL+"/newsroom/comments"))
	id := judged(t, tab.Tab, "")
	began := time.Now()
	for n := 0; id != ""; n++ {
		if n > all {
			t.Fatal("more comments than were written")
		}
		switch text := ask[string](t, tab.Tab, `document.querySelector("#judge .this").innerText`); {
		case strings.Contains(text, "pills"):
			tab.key(t, "x")
		case strings.Contains(text, "liar"):
			tab.key(t, "r", "2")
		default:
			tab.key(t, "s")
		}
		id = judged(t, tab.Tab, id)
	}
	t.Logf("%d comments with %d keystrokes in %s", all, tab.n, time.Since(began).Round(time.Millisecond))
	if tab.n > most {
		t.Errorf("%d keystrokes for %d comments, want at most %d", tab.n, all, most)
	}
	see(t, tab.Tab, "Nothing is held.")
	for state, want := range map[string]int{"shown": 85, "spam": 10, "refused": 5} {
		if got := k.count(t, ana, state); got != want {
			t.Errorf("%d are %s, want %d", got, state, want)
		}
	}
	must(t, tab.Chord("z"))
	soon(t, 5*time.Second, "what was judged last is held again", func() bool { return k.count(t, ana, "held") == 1 })
	if said := tab.Trouble(); len(said) > 0 {
		t.Errorf("the console complains: %q", said)
	}
}

// count is how many comments of a state the newsroom lists in its file.
func (k *talk) count(t *testing.T, who *staff.Person, state string) int {
	t.Helper()
	got, err := who.Get("/newsroom/comments/list.csv?state=" + state)
	must(t, err)
	if got.Status != http.StatusOK {
		t.Fatalf("the list of %s: %d", state, got.Status)
	}
	return bytes.Count(got.Body, []byte("\n")) - 1 // the names of the columns
}

// TestTwoModeratorsNeverActOnOneComment: the second is told who was first, and goes on.
func TestTwoModeratorsNeverActOnOneComment(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	first := k.guest(t).says(t, "Harold P.", "The county never asked us.")
	k.guest(t).says(t, "Nadia", "It was on the board for weeks.")
	ana, jonas := k.join(t, "ana@paper.example", "Ana Ruiz", "editor"), k.join(t, "jonas@paper.example", "Jonas Weil", "editor")
	hers, his := k.tab(t, ana), k.tab(t, jonas)
	for _, tab := range []*chrome.Tab{hers, his} {
		must(t, tab.Open(k.URL+"/newsroom/comments"))
		if id := judged(t, tab, ""); id != first {
			t.Fatalf("the oldest comes first: %s, want %s", id, first)
		}
	}
	must(t, hers.Chord("s"))
	judged(t, hers, first)
	must(t, his.Chord("x"))
	must(t, his.Wait(10*time.Second, `document.body.innerText.includes("Ana Ruiz")`))
	if shown, spam := k.count(t, ana, "shown"), k.count(t, ana, "spam"); shown != 1 || spam != 0 {
		t.Errorf("after both judged %d are shown and %d are spam, want the first verdict to stand", shown, spam)
	}
}
