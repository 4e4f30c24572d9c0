package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest/needs"
	"lede/media"
)

type ctx = context.Context

// shelf is a library and its database, with small pictures.
type shelf struct {
	library
	d *db.DB
	n int
}

func eachShelf(t *testing.T, fn func(t *testing.T, s *shelf)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files, err := blob.Disk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { files.Close() })
		fn(t, &shelf{library: library{media.New(d, files), files, t}, d: d})
	})
}

// put adds another small picture, at now and so many days.
func (s *shelf) put(name string, days int, about media.About) media.Media {
	s.t.Helper()
	s.n++
	im := image.NewGray(image.Rect(0, 0, 9+s.n, 7))
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		s.t.Fatal(err)
	}
	m, err := s.Add(s.t.Context(), name, &b, about, now.AddDate(0, 0, days))
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// use puts a picture into an article, as article does.
func (s *shelf) use(article int64, m media.Media) {
	s.t.Helper()
	s.do(`insert into article_media (media_id, article_id) values ($1, $2)`, m.ID, article)
}

func (s *shelf) do(statement string, args ...any) {
	s.t.Helper()
	if err := s.d.Tx(s.t.Context(), func(ctx ctx, q db.Q) error { _, err := q.ExecContext(ctx, statement, args...); return err }); err != nil {
		s.t.Fatal(err)
	}
}

// names are the names of what a filter finds, the newest first.
func (s *shelf) names(f media.Filter) string {
	s.t.Helper()
	found, err := s.List(s.t.Context(), f, 0, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, m := range found {
		names = append(names, m.Name)
	}
	if n, err := s.Count(s.t.Context(), f, 1000); err != nil || n != len(found) {
		s.t.Errorf("%+v: counted %d (%v), found %d", f, n, err, len(found))
	}
	return strings.Join(names, " ")
}

func TestTheLibraryIsSearched(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		ferry := s.put("ferry.png", 0, media.About{Caption: "The morning ferry off Hollis pier", Credit: "Ana Ruiz", By: 7})
		s.put("hall.png", 1, media.About{Caption: "Café in the County Hall", Credit: "Jonas Weil", RightsEnd: "2025-07-01", By: 8})
		s.put("tokyo.png", 40, media.About{Caption: "東京の港", Credit: "Ana Ruiz", Alt: "Ships' masts"})
		s.use(500, ferry)
		for _, c := range []struct {
			wants string
			f     media.Filter
		}{
			{"tokyo.png hall.png ferry.png", media.Filter{}},
			{"ferry.png", media.Filter{Search: "FERRY pier"}},
			{"ferry.png", media.Filter{Search: "holl"}},
			{"", media.Filter{Search: "ollis"}},
			{"hall.png", media.Filter{Search: "cafe"}},
			{"tokyo.png ferry.png", media.Filter{Search: "ruiz, ana"}},
			{"tokyo.png", media.Filter{Search: "東京"}},
			{"tokyo.png", media.Filter{Search: "masts"}},
			{"hall.png ferry.png", media.Filter{Search: "2025-06"}},
			{"hall.png", media.Filter{Search: "2025-06-18"}},
			{"hall.png", media.Filter{Search: "18 june 2025"}},
			{"tokyo.png", media.Filter{Search: "jul"}},
			{"", media.Filter{Search: "100%_\\"}},
			{"tokyo.png ferry.png", media.Filter{Credit: "Ana Ruiz"}},
			{"ferry.png", media.Filter{Use: media.Used}},
			{"tokyo.png hall.png", media.Filter{Use: media.Unused}},
			{"", media.Filter{Use: "or 1=1"}},
			{"ferry.png", media.Filter{Article: 500}},
			{"hall.png", media.Filter{EndsBy: "2025-07-17"}},
			{"", media.Filter{EndsBy: "2025-06-30"}},
			{"ferry.png", media.Filter{AddedBy: 7}},
			{"", media.Filter{Kind: media.Audio}},
			{"ferry.png", media.Filter{Kind: media.Picture, Use: media.Used, Credit: "Ana Ruiz", Search: "morning"}},
		} {
			if got := s.names(c.f); got != c.wants {
				t.Errorf("%+v: %q, want %q", c.f, got, c.wants)
			}
		}
		if got, err := s.Credits(t.Context(), 10); err != nil || !slices.Equal(got, []string{"Ana Ruiz", "Jonas Weil"}) {
			t.Errorf("credits %q, %v", got, err)
		}
		if uses, err := s.Uses(t.Context(), ferry.ID, 1, 2); err != nil || len(uses) != 1 || uses[ferry.ID] != 1 {
			t.Errorf("uses %v, %v", uses, err)
		}
	})
}

