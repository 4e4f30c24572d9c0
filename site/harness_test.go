package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"lede/article"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/internal/web"
	"lede/ledetest"
	"lede/media"
	"lede/paper"
	"lede/section"
)

// stand is a paper with its readers' face in front of it, as `lede serve` puts it there, and a clock that only the test moves.
type stand struct {
	*ledetest.Paper
	t     testing.TB
	data  *db.DB
	pages string // the folder of the last good pages
	log   *strings.Builder
	cache *web.Cache
	count *metrics.Set
	site  *Site
	door  http.Handler

	picture, before int64 // see vandalised
}

func open(t testing.TB) *stand {
	t.Helper()
	d := dbtest.Open(t, dbtest.SQLite(t))
	s := &stand{t: t, data: d, pages: t.TempDir(), Paper: ledetest.Open(t, d)}
	s.restart()
	s.Settle()
	return s
}

// restart puts a new server in front of the same paper, with nothing in memory.
func (s *stand) restart() {
	s.t.Helper()
	if s.cache != nil {
		s.cache.Close()
	}
	s.log = &strings.Builder{}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	s.count = metrics.NewSet()
	s.cache = web.NewCache(web.CacheOptions{Dir: s.pages, Clock: s.Now, Log: log, Metrics: s.count})
	s.t.Cleanup(s.cache.Close)
	var err error
	if s.site, err = New(context.Background(), s.Press, s.cache); err != nil {
		s.t.Fatal(err)
	}
	s.site.threads.every, s.site.counts.every = 0, 0 // a test waits for nothing
	wb := web.New(web.Options{Address: s.site.Address, Draw: s.site.Wrong, Log: log})
	mux := http.NewServeMux()
	s.site.Routes(mux, wb)
	s.door = wb.Door(mux)
}

// answer is what a reader got.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask asks for path; more are header names and values, in turn, and "Host" is the host.
func (s *stand) ask(method, path string, more ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, "http://narrows.example/", nil)
	r.RequestURI = path
	bare, query, _ := strings.Cut(path, "?")
	r.URL.Path, r.URL.RawQuery = bare, query
	for i := 0; i+1 < len(more); i += 2 {
		if more[i] == "Host" {
			r.Host = more[i+1]
			continue
		}
		r.Header[http.CanonicalHeaderKey(more[i])] = []string{more[i+1]}
	}
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (s *stand) get(path string, more ...string) answer {
	s.t.Helper()
	return s.ask(http.MethodGet, path, more...)
}

// read is the page at path, which is there.
func (s *stand) read(path string) string {
	s.t.Helper()
	a := s.get(path)
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s: %d, wanted 200", path, a.status)
	}
	return a.body
}

func (s *stand) shows(path, text string) {
	s.t.Helper()
	if !strings.Contains(s.read(path), text) {
		s.t.Errorf("%s does not show %q", path, text)
	}
}

func (s *stand) hides(path, text string) {
	s.t.Helper()
	if a := s.get(path); strings.Contains(a.body, text) {
		s.t.Errorf("%s shows %q", path, text)
	}
}

// is wants an answer of that status at path; to is where a redirect leads.
func (s *stand) is(status int, path, to string) answer {
	s.t.Helper()
	a := s.get(path)
	if a.status != status || a.header.Get("Location") != to {
		s.t.Errorf("GET %s: %d to %q, wanted %d to %q", path, a.status, a.header.Get("Location"), status, to)
	}
	return a
}

func (s *stand) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// settings changes who the paper is.
func (s *stand) settings(change func(*paper.Paper)) {
	s.t.Helper()
	p, err := s.Papers.Get(context.Background())
	s.must(err)
	change(&p)
	s.must(s.Papers.Set(context.Background(), p, s.Now()))
	s.Settle()
}

// at sets the clock.
func (s *stand) at(when string) {
	s.t.Helper()
	to, err := time.Parse(time.RFC3339Nano, when)
	s.must(err)
	s.Pass(to.Sub(s.Now()))
}

func (s *stand) amend(id int64, change func(*article.Text), kind, note string) {
	s.t.Helper()
	a := s.Article(id)
	change(&a.Text)
	s.must(s.Articles.Amend(context.Background(), id, a.Version, a.Text, article.Amendment{Kind: kind, Note: note}, 0, s.Now()))
	s.Settle()
}

func (s *stand) withdraw(id int64, note string) {
	s.t.Helper()
	s.must(s.Articles.Withdraw(context.Background(), id, s.Article(id).Version, article.Withdrawal{Note: note}, 0, s.Now()))
	s.Settle()
}

func (s *stand) topic(slug, name string) section.Topic {
	s.t.Helper()
	topic, err := s.Sections.AddTopic(context.Background(), section.Topic{Slug: slug, Kind: "subject", Names: map[string]string{"en": name}}, s.Now())
	s.must(err)
	s.Settle()
	return topic
}

func (s *stand) standing(slug, lang, title, text string, pictures ...int64) {
	s.t.Helper()
	blocks := []doc.Node{doc.P(text)}
	for _, id := range pictures {
		blocks = append(blocks, doc.PictureOf(id, "What it shows", "", ""))
	}
	s.must(s.Papers.SetPage(context.Background(), paper.Page{Slug: slug, Lang: lang, Title: title, Body: doc.New(blocks...)}, s.Now()))
	s.Settle()
}

// add keeps a picture of 800 by 600.
func (s *stand) add(alt string) media.Media {
	s.t.Helper()
	m, err := s.Media.Add(context.Background(), "picture.png", bytes.NewReader(plainPNG(800, 600, alt)), media.About{Alt: alt, Credit: "Lede"}, s.Now())
	s.must(err)
	s.Settle()
	found, err := s.Media.Get(context.Background(), m.ID)
	s.must(err)
	return found[m.ID]
}

// file is the address of a medium's rendition.
func file(m media.Media) string { return m.URL(m.Largest(640)) }

// made is how many pages were made so far.
func (s *stand) made() int {
	s.t.Helper()
	var b strings.Builder
	s.count.WritePrometheus(&b)
	_, after, found := strings.Cut(b.String(), "lede_render_seconds_count ")
	if !found {
		return 0
	}
	n := 0
	_, err := fmt.Sscan(after, &n)
	s.must(err)
	return n
}

// unpack takes an answer out of its gzip.
func unpack(t testing.TB, a answer) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// plainPNG is a picture of one colour, another for each name.
func plainPNG(width, height int, name string) []byte {
	h := fnv.New32()
	h.Write([]byte(name))
	sum := h.Sum32()
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.RGBA{uint8(sum), uint8(sum >> 8), uint8(sum >> 16), 255}})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}
