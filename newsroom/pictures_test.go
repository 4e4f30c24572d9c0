package newsroom

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/internal/audit"
	"lede/media"
	"lede/staff"
)

// pngOf is a picture of its own for each name.
func pngOf(name string, width, height int) []byte {
	im := image.NewGray(image.Rect(0, 0, width, height))
	for i, c := range []byte(name) {
		im.SetGray(i%width, 0, color.Gray{c})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// pictured is a picture that somebody added, ready to be shown.
func (r *room) pictured(name string, by int64) media.Media {
	r.t.Helper()
	m, err := r.Media.Add(r.t.Context(), name, bytes.NewReader(pngOf(name, 640, 480)), media.About{Caption: "Caption of " + name, Credit: "Ana Ruiz", By: by}, r.Now())
	if err == nil {
		err = r.Media.Render(r.t.Context(), m.ID)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return r.medium(m.ID)
}

func (r *room) medium(id int64) media.Media {
	r.t.Helper()
	found, err := r.Media.Get(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return found[id]
}

// upload sends a file as the editor does: the body is the file.
func (r *room) upload(query string, body []byte) answer {
	req := httptest.NewRequest(http.MethodPost, "/newsroom/pictures?"+query, bytes.NewReader(body))
	req.Header.Set("X-Lede", "1")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Content-Type", "image/png")
	return r.do(req)
}

func (r *room) has(a answer, status int, texts ...string) {
	r.t.Helper()
	if a.StatusCode != status {
		r.t.Errorf("%d, want %d: %.500s", a.StatusCode, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			r.t.Errorf("%q is not in %.9000s", text, a.body)
		}
	}
}

func TestAFileComesInAndCanBeSeenAtOnce(t *testing.T) {
	r := open(t)
	got := r.upload("name=pier.png&credit=Ana+Ruiz&key=k1", pngOf("pier", 640, 480))
	var said []pictureSaid
	got.read(t, &said)
	if got.StatusCode != 200 || len(said) != 1 || said[0].Name != "pier.png" || said[0].Credit != "Ana Ruiz" || said[0].Width != 640 || said[0].Says != "" {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	file := r.page(said[0].URL)
	if file.StatusCode != 200 || file.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(file.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the picture is %d, %v", file.StatusCode, file.Header)
	}
	for _, again := range []answer{r.upload("name=other.png", pngOf("pier", 640, 480)), r.upload("name=pier.png&key=k1", pngOf("pier", 640, 480))} {
		again.read(t, &said)
		if said[0].Says != "already here since "+r.Now().Format("2 Jan 2006")+"; not stored twice" {
			t.Errorf("again: %s", again.body)
		}
	}
	r.has(r.page("/newsroom/pictures"), 200, "1, newest first", "pier.png", "Ana Ruiz · not used")
}

func TestARefusalSaysTheReasonAndTheLimit(t *testing.T) {
	r := open(t)
	huge := pngOf("huge", 8, 8)
	copy(huge[16:], []byte{0, 0, 0x1f, 0x40, 0, 0, 0x1d, 0xc9}) // 8000 by 7625
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	r.has(r.upload("name=panorama.png", huge), 422, `"error":"61 megapixels. The limit is 50. Save it smaller and add it again."`)
	r.has(r.upload("name=notes.txt", []byte("Dear editor")), 422, "This is no file that can be taken.")
	r.has(r.upload("name=nothing", nil), 422, "The file is empty.")
}

func TestFilesComeByAFormWithoutAScript(t *testing.T) {
	r := open(t)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := form.WriteField("credit", "Jonas Weil"); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{"one.png": pngOf("one", 40, 30), "<two>.txt": []byte("Dear editor")} {
		w, err := form.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/newsroom/pictures", &b)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	r.has(r.do(req), 200, "What came in", "one.png</a>", "&lt;two&gt;.txt", "no file that can be taken", "Jonas Weil · not used")
}

func TestAPictureIsDescribedAndFoundByIt(t *testing.T) {
	r := open(t)
	m := r.pictured("ferry.png", 7)
	path := fmt.Sprintf("/newsroom/pictures/%d", m.ID)
	r.has(r.page(path), 200, "Caption of ferry.png", "640 × 480", "Not used", `aria-current="true"`, "Remove by law")
	form := url.Values{"version": {"1"}, "caption": {"The lifeboat"}, "credit": {"M. Dunne"}, "alt": {"A boat"}, "rights-end": {"2030-01-02"}, "x": {"30"}, "y": {"61"}}
	if got := r.send(path+"?q=ferry", form); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != path+"?q=ferry&saved=1" {
		t.Errorf("%d to %s", got.StatusCode, got.Header.Get("Location"))
	}
	now := r.medium(m.ID)
	if now.Caption != "The lifeboat" || now.Credit != "M. Dunne" || now.RightsEnd != "2030-01-02" || now.FocusX != 30 || now.FocusY != 61 || now.ChangedBy != 7 {
		t.Errorf("kept is %+v", now)
	}
	form.Set("caption", "Mine <b>")
	r.has(r.send(path, form), 409, "Somebody changed this while you looked.", "The lifeboat", "Mine &lt;b&gt;", `name="version" value="2"`)
	form.Set("version", "2")
	form.Set("rights-end", "soon")
	r.has(r.send(path, form), 422, "This is no day.", `value="soon"`, "Mine &lt;b&gt;", `aria-invalid="true"`)
	r.has(r.page("/newsroom/pictures?q=lifeb"), 200, "1 found", "The lifeboat")
	r.has(r.page("/newsroom/pictures?q=nowhere"), 200, "Nothing is found")
	r.has(r.ask("GET", "/newsroom/pictures.json?q=dunne", nil), 200, `"caption":"The lifeboat"`, `"before":""`)
}

func TestWhatIsUsedIsShownAndNotDeleted(t *testing.T) {
	r := open(t)
	m := r.pictured("ferry.png", 7)
	a := r.Text("Ferry will not run")
	a.Lead = article.Picture{Media: m.ID, Alt: "A ferry"}
	r.Write(a)
	path := fmt.Sprintf("/newsroom/pictures/%d", m.ID)
	r.has(r.page(path), 200, "Used in 1", "Ferry will not run", "lead", "It is used. Take it out of this one first.", `aria-disabled="true"`)
	r.has(r.ask("POST", path+"/deletion", nil), 422, "It is used. Take it out of this one first.")
	if !r.medium(m.ID).Trashed.IsZero() {
		t.Error("it was deleted")
	}
}

func TestADeletionIsUndone(t *testing.T) {
	r := open(t)
	m := r.pictured("ferry.png", 7)
	path := fmt.Sprintf("/newsroom/pictures/%d", m.ID)
	got := r.send(path+"/deletion", nil)
	r.has(r.page(got.Header.Get("Location")), 200, "Deleted.", "Undo", "0, newest first")
	r.has(r.page("/newsroom/pictures?trash=1"), 200, "Trash", "Caption of ferry.png")
	r.has(r.page(path), 200, "It goes for good on "+day(r.Now().Add(media.InTrash).In(time.UTC))[:3], "Bring it back")
	r.send(path+"/restoration", nil)
	r.has(r.page("/newsroom/pictures"), 200, "1, newest first")
}

func TestTheLawIsAskedAboutFirst(t *testing.T) {
	r := open(t)
	m := r.pictured("ferry.png", 7)
	path := fmt.Sprintf("/newsroom/pictures/%d", m.ID)
	r.has(r.send(path+"/redaction", nil), 422, "nothing and nobody can bring it back")
	if got := r.send(path+"/redaction", url.Values{"sure": {"1"}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	r.has(r.page(path), 404)
	r.has(r.page(staffURL(m, 320)), 404)
	r.has(r.upload("name=again.png", pngOf("ferry.png", 640, 480)), 422, "removed by law")
	said, err := r.Audit.List(t.Context(), audit.Filter{})
	if err != nil || len(said) == 0 || said[0].Act != "picture.redact" || said[0].Of != m.ID || said[0].Who.Name != "Mara Lindqvist" {
		t.Errorf("on record is %+v (%v)", said, err)
	}
}

func TestContributorsHaveTheirOwnPictures(t *testing.T) {
	r := open(t)
	own, other := r.pictured("own.png", 7), r.pictured("other.png", 8)
	r.be(staff.Contributor)
	got := r.page("/newsroom/pictures")
	r.has(got, 200, "own.png", "1, newest first")
	if strings.Contains(got.body, "other.png") {
		t.Error("a contributor sees the pictures of others")
	}
	path := fmt.Sprintf("/newsroom/pictures/%d", other.ID)
	r.has(r.page(path), 403, "You have no access to this.")
	r.has(r.page(staffURL(other, 320)), 403)
	r.has(r.page(staffURL(own, 320)), 200)
	r.has(r.send(path, url.Values{"version": {"1"}, "x": {"1"}, "y": {"1"}}), 403)
	r.has(r.ask("POST", "/newsroom/pictures/credit", map[string]any{"ids": []string{fmt.Sprint(own.ID), fmt.Sprint(other.ID)}, "credit": "Me"}), 403)
	if r.medium(own.ID).Credit != "Ana Ruiz" || r.medium(other.ID).Credit != "Ana Ruiz" {
		t.Error("a batch was credited in part")
	}
	r.has(r.ask("POST", "/newsroom/pictures/credit", map[string]any{"ids": []string{fmt.Sprint(own.ID)}, "credit": " Me "}), 200, `"credit":"Me"`)
	a := r.Text("Mine")
	a.Lead = article.Picture{Media: other.ID}
	r.Publish(a)
	r.has(r.page(staffURL(other, 320)), 200)
	if got := r.page("/newsroom/pictures").body; strings.Contains(got, "Bring it back") || strings.Contains(got, "Remove by law") {
		t.Error("a contributor is offered what they may not do")
	}
}
