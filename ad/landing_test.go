package ad_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"lede/ad"
	"lede/internal/fetch"
)

func TestLandingPagesAreLookedAt(t *testing.T) {
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/there":
			_, _ = w.Write([]byte("<p>Boats"))
		case "/shy":
			w.WriteHeader(http.StatusForbidden)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer open.Close()
	hits := 0
	private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	defer private.Close()
	c := fetch.New(fetch.Options{Open: []netip.AddrPort{netip.MustParseAddrPort(open.Listener.Addr().String())}})
	for link, want := range map[string]string{
		open.URL + "/there": "", open.URL + "/shy": "", "/subscribe": "",
		open.URL + "/missing": "There is no such page", open.URL + "/gone": "answers 410", open.URL + "/broken": "The page does not work",
		open.URL + "/inside": "not on the public net", private.URL: "not on the public net", "http://10.0.0.1/": "not on the public net",
		"http://[::1]/": "not on the public net", "https://boats.invalid/": "No site has the name boats.invalid",
	} {
		says := mend(ad.Land(t.Context(), c, link))["link"]
		if want == "" && says != "" || !strings.Contains(says, want) {
			t.Errorf("%s: %q, want %q", link, says, want)
		}
	}
	if hits > 0 {
		t.Error("a private address was asked")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // nobody answers there
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close()
	c = fetch.New(fetch.Options{Open: []netip.AddrPort{netip.MustParseAddrPort(at)}})
	if says := mend(ad.Land(t.Context(), c, "http://"+at+"/"))["link"]; !strings.Contains(says, "does not answer") {
		t.Errorf("nobody there: %q", says)
	}
}
