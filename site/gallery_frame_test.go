package site

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestFramesOfTheGalleryMayCome(t *testing.T) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	Gallery().ServeHTTP(w, httptest.NewRequest("GET", "/_gallery/en/position/filled", nil))
	if policy := w.Header().Get("Content-Security-Policy"); w.Code != 200 || !strings.Contains(policy, "default-src 'none'; frame-src 'self'") {
		t.Errorf("%d with the policy %q, wanted frames of our own allowed", w.Code, policy)
	}
}
