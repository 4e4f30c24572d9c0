package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/article"
	"lede/internal/crowd"
	"lede/internal/web"
)

// shelves is a paper that sells: a picture on top of its pages, a card beside them, and a page of HTML in its texts.
type shelves struct {
	*stand
	story   article.Article
	booking map[ad.Place]int64
	ads     map[ad.Place]ad.Ad
}

const adPage = `<!doctype html><html><head><meta name="ad.size" content="width=300,height=250"></head><body><a href="https://boats.example/">Boats</a></body></html>`

func sells(t *testing.T) *shelves {
	t.Helper()
	k := &shelves{stand: open(t), booking: map[ad.Place]int64{}, ads: map[ad.Place]ad.Ad{}}
	k.story = k.Publish(k.Text("High water"))
	k.ads[ad.Top] = k.make(ad.Ad{Name: "boats", Form: ad.PictureForm, Content: ad.Content{Link: "https://boats.example/summer?a=1&b=2", Alt: "Boats for the summer"}}, picturesOfAds()...)
	k.ads[ad.Beside] = k.make(ad.Ad{Name: "card", Form: ad.NativeForm, Content: ad.Content{Link: "https://boats.example/card", Headline: "Boats <for> all", Line: "From June on", Verb: "See the dates"}})
	k.ads[ad.Text] = k.make(ad.Ad{Name: "page", Form: ad.HTMLForm, Content: ad.Content{Link: "https://boats.example/page"}}, sentAd("index.html", adPage))
	for place, a := range k.ads {
		b, err := k.Ads.SaveBooking(t.Context(), ad.Booking{Place: place, Promise: ad.House, First: "2025-06-17", Last: "2025-12-31", Ads: []int64{a.ID}}, 7, "", k.Now())
		k.must(err)
		k.booking[place] = b.ID
	}
	k.Settle()
	k.Ads.Forget()
	return k
}

func (k *shelves) make(a ad.Ad, files ...ad.Sent) ad.Ad {
	k.t.Helper()
	made, err := k.Ads.MakeAd(k.t.Context(), a, files, 7, k.Now())
	k.must(err)
	return made
}

func sentAd(name, text string) ad.Sent {
	return ad.Sent{Name: name, File: bytes.NewReader([]byte(text))}
}

func picturesOfAds() (sent []ad.Sent) {
	for _, box := range ad.Boxes() {
		img := image.NewPaletted(image.Rect(0, 0, box.Width, box.Height), color.Palette{color.RGBA{200, 30, 30, 255}})
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			panic(err)
		}
		sent = append(sent, ad.Sent{Name: fmt.Sprintf("%d.png", box.Width), File: bytes.NewReader(b.Bytes())})
	}
	return sent
}

