package newsroom

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"lede/ad"
	"lede/internal/fetch"
	"lede/internal/web"
	"lede/staff"
)

// shop lets the newsroom look at landing pages of a site of its own, and gives that site's address.
func (r *room) landing() string {
	r.t.Helper()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/there" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	r.t.Cleanup(other.Close)
	r.news.Fetch = fetch.New(fetch.Options{Open: []netip.AddrPort{netip.MustParseAddrPort(strings.TrimPrefix(other.URL, "http://"))}})
	return other.URL
}

// sendAd sends the form of an ad, with files by their names.
func (r *room) sendAd(path string, fields url.Values, files map[string][]byte) answer {
	r.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, values := range fields {
		for _, value := range values {
			if err := form.WriteField(name, value); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	for name, data := range files {
		part, err := form.CreateFormFile("files", name)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		r.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, path, &b)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

func boat(w, h int) []byte {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		im.Set(i%w, i/w, color.RGBA{uint8(i), uint8(i / w), 120, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// latestAd is the ad that was changed last.
func (r *room) latestAd() ad.Ad {
	r.t.Helper()
	all, err := r.Ads.LatestAds(r.t.Context(), 1)
	if err != nil || len(all) != 1 {
		r.t.Fatalf("%+v, %v", all, err)
	}
	return all[0]
}

func (r *room) approval() {
	r.t.Helper()
	rules, err := r.Ads.Rules(r.t.Context())
	if rules.Approve = true; err == nil {
		err = r.Ads.SetRules(r.t.Context(), rules, r.Now())
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestAnAdIsMadeSeenSwappedAndBroughtBack(t *testing.T) {
	r := open(t)
	shop := r.landing()
	r.be(staff.AdManager)
	r.page(salesAdsPath).says(t, 200, "No ads yet.", "Make the first")
	r.page(salesAdsPath+"/new").says(t, 200, "however large, still or moving", "Third-party tags are not supported")
	fields := url.Values{"form": {"picture"}, "buyer": {"0"}, "name": {"Boats"}, "link": {shop + "/there"}, "alt": {"Boats are cheaper"}}
	files := map[string][]byte{"boats.png": boat(600, 500)}
	made := r.sendAd(salesAdsPath, fields, files)
	a := r.latestAd()
	if made.StatusCode != http.StatusSeeOther || !strings.HasPrefix(made.Header.Get("Location"), adAt(a.ID)+"?") {
		t.Fatalf("%d %s", made.StatusCode, made.body)
	}
	r.page(made.Header.Get("Location")).says(t, 200, "“Boats” is made.", "Readers get it", "300 × 250", "It does not stand there.", shop+"/there", "Boats are cheaper")
	r.page(salesAdsPath).says(t, 200, "Boats", "Readers get it", adFileAt(a, a.Files[0]))
	f := r.page(adFileAt(a, a.Files[0]))
	if f.StatusCode != 200 || f.Header.Get("Content-Type") != a.Files[0].Type || !strings.Contains(f.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("its picture: %d %v", f.StatusCode, f.Header)
	}
	r.page(adAt(a.ID)+"/change").says(t, 200, `name="keep" value="300x250.`, "Save as version 2")
	fields["version"], fields["name"] = []string{"1"}, []string{"Boats, wide"}
	swapped := r.sendAd(adAt(a.ID), fields, map[string][]byte{"wide.png": boat(970, 250)})
	b := r.latestAd()
	if len(b.Files) != 3 || b.Version != 2 {
		t.Fatalf("%+v", b)
	}
	r.page(swapped.Header.Get("Location")).says(t, 200, "Saved as version 2.", "Undo")
	r.send(adAt(a.ID)+"/return", url.Values{"version": {"1"}, "from": {"2"}})
	if c := r.latestAd(); c.Version != 3 || len(c.Files) != len(a.Files) || c.Files[0] != a.Files[0] {
		t.Errorf("undone: %+v", c)
	}
	r.send(adAt(a.ID)+"/return", url.Values{"version": {"2"}, "from": {"2"}}).says(t, http.StatusConflict, "Somebody changed this ad while you looked")
	r.sendAd(adAt(a.ID), fields, nil).says(t, http.StatusConflict, "Somebody changed this ad while you looked: it is version 3 now")
	r.be(staff.Auditor)
	r.page(adAt(a.ID)).says(t, 200, "Boats")
	for path, form := range map[string]url.Values{adAt(a.ID) + "/return": {"version": {"1"}, "from": {"3"}}, adAt(a.ID) + "/removal": {"version": {"3"}}, adAt(a.ID) + "/judgement": {"version": {"3"}, "do": {"approve"}}} {
		if got := r.send(path, form); got.StatusCode != http.StatusForbidden {
			t.Errorf("an auditor at %s: %d", path, got.StatusCode)
		}
	}
}

func TestABadAdComesBackWithItsFieldAndReason(t *testing.T) {
	r := open(t)
	shop := r.landing()
	for _, c := range []struct {
		field, value, want string
	}{
		{"link", shop + "/missing", "There is no such page"},
		{"link", "http://192.168.1.1/", "not on the public net"},
		{"link", "http://[::1]/", "not on the public net"},
		{"link", "javascript:alert(1)", "An address begins with https://."},
		{"name", "", "Give it a name"},
		{"alt", "", "Say in words"},
		{"buyer", "99", "Choose an advertiser that is there."},
		{"files", "MZ not a picture", "This is no file that can be taken."},
		{"files", "", "Choose a picture"},
	} {
		fields := url.Values{"form": {"picture"}, "buyer": {"0"}, "name": {"Boats <b>"}, "link": {shop + "/there"}, "alt": {"Boats are cheaper"}}
		files := map[string][]byte{"boats.png": boat(300, 250)}
		switch {
		case c.field != "files":
			fields.Set(c.field, c.value)
		case c.value == "":
			files = nil
		default:
			files["boats.png"] = []byte(c.value)
		}
		got := r.sendAd(salesAdsPath, fields, files)
		got.says(t, http.StatusUnprocessableEntity, c.want, `aria-invalid="true"`)
		if c.field != "name" && !strings.Contains(got.body, "Boats &lt;b&gt;") {
			t.Errorf("%s: what was typed is gone", c.field)
		}
	}
	if all, err := r.Ads.LatestAds(t.Context(), 9); err != nil || len(all) > 0 {
		t.Errorf("kept all the same: %+v, %v", all, err)
	}
}

func TestASecondPersonApprovesAds(t *testing.T) {
	r := open(t)
	r.approval()
	r.be(staff.AdManager)
	r.sendAd(salesAdsPath, url.Values{"form": {"native"}, "buyer": {"0"}, "name": {"Subscribe"}, "link": {"/subscribe"}, "headline": {"Read it all"}, "verb": {"Subscribe"}}, nil)
	a := r.latestAd()
	r.page(adAt(a.ID)).says(t, 200, "Waits for approval", "You made this ad or changed it.", "/panel/look/")
	r.page(salesAdsPath).says(t, 200, "Waiting for approval", "Subscribe")
	r.send(adAt(a.ID)+"/judgement", url.Values{"version": {"1"}, "do": {"approve"}}).says(t, http.StatusUnprocessableEntity, "Somebody else approves it.")
	r.who.ID = 8
	r.send(adAt(a.ID)+"/judgement", url.Values{"version": {"1"}, "do": {"reject"}}).says(t, http.StatusUnprocessableEntity, "Say why")
	r.send(adAt(a.ID)+"/judgement", url.Values{"version": {"1"}, "do": {"approve"}})
	if got := r.latestAd(); got.Judgement != ad.Approved || got.JudgedBy != 8 {
		t.Errorf("%+v", got)
	}
	r.send(adAt(a.ID)+"/judgement", url.Values{"version": {"1"}, "do": {"reject"}, "why": {"late"}}).says(t, http.StatusConflict, "changed or judged this ad")
	r.sendAd(adAt(a.ID), url.Values{"version": {"1"}, "name": {"Subscribe"}, "link": {"/subscribe"}, "headline": {"Read more"}, "verb": {"Subscribe"}}, nil)
	r.page(adAt(a.ID)).says(t, 200, "Waits for approval; readers get version 1")
}

func TestAdsThatNobodySawCanGo(t *testing.T) {
	r := open(t)
	r.sendAd(salesAdsPath, url.Values{"form": {"native"}, "buyer": {"0"}, "name": {"Subscribe"}, "link": {"/subscribe"}, "headline": {"Read it all"}, "verb": {"Subscribe"}}, nil)
	a := r.latestAd()
	r.send(adAt(a.ID)+"/removal", url.Values{"version": {"9"}}).says(t, http.StatusConflict, "while you looked")
	got := r.send(adAt(a.ID)+"/removal", url.Values{"version": {"1"}})
	r.page(got.Header.Get("Location")).says(t, 200, "“Subscribe” is removed", "No ads yet.")
	if got := r.page(adAt(a.ID)); got.StatusCode != http.StatusNotFound {
		t.Errorf("it is there: %d", got.StatusCode)
	}
}

func TestAdsTxtIsCheckedLineByLineOnItsPage(t *testing.T) {
	r := open(t)
	r.page(sellersPath).says(t, 200, "A paper that sells only for itself needs none.", "Third-party tags are not supported")
	bad := "google.com, 1, DIRECT\ngoogle.com, 2\n<script>"
	r.send(sellersPath, url.Values{"text": {bad}, "version": {"0"}, "do": {"look"}}).says(t, 200, "Line 2", "this one has 2", "not saved", "&lt;script&gt;")
	r.send(sellersPath, url.Values{"text": {bad}, "version": {"0"}}).says(t, http.StatusUnprocessableEntity, "Mend what is wrong first: line 2, 3.", "google.com, 2")
	saved := r.send(sellersPath, url.Values{"text": {"google.com, 1, DIRECT\nCONTACT=ads@narrows.example"}, "version": {"0"}})
	r.page(saved.Header.Get("Location")).says(t, 200, "Saved, 2 lines.", "See it as they get it")
	r.send(sellersPath, url.Values{"text": {"google.com, 7, DIRECT"}, "version": {"0"}}).says(t, http.StatusConflict, "Somebody saved ads.txt while you looked.", "google.com, 7, DIRECT", "google.com, 1, DIRECT", "Keep mine")
	r.be(staff.AdManager)
	r.page(sellersPath).says(t, 200, "Only a publisher changes this.")
	if got := r.send(sellersPath, url.Values{"text": {""}, "version": {fmt.Sprint(1)}}); got.StatusCode != http.StatusForbidden {
		t.Errorf("an ad manager changed it: %d", got.StatusCode)
	}
}

func TestAnAdvertiserSeesTheirAdOnTheRealPageByALink(t *testing.T) {
	r := open(t)
	article := r.Publish(r.Text("Ferry late again"))
	var asked []Glance
	r.news.Preview = func(_ context.Context, g Glance) (web.Page, error) {
		asked = append(asked, g)
		return web.Page{Body: []byte("<p>The front, with " + g.Ads[ad.Text])}, nil
	}
	r.approval()
	r.sendAd(salesAdsPath, url.Values{"form": {"native"}, "buyer": {"0"}, "name": {"Subscribe"}, "link": {"/subscribe"}, "headline": {"Read it all"}, "verb": {"Subscribe"}}, nil)
	a := r.latestAd()
	page := r.page(adAt(a.ID) + "/page?place=text")
	page.says(t, 200, "For the advertiser, good until")
	at := strings.Index(page.body, adSightPath)
	link := adSightPath + strings.Split(page.body[at+len(adSightPath):], `"`)[0]
	link, _, _ = strings.Cut(link, "/at/")
	r.be()
	seen := r.page(link)
	seen.says(t, 200, "Nothing that is looked at here is counted.", link+"/at"+article.Path)
	if strings.Contains(seen.body, "For the advertiser") || strings.Contains(seen.body, "/newsroom/sales") {
		t.Error("a stranger is led into the newsroom")
	}
	r.page(link+"/at"+article.Path).says(t, 200, "/panel/look/")
	g := asked[0]
	if g.Path != article.Path || !g.At.Equal(r.Now()) || len(g.Shown)+len(g.Picks) > 0 || len(g.Ads) != 1 {
		t.Errorf("a stranger sees what is not public: %+v", g)
	}
	token := strings.TrimPrefix(g.Ads[ad.Text], "/panel/look/")
	if o, err := r.Ads.Unseal(token, r.Now()); err != nil || !o.Look || o.Ad != a.ID || o.AdVersion != 1 || o.Booking != 0 {
		t.Errorf("%+v, %v: what is looked at might count", o, err)
	}
	if got := r.page(link + "/at/media/x/1-320.jpg"); got.Header.Get("Location") != "/media/x/1-320.jpg" {
		t.Errorf("pictures lead to %q", got.Header.Get("Location"))
	}
	for _, forged := range []string{link[:len(link)-1] + "A", adSightPath + "x", adSightPath + strings.Repeat("A", 60), link + "A"} {
		if got := r.page(forged); got.StatusCode != http.StatusNotFound && forged != link {
			t.Errorf("forged: %d", got.StatusCode)
		}
	}
	if Logged(link) != "/newsroom/look/…" || Logged(link+"/at/") != "/newsroom/look/…/at" {
		t.Errorf("the log says %q, %q", Logged(link), Logged(link+"/at/"))
	}
	r.Pass(adSightFor + 1)
	if got := r.page(link); got.StatusCode != http.StatusGone {
		t.Errorf("after its time: %d", got.StatusCode)
	}
}