func TestTheLibraryIsPaged(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		for i := range 7 {
			s.put(fmt.Sprintf("%d.png", i), 0, media.About{Caption: "Pier"})
		}
		var all []string
		for before := int64(0); ; {
			some, err := s.List(t.Context(), media.Filter{Search: "pier"}, before, 3)
			if err != nil || len(some) == 0 {
				break
			}
			for _, m := range some {
				all, before = append(all, m.Name), m.ID
			}
		}
		if got := strings.Join(all, " "); got != "6.png 5.png 4.png 3.png 2.png 1.png 0.png" {
			t.Errorf("page by page: %s", got)
		}
	})
}

func TestWhatIsSaidAnewIsFoundAnew(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		m := s.put("a.png", 0, media.About{Caption: "A boat"})
		if _, err := s.Describe(t.Context(), m.ID, m.Version, media.About{Caption: "A lifeboat", RightsEnd: "2025-07-01", By: 9}, now); err != nil {
			t.Fatal(err)
		}
		if s.names(media.Filter{Search: "boat"}) != "" || s.names(media.Filter{Search: "lifeboat"}) != "a.png" {
			t.Error("the words of the old caption are found, or those of the new are not")
		}
		got := s.get(m.ID)
		if got.ChangedBy != 9 || got.RightsEnd != "2025-07-01" {
			t.Errorf("kept is %+v", got)
		}
		s.do(`update media set indexed = 0`)
		s.do(`delete from media_word`)
		if err := s.IndexOlder(t.Context()); err != nil || s.names(media.Filter{Search: "lifeboat"}) != "a.png" {
			t.Errorf("what came in before there was a search is not found (%v)", err)
		}
	})
}

func TestRightsEnd(t *testing.T) {
	m := media.Media{RightsEnd: "2025-06-17"}
	if m.Lapsed(now) || !m.Lapsed(now.AddDate(0, 0, 1)) || (media.Media{}).Lapsed(now) {
		t.Error("rights last until the end of their last day, and for ever without one")
	}
	var form fault.Form
	_, err := media.New(nil, nil).Add(t.Context(), "a.png", strings.NewReader(""), media.About{RightsEnd: "tomorrow"}, now)
	if !errors.As(err, &form) || form["rights-end"] == "" {
		t.Errorf("%v, want the day refused", err)
	}
}

func TestWhatIsUsedIsNotDeleted(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		m := s.put("a.png", 0, media.About{})
		for i, want := range []string{"this one", "these two", "these three"} {
			s.use(int64(500+i), m)
			if err := s.Delete(t.Context(), m.ID, now); !fault.IsInvalid(err) || err.Error() != "It is used. Take it out of "+want+" first." {
				t.Errorf("used %d times: %v", i+1, err)
			}
		}
		s.do(`delete from article_media`)
		s.Besides(func(_ ctx, id int64) (bool, error) { return id == m.ID, nil })
		if err := s.Delete(t.Context(), m.ID, now); !fault.IsInvalid(err) {
			t.Errorf("used in a standing page: %v", err)
		}
		if s.names(media.Filter{}) != "a.png" {
			t.Error("it is gone")
		}
	})
}

func TestWhatIsDeletedCanBeBroughtBackForAWeek(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		var all []media.Media
		for i, name := range []string{"back.png", "used.png", "gone.png"} {
			m := s.put(name, i, media.About{Caption: "Pier"})
			if err := errors.Join(s.Render(t.Context(), m.ID), s.Delete(t.Context(), m.ID, now)); err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
		if s.names(media.Filter{}) != "" || s.names(media.Filter{Trash: true, Search: "pier"}) != "gone.png used.png back.png" {
			t.Error("they do not lie in the trash")
		}
		if err := s.Restore(t.Context(), all[0].ID, now); err != nil || s.names(media.Filter{}) != "back.png" {
			t.Errorf("it did not come back (%v)", err)
		}
		s.use(500, all[1])
		if err := s.Empty(t.Context(), now.Add(media.InTrash-time.Second)); err != nil || s.names(media.Filter{Trash: true}) != "gone.png used.png" {
			t.Errorf("the trash was emptied too early (%v)", err)
		}
		for range 2 {
			if err := s.Empty(t.Context(), now.Add(media.InTrash)); err != nil {
				t.Fatal(err)
			}
		}
		if s.names(media.Filter{}) != "used.png back.png" || s.names(media.Filter{Trash: true}) != "" {
			t.Errorf("after a week there is %q and in the trash %q", s.names(media.Filter{}), s.names(media.Filter{Trash: true}))
		}
		if keys := s.keys(); len(keys) != 4 {
			t.Errorf("files %q, want those of two pictures", keys)
		}
		if err := s.Restore(t.Context(), all[2].ID, now); !errors.Is(err, fault.NotFound) {
			t.Errorf("restored from nothing: %v", err)
		}
	})
}