// person is what a reader's browser sends; more are further headers.
func person(more ...string) []string {
	return append([]string{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Accept-Language", "en"}, more...)
}

// at is the address of a position of the story.
func (k *shelves) at(n int) string {
	return fmt.Sprintf("/panel/en.a%d/top.beside.text/%d?v=77&d=desk", k.story.ID, n)
}

var ofOffer = regexp.MustCompile(`data-offer="([^"]*)"`)

// token is what the document of a position tells its page.
func (k *shelves) token(path string, more ...string) string {
	k.t.Helper()
	got := k.get(path, person(more...)...)
	m := ofOffer.FindStringSubmatch(got.body)
	if got.status != http.StatusOK || m == nil {
		k.t.Fatalf("GET %s: %d %s", path, got.status, got.body)
	}
	return m[1]
}

// says sends what a page says.
func (k *shelves) says(body string, more ...string) answer {
	k.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://narrows.example/panel/seen", strings.NewReader(body))
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	w := httptest.NewRecorder()
	k.door.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (k *shelves) seen(token string, m ad.Measure, n int, more ...string) {
	k.t.Helper()
	if got := k.says(fmt.Sprintf(`{"v":"77","seen":[{"o":%q,"m":%q,"n":%d}],"w":false}`, token, m, n), person(more...)...); got.status != http.StatusNoContent {
		k.t.Errorf("%s is answered %d %s", m, got.status, got.body)
	}
}

// billed wants so many rendered, viewed and clicked of a place.
func (k *shelves) billed(what string, p ad.Place, rendered, viewed, clicked int64) {
	k.t.Helper()
	got, err := k.Ads.Delivered(k.t.Context(), k.booking[p])
	k.must(err)
	for m, want := range map[ad.Measure]int64{ad.Rendered: rendered, ad.Viewed: viewed, ad.Clicked: clicked} {
		if n := got[k.booking[p]][m]; n != want {
			k.t.Errorf("%s: %d %s, wanted %d", what, n, m, want)
		}
	}
}

func TestAPositionShowsWhatIsBooked(t *testing.T) {
	k := sells(t)
	for n, want := range map[int][]string{
		0: {`<img src="/panel/file/`, `alt="Boats for the summer"`, `(min-width:970px) and (min-height:250px)`, `target="_blank" rel="sponsored nofollow noopener"`},
		1: {`Boats &lt;for&gt; all`, `<i>See the dates</i>`, `--serif:`},
		2: {`/index.html?clickTag=%2Fpanel%2Fgo%2F`, `sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"`, `width="300" height="250"`},
	} {
		got := k.get(k.at(n), person()...)
		for _, text := range append(want, `data-offer="`) {
			if !strings.Contains(got.body, text) {
				t.Errorf("position %d does not show %s:\n%s", n, text, got.body)
			}
		}
		policy := got.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'self'", "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox", "script-src 'sha256-", "base-uri 'none'"} {
			if !strings.Contains(policy, part) || strings.Contains(policy, "'unsafe") {
				t.Errorf("position %d: the policy lacks %s: %s", n, part, policy)
			}
		}
		if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Set-Cookie") != "" || got.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("position %d: %v", n, got.header)
		}
	}
	if token := k.token(fmt.Sprintf("/panel/en.a%d/foot/0?v=77&d=desk", k.story.ID)); token != "" {
		t.Errorf("where nothing is sold there is %q", token)
	}
	bare := k.get(strings.Split(k.at(0), "?")[0], person()...)
	if !strings.Contains(bare.body, `src="/panel/drawn/`) || strings.Contains(bare.body, "<script") || !strings.Contains(bare.header.Get("Content-Security-Policy"), "/panel/drawn/") {
		t.Errorf("without a script there is\n%s", bare.body)
	}
}

func TestNoPageIsNoPositions(t *testing.T) {
	k := sells(t)
	draft := k.Write(k.Text("Not yet"))
	for _, path := range []string{
		fmt.Sprintf("/panel/en.a%d/top/0", draft.ID), "/panel/en.a1/top/0", "/panel/en.x1/top/0", "/panel/en.f7/top/0", "/panel/en/top/0", "/panel/en./top/0", "/panel/xx.f0/top/0", "/panel/en.f00/top/0", "/panel/en.a-1/top/0",
		"/panel/en.f0/top.top/0", "/panel/en.f0/top/1", "/panel/en.f0/top/-1", "/panel/en.f0/top/00", "/panel/en.f0/middle/0", "/panel/en.f0//0", "/panel/en.f0/" + strings.Repeat("text.", 40) + "text/0",
		"/panel/look/x", "/panel/go/x", "/panel/drawn/x", "/panel/file/1/1/x", "/panel/file/1/1/../../x",
	} {
		if got := k.get(path, person()...); got.status != http.StatusNotFound && got.status != http.StatusMovedPermanently {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, query := range []string{"?v=x", "?v=0", "?v=-1", "?v=99999999999999999999999", "?d=wall", "?v=%00"} {
		if got := k.get("/panel/en.f0/top/0"+query, person()...); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, got.status)
		}
	}
	if token := k.token("/panel/en.f0/top/0?v=18446744073709551615"); token == "" {
		t.Error("the front has no positions")
	}
	k.withdraw(k.story.ID, "Withdrawn for a reason.")
	k.Pass(panelPageFor)
	if got := k.get(k.at(0), person()...); got.status != http.StatusGone {
		t.Errorf("what was withdrawn still has positions: %d", got.status)
	}
}

func TestWhatIsSeenCountsOnceAndAClickAfterARender(t *testing.T) {
	k := sells(t)
	token := k.token(k.at(0))
	go_ := "/panel/go/" + token
	k.Pass(300 * time.Millisecond)
	if got := k.get(go_, person()...); got.status != http.StatusFound || got.header.Get("Location") != "https://boats.example/summer?a=1&b=2" || got.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("a click is answered %d %v", got.status, got.header)
	}
	k.billed("a click before it was rendered", ad.Top, 0, 0, 0)
	k.seen(token, ad.Rendered, 0)
	k.seen(token, ad.Viewed, 0)
	k.billed("viewed within the second", ad.Top, 1, 0, 0)
	k.Pass(time.Second)
	for range 3 {
		k.seen(token, ad.Rendered, 0)
		k.seen(token, ad.Viewed, 0)
		k.get(go_, person()...)
	}
	k.billed("each three times", ad.Top, 1, 1, 1)
	k.seen(token, ad.Clicked, 0)
	k.billed("a click said by the page", ad.Top, 1, 1, 1)

	again := k.token(k.at(0))
	k.seen(again, ad.Rendered, 0)
	k.billed("the same page view asks again", ad.Top, 1, 1, 1)
	late := k.token(strings.Replace(k.at(0), "77", "78", 1))
	k.Pass(4*time.Hour + time.Second)
	k.seen(late, ad.Rendered, 0)
	if got := k.get("/panel/go/"+late, person()...); got.status != http.StatusFound {
		t.Errorf("a reader who comes back late is answered %d", got.status)
	}
	k.billed("after four hours", ad.Top, 1, 1, 1)
}

