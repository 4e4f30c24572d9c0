package newsroom

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lede/internal/web"
	"lede/staff"
)

func TestStrangersAreAskedInAndComeBack(t *testing.T) {
	r := open(t)
	r.be()
	got := r.page("/newsroom/everything")
	if to := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || to != "/newsroom/sign-in?to=%2Fnewsroom%2Feverything" {
		t.Errorf("%d to %q, want 303 to the sign-in and back", got.StatusCode, to)
	}
	if got := r.ask("GET", "/newsroom/everything", nil); got.StatusCode != http.StatusUnauthorized || got.body != `{"signIn":true}` {
		t.Errorf("a script got %d %s, want to be told to sign in", got.StatusCode, got.body)
	}
}

func TestNewsroomPagesAreNobodyElses(t *testing.T) {
	h := open(t).page("/newsroom/everything").Header
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Content-Security-Policy": contentPolicy} {
		if h.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Get(name), want)
		}
	}
}

func TestOtherSitesChangeNothing(t *testing.T) {
	r := open(t)
	req := httptest.NewRequest("POST", "/newsroom/everything", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := r.do(req); got.StatusCode != http.StatusForbidden {
		t.Errorf("a form from another site got %d, want 403", got.StatusCode)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	if got := open(t).page("/newsroom/nowhere"); got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "There is nothing here.") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestRouteWithoutPolicyDoesNotStart(t *testing.T) {
	if staff.Known("bake", staff.Articles) || !staff.Known(staff.Read, staff.Articles) {
		t.Error("the policy knows what it should not, or not what it should")
	}
}

func TestLinksThatLetSomebodyInStandInNoLog(t *testing.T) {
	r := open(t)
	var log bytes.Buffer
	wb := web.New(web.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), AccessLog: true, Logged: Logged})
	mux := http.NewServeMux()
	r.news.Routes(mux, wb)
	r.handler = wb.Door(mux)
	for _, path := range []string{"/newsroom/setup/canary", "/newsroom/welcome/canary", "/newsroom/welcome/canary/passkey", "/newsroom/sign-in/canary"} {
		r.page(path)
	}
	r.page("/newsroom/sign-in/sent")
	if said := log.String(); strings.Contains(said, "canary") || strings.Count(said, "path=/newsroom/") != 5 || !strings.Contains(said, "/newsroom/sign-in/sent") || !strings.Contains(said, "/newsroom/welcome/…/passkey") {
		t.Errorf("the log says %s", said)
	}
}
