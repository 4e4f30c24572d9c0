package newsroom

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"lede/staff"
)

// sendExport sends a file from the page on which comments come in.
func (r *room) sendExport(name string, data []byte) answer {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || form.Close() != nil {
		r.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, commentMovePath, &b)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

func TestPublisherMovesComments(t *testing.T) {
	r := open(t)
	r.Publish(r.Text("Ferry late again"))
	r.page(commentMovePath).says(t, 200, "Bring in", "Take out")
	wxr, err := os.ReadFile("../move/testdata/comments.wxr.xml")
	if err != nil {
		t.Fatal(err)
	}
	r.sendExport("old.xml", wxr).says(t, 200, "What became of", "comments read: 7, added: 5", "https://www.old.example/about-us/", "1 left out, which no reader wrote: pingback")
	r.sendExport("old.xml", wxr).says(t, 200, "added: 0, here before: 5")
	r.sendExport("story.html", []byte("<html><p>No export</p></html>")).says(t, http.StatusUnprocessableEntity, "neither an export of WordPress")
	r.sendExport("", nil).says(t, http.StatusUnprocessableEntity, "No file came")

	got := r.send(commentMovePath+"/export", url.Values{"format": {"wxr"}})
	got.says(t, 200, "<wp:comment_author_email>bea@cove.example</wp:comment_author_email>")
	if d := got.Header.Get("Content-Disposition"); !strings.Contains(d, `attachment; filename="comments-2025-06-17.wxr.xml"`) || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("it comes as %q, kept %q", d, got.Header.Get("Cache-Control"))
	}
	r.send(commentMovePath+"/export", url.Values{"format": {"xls"}}).says(t, http.StatusUnprocessableEntity)
	r.Pass(time.Hour)
	if got := r.send(commentMovePath+"/export", url.Values{"format": {"json"}}); strings.Contains(got.body, "bea@cove.example") {
		t.Errorf("all addresses were handed out without a fresh proof")
	}
	r.be(staff.Moderator)
	if got := r.send(commentMovePath+"/export", url.Values{"format": {"json"}}); got.StatusCode != http.StatusForbidden {
		t.Errorf("a moderator gets %d", got.StatusCode)
	}
}