func TestWithoutAScriptAPictureSaysRendered(t *testing.T) {
	k := sells(t)
	got := k.get(strings.Split(k.at(0), "?")[0], person()...)
	drawn := regexp.MustCompile(`/panel/drawn/[\w-]+`).FindString(got.body)
	k.ask(http.MethodHead, drawn, person()...)
	k.get(drawn, person("Sec-Purpose", "prefetch")...)
	k.billed("nobody looked", ad.Top, 0, 0, 0)
	for range 2 {
		if got := k.get(drawn, person()...); got.status != http.StatusOK || got.header.Get("Content-Type") != "image/gif" {
			t.Errorf("the picture: %d %v", got.status, got.header)
		}
	}
	k.seen(strings.TrimPrefix(drawn, "/panel/drawn/"), ad.Viewed, 0)
	k.Pass(2 * time.Second)
	k.seen(strings.TrimPrefix(drawn, "/panel/drawn/"), ad.Viewed, 0)
	k.billed("drawn twice", ad.Top, 1, 0, 0)
	k.get("/panel/drawn/"+k.token(k.at(1)), person()...)
	k.billed("drawn of what a script says", ad.Beside, 0, 0, 0)
}

func TestOnlyAReadersClickCounts(t *testing.T) {
	k := sells(t)
	token := k.token(k.at(0))
	k.seen(token, ad.Rendered, 0)
	k.Pass(time.Second)
	k.ask(http.MethodHead, "/panel/go/"+token, person()...)
	for name, headers := range map[string][]string{
		"made ready":       person("Sec-Purpose", "prefetch;prerender"),
		"an older sign":    person("X-Moz", "prefetch"),
		"a link's preview": {"User-Agent", "facebookexternalhit/1.1", "Accept-Language", "en"},
		"a crawler":        {"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Accept-Language", "en"},
		"one of ours":      person("Cookie", web.InsideCookie(false)+"=1"),
	} {
		if got := k.get("/panel/go/"+token, headers...); got.status != http.StatusFound {
			t.Errorf("%s is answered %d", name, got.status)
		}
		k.billed(name, ad.Top, 1, 0, 0)
	}
	for _, dest := range []string{"iframe", "image", "empty", "script"} {
		if got := k.get("/panel/go/"+token, person("Sec-Fetch-Dest", dest)...); got.status != http.StatusForbidden || got.header.Get("Location") != "" {
			t.Errorf("a frame that sends itself there (%s) is answered %d", dest, got.status)
		}
	}
	k.billed("no click", ad.Top, 1, 0, 0)
	k.get("/panel/go/"+token, person("Sec-Fetch-Dest", "document")...)
	k.billed("a click", ad.Top, 1, 0, 1)
	for _, said := range []string{token + "x", token[:len(token)-2], token + "?to=https://evil.example", "https:evil.example", strings.ToUpper(token)} {
		if got := k.get("/panel/go/"+said, person()...); strings.Contains(got.header.Get("Location"), "evil") || got.status == http.StatusFound && !strings.Contains(said, "?") {
			t.Errorf("%s leads to %s", said, got.header.Get("Location"))
		}
	}
}