func TestAddingAgainBringsBackFromTheTrash(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		b := photo(t, 20, 20, 1)
		m := s.add(b, media.About{})
		if err := s.Delete(t.Context(), m.ID, now); err != nil {
			t.Fatal(err)
		}
		again := s.add(b, media.About{})
		if again.ID != m.ID || !again.Already || m.Already || s.names(media.Filter{}) == "" {
			t.Errorf("added again: %+v", again)
		}
	})
}

func TestWhatTheLawTakesIsGoneForGood(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		b := photo(t, 700, 500, 1)
		m := s.add(b, media.About{Caption: "A minor, named", Credit: "Ana Ruiz", Alt: "x", Rights: "y", Key: "k"})
		s.use(500, m)
		if err := s.Render(t.Context(), m.ID); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := errors.Join(s.Redact(t.Context(), m.ID, 7, now), s.Destroy(t.Context(), m.ID), s.Render(t.Context(), m.ID)); err != nil {
				t.Fatal(err)
			}
		}
		got := s.get(m.ID)
		if got.Caption+got.Credit+got.Alt+got.Rights+got.Name != "" || got.Ready || !got.Redacted.Equal(now) || got.ChangedBy != 7 {
			t.Errorf("kept is %+v", got)
		}
		if keys := s.keys(); len(keys) != 0 {
			t.Errorf("files are left: %q", keys)
		}
		if s.names(media.Filter{})+s.names(media.Filter{Search: "minor"})+s.names(media.Filter{Trash: true}) != "" {
			t.Error("it is still found")
		}
		if _, _, err := s.Open(t.Context(), got, 320); err == nil {
			t.Error("it is still opened")
		}
		if _, err := s.Add(t.Context(), "again.jpg", bytes.NewReader(b), media.About{}, now); !fault.IsInvalid(err) || !strings.Contains(err.Error(), "removed by law on 17 June 2025") {
			t.Errorf("added again: %v, want it refused", err)
		}
		if _, err := s.Describe(t.Context(), m.ID, got.Version, media.About{Caption: "A minor, named"}, now); !errors.Is(err, fault.Gone) {
			t.Errorf("described: %v, want it gone", err)
		}
		if keys := s.keys(); len(keys) != 0 {
			t.Errorf("files came back: %q", keys)
		}
	})
}

func TestFilesWithoutAPictureAreSweptUp(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		m := s.put("a.png", 0, media.About{})
		for _, key := range []string{"original/orphan", "rendition/orphan/1-320.jpg", "elsewhere/kept"} {
			if err := s.files.Put(t.Context(), key, strings.NewReader("x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(s.Render(t.Context(), m.ID), s.Sweep(t.Context(), time.Now())); err != nil || len(s.keys()) != 5 {
			t.Errorf("an upload that may still be coming went: %q, %v", s.keys(), err)
		}
		if err := s.Sweep(t.Context(), time.Now().Add(25*time.Hour)); err != nil || len(s.keys()) != 3 {
			t.Errorf("left are %q, %v, want the picture's two and what is none of ours", s.keys(), err)
		}
	})
}

func TestPicturesGainFormatsWhenThereAreProgramsForThem(t *testing.T) {
	eachShelf(t, func(t *testing.T, s *shelf) {
		needs.Programs(t, "cwebp", "avifenc")
		all := media.FindTools()
		m := s.add(photo(t, 640, 480, 3), media.About{})
		if err := errors.Join(s.Render(t.Context(), m.ID), s.Enrich(t.Context(), m.ID)); err != nil || len(s.get(m.ID).Formats) > 0 {
			t.Errorf("without programs: %v, %v", s.get(m.ID).Formats, err)
		}
		s.Equip(all)
		for range 2 {
			if err := s.EnrichOlder(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		got := s.get(m.ID)
		if !slices.Equal(got.Formats, all.Formats()) || len(got.Sources()) != len(got.Formats) {
			t.Fatalf("formats %v, want %v", got.Formats, all.Formats())
		}
		for _, source := range got.Sources() {
			f, _, err := s.OpenAs(t.Context(), got, 320, source.Type)
			if err != nil {
				t.Fatal(err)
			}
			head := make([]byte, 12)
			if _, err := io.ReadFull(f, head); err != nil || f.Close() != nil {
				t.Fatal(err)
			}
			if is := string(head); !strings.Contains(is, "WEBP") && !strings.Contains(is, "ftypavif") {
				t.Errorf("%s begins with %q", source.Type, is)
			}
		}
		if width, mime, ok := got.Served("1-320.webp"); all.Formats()[len(all.Formats())-1] == "webp" && (!ok || width != 320 || mime != "image/webp") {
			t.Errorf("1-320.webp is %d, %s, %t", width, mime, ok)
		}
		for _, file := range []string{"1-320.gif", "2-320.jpg", "1-321.jpg", "1.jpg", "", ".", "1-320.jpg/.."} {
			if _, _, ok := got.Served(file); ok {
				t.Errorf("%q is served", file)
			}
		}
	})
}
