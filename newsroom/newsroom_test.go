package newsroom

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