// TestOfAHundredThousandFalseIdsNoneIsCounted sends what was never offered, what counted already, what is too old and what was offered
// elsewhere, and looks into the ledger.
func TestOfAHundredThousandFalseIdsNoneIsCounted(t *testing.T) {
	k := sells(t)
	k.site.panels.Crowd = crowd.Boundless() // the door is another test's
	const each = 25_000
	count := each
	if testing.Short() {
		count = 1000
	}
	base := ad.Offer{At: k.Now(), Booking: k.booking[ad.Top], Ad: k.ads[ad.Top].ID, AdVersion: 1, Place: ad.Top, Kind: ad.ArticlePage, Page: k.story.ID, Lang: "en", Device: ad.Desk, Scripted: true}
	good := k.token(k.at(0))
	k.seen(good, ad.Rendered, 0)
	k.billed("one", ad.Top, 1, 0, 0)
	old, elsewhere := base, base
	old.At = k.Now().Add(-4*time.Hour - time.Minute)
	elsewhere.N = 1
	kinds := map[string]func(i int) string{
		"forged": func(i int) string {
			b := []byte(k.Ads.Seal(base))
			at := i % len(b)
			b[at] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[(strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", b[at])+1+i%63)%64]
			return string(b)
		},
		"replayed":  func(int) string { return good },
		"expired":   func(int) string { return k.Ads.Seal(old) },
		"elsewhere": func(int) string { return k.Ads.Seal(elsewhere) },
	}
	for name, token := range kinds {
		for sent := 0; sent < count; {
			var body seenBody
			for ; len(body.Seen) < mostSeen && sent < count; sent++ {
				body.Seen = append(body.Seen, seenSpot{Offer: token(sent), Measure: []ad.Measure{ad.Rendered, ad.Viewed}[sent%2*boolInt(name != "replayed")]})
			}
			text, err := json.Marshal(body)
			k.must(err)
			agent := fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/%d.0", 100+sent)
			if got := k.says(string(text), "User-Agent", agent, "Accept-Language", "en"); got.status != http.StatusNoContent {
				t.Fatalf("%s: %d %s", name, got.status, got.body)
			}
		}
		k.billed(name, ad.Top, 1, 0, 0)
	}
}

func boolInt(is bool) int {
	if is {
		return 1
	}
	return 0
}

func TestWhatAPageSaysIsHostile(t *testing.T) {
	k := sells(t)
	token := k.token(k.at(0))
	for body, status := range map[string]int{
		``: 400, `null`: 204, `[]`: 400, `{}`: 204, `{"seen":null}`: 204, `{"seen":{}}`: 400, `{"seen":[null]}`: 204, `{"seen":[{}]}`: 204, `{"seen":[{"o":1}]}`: 400, `{"v":1}`: 400, `{} {}`: 400, `{}x`: 400, "\x00": 400, "\xff\xfe{}": 400,
		`{"seen":[{"o":"` + token + `","m":"rendered","n":1e99}]}`:                   400,
		`{"seen":[{"o":"` + token + `","m":"rendered","n":99999999999999999999}]}`:   400,
		`{"seen":[{"o":"` + token + `","m":"rendered","n":-1}]}`:                     204,
		`{"seen":[{"o":"` + token + `","m":"clicked","n":0}]}`:                       204,
		`{"seen":[{"o":"` + token + `","m":"stolen","n":0}]}`:                        204,
		`{"seen":[{"o":"` + token + `","m":"rendered","n":0}],"w":true}`:             204,
		`{"seen":[` + strings.Repeat(`{"m":"rendered"},`, 64) + `{}]}`:               400,
		strings.Repeat("[", 10_000):                                                  400,
		`{"seen":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`:   413,
		`{"v":"` + strings.Repeat("a", 20_000) + `"}`:                                413,
		`{"seen":[{"o":"` + strings.Repeat("A", 9_000) + `","m":"rendered","n":0}]}`: 204,
		`{"seen":[{"o":"\u0000\ud800","m":"rendered","n":0}]}`:                       204,
	} {
		if got := k.says(body, person()...); got.status != status && !(status == 413 && got.status == 400) {
			t.Errorf("%.70q is answered %d, wanted %d", body, got.status, status)
		}
	}
	if got := k.says(`{"seen":[{"o":"`+token+`","m":"rendered","n":0}]}`, person("Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")...); got.status != http.StatusForbidden {
		t.Errorf("another site is answered %d", got.status)
	}
	k.billed("all of it", ad.Top, 0, 0, 0)
}

func FuzzWhatAPageSays(f *testing.F) {
	f.Add(`{"v":"1","seen":[{"o":"x","m":"rendered","n":0}],"w":false}`)
	f.Fuzz(func(t *testing.T, body string) {
		said, err := readSeen(strings.NewReader(body))
		if err == nil && len(said.Seen) > mostSeen {
			t.Errorf("%d positions", len(said.Seen))
		}
	})
}

// TestWhatNobodyReadsIsNotBilled has robots that say so, browsers without a window and programs that stole a name ask for all positions,
// say that they saw them, and click.
func TestWhatNobodyReadsIsNotBilled(t *testing.T) {
	k := sells(t)
	const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	for name, headers := range map[string][]string{
		"a declared crawler":     {"User-Agent", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36", "Accept-Language", "en"},
		"a browser of no window": {"User-Agent", strings.Replace(chrome, "Chrome", "HeadlessChrome", 1), "Accept-Language", "en"},
		"a stolen name":          {"User-Agent", chrome},
		"a stolen name at home":  {"User-Agent", chrome, "Accept-Language", "en", "Host", "localhost"}, // a browser says there what it fetches
		"one of ours":            person("Cookie", web.InsideCookie(false)+"=1"),
		"nobody":                 nil,
	} {
		for n, place := range []ad.Place{ad.Top, ad.Beside, ad.Text} {
			got := k.get(k.at(n), headers...)
			m := ofOffer.FindStringSubmatch(got.body)
			if m == nil || m[1] == "" {
				t.Errorf("%s sees nothing: what is not billed is shown all the same", name)
				continue
			}
			for _, sender := range [][]string{headers, person()} { // what was offered to a robot stays a robot's
				k.says(fmt.Sprintf(`{"seen":[{"o":%q,"m":"rendered","n":%d}]}`, m[1], n), sender...)
				k.Pass(1100 * time.Millisecond)
				k.says(fmt.Sprintf(`{"seen":[{"o":%q,"m":"viewed","n":%d}]}`, m[1], n), sender...)
				k.get("/panel/go/"+m[1], sender...)
			}
			k.billed(name, place, 0, 0, 0)
		}
	}
	token := k.token(k.at(0))
	k.says(`{"seen":[{"o":"`+token+`","m":"rendered","n":0}],"w":true}`, person()...)
	k.billed("a browser that a program drives", ad.Top, 0, 0, 0)
}

func TestWhoFloodsWaits(t *testing.T) {
	k := sells(t)
	status := map[int]int{}
	for range panelBurst + 50 {
		status[k.get("/panel/go/none", person()...).status]++
	}
	if status[http.StatusNotFound] != panelBurst || status[http.StatusTooManyRequests] != 50 {
		t.Errorf("a flood is answered %v", status)
	}
	got := k.says(`{}`, person()...)
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v", got.status, got.header)
	}
	var b strings.Builder
	k.site.web.Metrics(&b)
	if !strings.Contains(b.String(), `lede_panel_refused_total{why="flood"} 51`) || !strings.Contains(b.String(), `lede_panel_refused_total{why="forged"} 1000`) {
		t.Errorf("what was turned away is not counted:\n%s", b.String())
	}
	k.Pass(time.Second)
	if got := k.says(`{}`, person()...); got.status != http.StatusNoContent {
		t.Errorf("a second later it is answered %d", got.status)
	}
}

func TestFilesOfAnAdReachNothingElse(t *testing.T) {
	k := sells(t)
	page := k.ads[ad.Text]
	at := fmt.Sprintf("/panel/file/%d/%d/", page.ID, page.Version)
	got := k.get(at + "index.html?clickTag=%2Fpanel%2Fgo%2Fabc")
	policy := got.header.Get("Content-Security-Policy")
	if got.status != http.StatusOK || !strings.HasPrefix(got.body, "<!doctype html><script>") || !strings.HasSuffix(got.body, "</html>") {
		t.Errorf("the page: %d %s", got.status, got.body)
	}
	if !strings.Contains(policy, "script-src http://narrows.example"+at+" 'unsafe-inline'") || strings.Contains(policy, "'self'") || strings.Contains(policy, "allow-same-origin") {
		t.Errorf("its policy: %s", policy)
	}
	for _, query := range []string{"?clickTag=https://evil.example/", "?clickTag=//evil.example/panel/go/x", "?clickTag=/panel/go/../../x", "?clickTag=javascript:alert(1)", "?x=1", "?clickTag=/panel/go/a&clickTag=/x"} {
		if got := k.get(at + "index.html" + query); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", query, got.status)
		}
	}
	for _, path := range []string{at, at + "none.js", at + "%2e%2e/1/index.html", at + "index.html/x"} {
		if got := k.get(path); got.status == http.StatusOK || got.status >= 500 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	picture := k.ads[ad.Top]
	file := k.get(fmt.Sprintf("/panel/file/%d/%d/%s", picture.ID, picture.Version, picture.Files[0].Name))
	if file.status != http.StatusOK || strings.Contains(file.header.Get("Content-Security-Policy"), "script-src") || file.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("a picture: %d %v", file.status, file.header)
	}
}

func TestFilesThatNobodyApprovedHaveAnAddressThatNobodyGuesses(t *testing.T) {
	k := sells(t)
	rules, err := k.Ads.Rules(t.Context())
	k.must(err)
	rules.Approve = true
	k.must(k.Ads.SetRules(t.Context(), rules, k.Now()))
	a := k.make(ad.Ad{Name: "new", Form: ad.PictureForm, Content: ad.Content{Link: "https://boats.example/new", Alt: "Boats"}}, picturesOfAds()...)
	if got := k.get(fmt.Sprintf("/panel/file/%d/%d/%s", a.ID, a.Version, a.Files[0].Name)); got.status != http.StatusNotFound {
		t.Errorf("anybody gets what waits to be approved: %d", got.status)
	}
	look := k.Ads.Seal(ad.Offer{At: k.Now(), Ad: a.ID, AdVersion: a.Version, Place: ad.Top, Kind: ad.ArticlePage, Page: k.story.ID, Lang: "en", Device: ad.Desk, Look: true})
	got := k.get("/panel/look/" + look)
	file := regexp.MustCompile(`/panel/file/[^"]+`).FindString(got.body)
	if got.status != http.StatusOK || strings.Contains(got.body, "data-offer") || strings.Contains(got.body, "<script") || k.get(file).status != http.StatusOK {
		t.Errorf("whoever was sent it sees %d %s", got.status, got.body)
	}
	k.says(`{"seen":[{"o":"`+look+`","m":"rendered","n":0}]}`, person()...)
	if got := k.get("/panel/go/"+look, person()...); got.header.Get("Location") != "https://boats.example/new" {
		t.Errorf("a look leads to %v", got.header)
	}
	if token := k.token(k.at(0)); k.get("/panel/look/"+token).status != http.StatusNotFound {
		t.Error("what is sold can be looked at without being counted")
	}
	k.Pass(5 * time.Hour)
	if got := k.get("/panel/look/" + look); got.status != http.StatusGone {
		t.Errorf("five hours later it is answered %d", got.status)
	}
	k.billed("a look", ad.Top, 0, 0, 0)
}

func TestNobodyIsLookedUpWhoAsksForPrivacy(t *testing.T) {
	k := sells(t)
	for _, c := range []struct {
		headers []string
		private bool
	}{{nil, false}, {[]string{"Sec-GPC", "1"}, true}, {[]string{"Sec-GPC", "0"}, false}} {
		r := httptest.NewRequest(http.MethodGet, "http://narrows.example/panel", nil)
		for i := 0; i+1 < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		if hand := k.site.panelHand(r); hand.private != c.private {
			t.Errorf("%v is taken for %v", c.headers, hand.private)
		}
	}
}

// A standing page has positions in every edition that shows it, also one that is not written in its language.
func TestEveryPositionOfAPageAsksForWhatIsThere(t *testing.T) {
	s := open(t)
	s.standing("imprint", "en", "Imprint", "Who we are.")
	page, err := s.Papers.Page(t.Context(), "imprint", "en")
	s.must(err)
	for _, lang := range []string{"en", "ar"} {
		path := panelPageKey(ad.Page{Kind: ad.StandingPage, ID: page.ID, Lang: lang})
		if got := s.get("/panel/" + path + "/top.foot/0?v=7&d=desk"); got.status != http.StatusOK {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := s.get("/panel/en.p1/top.foot/0?v=7&d=desk"); got.status != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", got.status)
	}
}
