package newsroom

import (
	"archive/zip"
	"bytes"
	"io"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lede/comment"
	"lede/internal/audit"
	"lede/staff"
)

func TestStaffFindTakeAlongAndEraseWhatIsKeptOfAReader(t *testing.T) {
	r := open(t)
	a := r.Publish(r.Text("Ferry late again"))
	c, err := r.Comments.Post(t.Context(), comment.Draft{Article: a.ID, Name: "Guest", Text: "Kept <i>words</i> of a guest.", Mail: "guest@example.org"},
		comment.Hand{Owner: "x", Addr: netip.MustParseAddr("203.0.113.7")}, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	id := strconv.FormatInt(c.ID, 10)
	for _, find := range []string{"Guest@example.org", id, "https://narrows.example/comment/" + id, a.Path + "#comment-" + id} {
		got := r.send("/newsroom/readers", url.Values{"find": {find}})
		if body := got.body; got.StatusCode != 200 || !strings.Contains(body, "Kept &lt;i&gt;words&lt;/i&gt;") {
			t.Errorf("found by %q: %d %s", find, got.StatusCode, body)
		}
	}
	for find, status := range map[string]int{"": 422, "nonsense": 422, "4711": 422, "nobody@example.org": 200} {
		if got := r.send("/newsroom/readers", url.Values{"find": {find}}); got.StatusCode != status {
			t.Errorf("by %q: %d, want %d", find, got.StatusCode, status)
		}
	}
	form := url.Values{"mail": {"guest@example.org"}, "comment": {""}}
	r.be(staff.Moderator)
	if got := r.send("/newsroom/readers/erasure", form); got.StatusCode != 403 {
		t.Errorf("a moderator erases: %d", got.StatusCode)
	}
	got := r.send("/newsroom/readers/export", form)
	body := got.body
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("the export is %d %q: %v", got.StatusCode, body, err)
	}
	f, err := z.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(f); !strings.Contains(string(text), "words</i> of a guest.") {
		t.Errorf("the export says %s", text)
	}
	r.be(staff.Publisher)
	if got := r.send("/newsroom/readers/erasure", form); got.StatusCode != 200 || !strings.Contains(got.body, "Erase for good") {
		t.Errorf("it is not asked once more: %d", got.StatusCode)
	}
	form.Set("sure", "yes")
	if got := r.send("/newsroom/readers/erasure", form); got.StatusCode != 303 || got.Header.Get("Location") != "/newsroom/readers?erased=1" {
		t.Errorf("erased: %d to %s", got.StatusCode, got.Header.Get("Location"))
	}
	if all, err := r.Comments.Queue(t.Context(), comment.Filter{}); err != nil || len(all) != 0 {
		t.Errorf("left is %+v, %v", all, err)
	}
	log, err := r.Audit.List(t.Context(), audit.Filter{Act: "reader."})
	if err != nil || len(log) != 7 {
		t.Errorf("the audit log has %d entries, %v", len(log), err)
	}
	for _, e := range log {
		if strings.Contains(e.Detail, "guest") {
			t.Errorf("the audit log names the person: %+v", e)
		}
	}
}
