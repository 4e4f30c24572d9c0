package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestWhatIsForeignInAFrameMayLoadWhatIsNamedAlone(t *testing.T) {
	h := PanelHeader(map[string][]string{"img-src": {"https://paper.example/panel/file/1/2/", "data:"}, "font-src": {"data:"}}, false)
	want := "default-src 'none'; font-src data:; img-src https://paper.example/panel/file/1/2/ data:; object-src 'none'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'self'; sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
	if got := h.Get("Content-Security-Policy"); got != want {
		t.Errorf("the policy is\n%s\nwanted\n%s", got, want)
	}
	for _, power := range []string{"camera", "fullscreen", "clipboard-read", "storage-access", "geolocation"} {
		if !strings.Contains(", "+h.Get("Permissions-Policy")+",", ", "+power+"=(),") {
			t.Errorf("%s is not off", power)
		}
	}
	if n := strings.Count(h.Get("Permissions-Policy"), "autoplay="); n != 1 {
		t.Errorf("autoplay is said %d times", n)
	}
	if h.Get("X-Frame-Options") != "SAMEORIGIN" || h.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the header is %v", h)
	}
}

func TestAFrameWithinAFrameHasNoAncestorToBeKnownBy(t *testing.T) {
	wb := New(Options{})
	w := enter(wb, func(w http.ResponseWriter, _ *http.Request) error {
		for name, values := range PanelHeader(nil, true) {
			w.Header()[name] = values
		}
		w.WriteHeader(http.StatusOK)
		return nil
	}, "GET", "/x", nil)
	if w.Header().Get("X-Frame-Options") != "" || strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors") {
		t.Errorf("the header is %v", w.Header())
	}
	if !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'; object-src 'none'") {
		t.Errorf("what is not named may be loaded: %v", w.Header())
	}
}
