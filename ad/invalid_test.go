package ad_test

import (
	"net/netip"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/db"
	"lede/internal/db/dbtest"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"

// saw is a person who saw an ad for two seconds.
func saw() ad.Sighting {
	o := offered(1, noon)
	return ad.Sighting{Offer: o, Measure: ad.Viewed, At: noon.Add(2 * time.Second), From: netip.MustParseAddr("203.0.113.7"), Agent: firefox,
		Header: ad.Header{Secure: true, Site: "same-origin", Mode: "cors", Dest: "empty", Language: "en-US,en;q=0.5"}}
}

func TestWhatIsNoPersonsViewHasItsReason(t *testing.T) {
	s := ledgerOn(dbtest.Open(t, dbtest.SQLite(t)))
	for name, c := range map[string]struct {
		change func(*ad.Sighting)
		want   string
	}{
		"a person":                    {func(*ad.Sighting) {}, ""},
		"a person on a phone":         {func(g *ad.Sighting) { g.Agent = iphone }, ""},
		"a phone called Cubot":        {func(g *ad.Sighting) { g.Agent = cubot }, ""},
		"a person without encryption": {func(g *ad.Sighting) { g.Header = ad.Header{Language: "en"} }, ""},
		"a declared crawler": {func(g *ad.Sighting) {
			g.Agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
		}, ad.Robot},
		"a model's crawler": {func(g *ad.Sighting) {
			g.Agent = "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
		}, ad.Robot},
		"a script":                {func(g *ad.Sighting) { g.Agent = "python-requests/2.31" }, ad.Robot},
		"nobody":                  {func(g *ad.Sighting) { g.Agent = "" }, ad.Robot},
		"headless by name":        {func(g *ad.Sighting) { g.Agent = headlessChrome }, ad.Headless},
		"headless by brand":       {func(g *ad.Sighting) { g.Header.Brands = `"HeadlessChrome";v="142"` }, ad.Headless},
		"driven by a program":     {func(g *ad.Sighting) { g.Automated = true }, ad.Headless},
		"a stolen user agent":     {func(g *ad.Sighting) { g.Header = ad.Header{Secure: true, Language: "en"} }, ad.NoBrowser},
		"no language":             {func(g *ad.Sighting) { g.Header.Language = "" }, ad.NoBrowser},
		"an invented site":        {func(g *ad.Sighting) { g.Header.Site = "yes" }, ad.NoBrowser},
		"a short user agent":      {func(g *ad.Sighting) { g.Agent = "Mozilla/5.0" }, ad.NoBrowser},
		"a messenger's card":      {func(g *ad.Sighting) { g.Agent = "WhatsApp/2.23.20.0 A" }, ad.Fetched},
		"a page fetched ahead":    {func(g *ad.Sighting) { g.Header.Purpose = "prefetch;prerender" }, ad.Fetched},
		"staff":                   {func(g *ad.Sighting) { g.Staff = true }, ad.OurStaff},
		"known at the offer":      {func(g *ad.Sighting) { g.Offer.Reason = ad.NoBrowser }, ad.NoBrowser},
		"said of another place":   {func(g *ad.Sighting) { g.N = 2 }, ad.Elsewhere},
		"after four hours":        {func(g *ad.Sighting) { g.At = noon.Add(4*time.Hour + time.Second) }, ad.Late},
		"within four hours":       {func(g *ad.Sighting) { g.At = noon.Add(4 * time.Hour) }, ""},
		"viewed in half a second": {func(g *ad.Sighting) { g.At = noon.Add(500 * time.Millisecond) }, ad.Impossible},
		"viewed without a script": {func(g *ad.Sighting) { g.Scripted = false }, ad.Impossible},
		"rendered before offered": {func(g *ad.Sighting) { g.Measure, g.At = ad.Rendered, noon.Add(-time.Minute) }, ad.Impossible},
		"clicked at once":         {func(g *ad.Sighting) { g.Measure, g.At = ad.Clicked, noon.Add(50*time.Millisecond) }, ad.Impossible},
	} {
		sig := saw()
		c.change(&sig)
		if got := s.Invalid(sig); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

const (
	iphone         = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
	cubot          = "Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
	headlessChrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36"
)

func TestANetworkThatIsListedDoesNotCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := ledgerOn(d)
		sig := saw()
		if got := s.Invalid(sig); got != "" {
			t.Fatalf("before it is listed: %q", got)
		}
		r := ad.NewRules()
		r.Exclude = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/28"), netip.MustParsePrefix("2001:db8::/48")}
		if err := s.SetRules(t.Context(), r, noon); err != nil {
			t.Fatal(err)
		}
		for from, want := range map[string]string{"203.0.113.7": ad.Excluded, "::ffff:203.0.113.7": ad.Excluded, "203.0.113.77": "", "2001:db8::9%eth0": ad.Excluded} {
			sig.At, sig.From = noon.Add(time.Minute), netip.MustParseAddr(from)
			if got := s.Invalid(sig); got != want {
				t.Errorf("from %s: %q, want %q", from, got, want)
			}
		}
	})
}

func TestOneBrowserThatIsTooFastDoesNotCountUntilItHasBeenQuietAndItsNeighboursDo(t *testing.T) {
	s := ledgerOn(dbtest.Open(t, dbtest.SQLite(t)))
	from := func(addr, agent string, after time.Duration) string {
		sig := saw()
		sig.Offer.At, sig.At, sig.From, sig.Agent = noon.Add(after-2*time.Second), noon.Add(after), netip.MustParseAddr(addr), agent
		return s.Invalid(sig)
	}
	billed := 0
	for n := range 600 { // ten a second for a minute
		if from("203.0.113.7", firefox, time.Duration(n)*100*time.Millisecond) == "" {
			billed++
		}
	}
	if billed > 70 {
		t.Errorf("of 600 in a minute %d are billed, want at most 70", billed)
	}
	if got := from("203.0.113.9", firefox, 5*time.Minute); got != ad.TooFast {
		t.Errorf("five minutes later: %q, want %q", got, ad.TooFast)
	}
	if got := from("203.0.113.9", iphone, time.Minute); got != "" {
		t.Errorf("another browser of the network: %q", got)
	}
	if got := from("203.0.114.9", firefox, time.Minute); got != "" {
		t.Errorf("another network: %q", got)
	}
	if got := from("203.0.113.7", firefox, 16*time.Minute); got != "" {
		t.Errorf("after ten quiet minutes: %q", got)
	}
}

func TestPeopleWhoReadManyPagesAreNotTooFast(t *testing.T) {
	s := ledgerOn(dbtest.Open(t, dbtest.SQLite(t)))
	// A page each ten seconds for an hour, with four positions that are rendered and viewed.
	for page := range 360 {
		for range 8 {
			sig := saw()
			at := noon.Add(time.Duration(page) * 10 * time.Second)
			sig.Offer.At, sig.At = at.Add(-2*time.Second), at
			if got := s.Invalid(sig); got != "" {
				t.Fatalf("on page %d: %q", page, got)
			}
		}
	}
}
