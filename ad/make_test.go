package ad_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
)

// studio is a paper that sells.
type studio struct {
	*ledetest.Paper
	t *testing.T
}

func eachStudio(t *testing.T, fn func(t *testing.T, k studio)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, studio{ledetest.Open(t, d), t}) })
}

func (k studio) make(a ad.Ad, by int64, sent ...ad.Sent) ad.Ad {
	k.t.Helper()
	made, err := k.Ads.MakeAd(k.t.Context(), a, sent, by, k.Now())
	if err != nil {
		k.t.Fatal(err)
	}
	return made
}

func sent(name string, b []byte) ad.Sent { return ad.Sent{Name: name, File: bytes.NewReader(b)} }

// noisy is a photograph-like picture: it does not compress well.
func noisy(w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(1, 2))
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range im.Pix {
		im.Pix[i] = uint8(r.Uint32()&63) + uint8(i/w)
	}
	for i := 3; i < len(im.Pix); i += 4 {
		im.Pix[i] = 255
	}
	return im
}

func jpegOf(t *testing.T, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gifOf is a film: a square goes over a ground of many colours.
func gifOf(t *testing.T, w, h, frames int) []byte {
	t.Helper()
	p := color.Palette{}
	for i := range 256 {
		p = append(p, color.RGBA{uint8(i), uint8(255 - i), uint8(i * 7), 255})
	}
	g := &gif.GIF{}
	for f := range frames {
		im := image.NewPaletted(image.Rect(0, 0, w, h), p)
		for i := range im.Pix {
			im.Pix[i] = uint8(i % w * 200 / w)
			if i%40 == f {
				im.Pix[i] += uint8(i * i % 17)
			}
		}
		for y := range h / 4 {
			for x := range w / 4 {
				im.SetColorIndex((f*7+x)%w, y, 250)
			}
		}
		g.Image, g.Delay = append(g.Image, im), append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pictureAd(name string) ad.Ad {
	return ad.Ad{Name: name, Form: ad.PictureForm, Content: ad.Content{Link: "https://boats.example/autumn", Alt: "Boats are cheaper in autumn"}}
}

func nativeAd(name string) ad.Ad {
	return ad.Ad{Name: name, Form: ad.NativeForm, Content: ad.Content{Link: "https://boats.example/autumn", Headline: "Boats are cheaper now", Line: "Until Sunday.", Verb: "See them"}}
}

const page = `<!doctype html><meta name="ad.size" content="width=300,height=250"><link rel=stylesheet href="look.css"><script src="run.js"></script><img src="p/a.png">`

func (k studio) bytes(a ad.Ad, f ad.File) []byte {
	k.t.Helper()
	r, got, err := k.Ads.OpenFile(k.t.Context(), a.ID, a.Version, f.Name)
	if err != nil {
		k.t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || got != f {
		k.t.Fatalf("%v, %+v", err, got)
	}
	return b
}

func mend(err error) fault.Form {
	var f fault.Form
	errors.As(err, &f)
	return f
}

func TestAnyPictureIsMadeForTheBoxesAndWeighsNoMoreThanItMay(t *testing.T) {
	eachStudio(t, func(t *testing.T, k studio) {
		flat := image.NewRGBA(image.Rect(0, 0, 600, 500))
		for i := range flat.Pix {
			flat.Pix[i] = 255
		}
		for name, c := range map[string]struct {
			b    []byte
			want string
		}{
			"huge photograph":   {jpegOf(t, noisy(4000, 3300)), "300x250.jpg 300×248"},
			"twice a rectangle": {pngOf(t, flat), "300x250.png 300×250"},
			"leaderboard":       {jpegOf(t, noisy(728, 90)), "728x90.jpg 728×90, 320x100.jpg 320×40"},
			"billboard":         {pngOf(t, noisy(1940, 500)), "970x250.jpg 970×250, 728x90.jpg 349×90, 320x100.jpg 320×82"},
			"tower":             {jpegOf(t, noisy(300, 600)), "300x250.jpg 125×250"},
		} {
			a := k.make(pictureAd(name), 7, sent("x", c.b))
			var got []string
			for _, f := range a.Files {
				got = append(got, fmt.Sprintf("%s %d×%d", f.Name, f.Width, f.Height))
				b := k.bytes(a, f)
				if int64(len(b)) != f.Bytes || len(b) > ad.Weight || len(b) == 0 {
					t.Errorf("%s, %s: %d bytes, said to be %d", name, f.Name, len(b), f.Bytes)
				}
				if _, kind, err := image.Decode(bytes.NewReader(b)); err != nil || "image/"+kind != f.Type {
					t.Errorf("%s, %s is %s (%v)", name, f.Name, kind, err)
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("%s: %s, want %s", name, s, c.want)
			}
		}
	})
}

func TestWhatMovesStillMoves(t *testing.T) {
	k := studio{ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t))), t}
	for _, frames := range []int{2, 24, 130} {
		began := time.Now()
		w, h := 600, 500
		if frames > 100 {
			w, h = 300, 250
		}
		a := k.make(pictureAd("film"), 7, sent("film.gif", gifOf(t, w, h, frames)))
		if len(a.Files) != 1 || a.Files[0].Name != "300x250.gif" || a.Files[0].Box != (ad.Box{Width: 300, Height: 250}) || a.Files[0].Type != "image/gif" {
			t.Fatalf("%+v", a.Files)
		}
		b := k.bytes(a, a.Files[0])
		g, err := gif.DecodeAll(bytes.NewReader(b))
		if err != nil || len(b) > ad.Weight {
			t.Fatalf("%d bytes, %v", len(b), err)
		}
		long := 0
		for _, d := range g.Delay {
			long += d
		}
		if len(g.Image) < 2 || long != 10*frames || g.LoopCount != 0 {
			t.Errorf("%d frames became %d, %d ms, loops %d", frames, len(g.Image), 10*long, g.LoopCount)
		}
		t.Logf("%d frames: %d, %d×%d, %d KB, %v", frames, len(g.Image), g.Config.Width, g.Config.Height, len(b)>>10, time.Since(began).Round(time.Millisecond))
	}
}

func TestAPictureOfNoUseIsRefused(t *testing.T) {
	k := studio{ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t))), t}
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"sliver.jpg": {jpegOf(t, noisy(1000, 20)), "fills less than two fifths of every position"},
		"page.pdf":   {[]byte("%PDF-1.4"), "PDF files cannot be taken"},
		"cut.jpg":    {jpegOf(t, noisy(300, 250))[:4000], "ends too early"},
		"draw.svg":   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg">`), "SVG drawings cannot be taken"},
		"tone.mp3":   {[]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), "no picture"},
	} {
		_, err := k.Ads.MakeAd(t.Context(), pictureAd(name), []ad.Sent{sent(name, c.b)}, 7, k.Now())
		if says := mend(err)["files"]; !strings.Contains(says, c.want) || !strings.HasPrefix(says, name) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := k.Ads.MakeAd(t.Context(), pictureAd("none"), nil, 7, k.Now()); mend(err)["files"] == "" {
		t.Errorf("an ad without a picture: %v", err)
	}
	k.noFiles()
}

// noFiles wants nothing left of what was refused.
func (k studio) noFiles() {
	k.t.Helper()
	if keys := k.keys(); len(keys) > 0 {
		k.t.Errorf("left behind: %v", keys)
	}
}

// keys are those of all files of ads.
func (k studio) keys() []string {
	k.t.Helper()
	var all []string
	err := k.Files.List(k.t.Context(), "ad/", func(key string, _ blob.Info) error { all = append(all, key); return nil })
	if err != nil {
		k.t.Fatal(err)
	}
	return all
}

func (k studio) approval() {
	k.t.Helper()
	r, err := k.Ads.Rules(k.t.Context())
	if r.Approve = true; err == nil {
		err = k.Ads.SetRules(k.t.Context(), r, k.Now())
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

func TestAnAdIsApprovedBySomebodyElseThanWhoMadeIt(t *testing.T) {
	eachStudio(t, func(t *testing.T, k studio) {
		k.approval()
		ctx := t.Context()
		a := k.make(nativeAd("card"), 7)
		if a.Judgement != ad.Waiting || a.ShownVersion != 0 {
			t.Fatalf("a new ad does not wait: %+v", a)
		}
		if _, err := k.Ads.JudgeAd(ctx, a.ID, 1, true, "", 7, k.Now()); mend(err)["why"] == "" {
			t.Errorf("who made it approved it: %v", err)
		}
		a, err := k.Ads.JudgeAd(ctx, a.ID, 1, true, "", 8, k.Now())
		if err != nil || a.Judgement != ad.Approved || a.ShownVersion != 1 || a.JudgedBy != 8 {
			t.Fatalf("%+v, %v", a, err)
		}
		if _, err := k.Ads.JudgeAd(ctx, a.ID, 1, false, "late", 9, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("judged twice: %v", err)
		}
		a.Headline = "Boats are dearer now"
		swapped := k.make(a, 9)
		if swapped.Version != 2 || swapped.Judgement != ad.Waiting || swapped.ShownVersion != 1 {
			t.Fatalf("a swap does not wait behind what was approved: %+v", swapped)
		}
		// Who hides behind another's change of a name approves nothing of their own.
		swapped.Name = "card, renamed"
		renamed := k.make(swapped, 10)
		if _, err := k.Ads.JudgeAd(ctx, a.ID, renamed.Version, true, "", 9, k.Now()); mend(err)["why"] == "" {
			t.Errorf("who made the version before approved it: %v", err)
		}
		if _, err := k.Ads.JudgeAd(ctx, a.ID, renamed.Version, false, " ", 8, k.Now()); mend(err)["why"] == "" {
			t.Errorf("rejected without a reason: %v", err)
		}
		got, err := k.Ads.JudgeAd(ctx, a.ID, renamed.Version, false, "Dearer is not true.", 8, k.Now())
		if err != nil || got.ShownVersion != 1 || got.Judgement != ad.Rejected || got.Why != "Dearer is not true." {
			t.Errorf("%+v, %v", got, err)
		}
		back, err := k.Ads.BringBack(ctx, a.ID, 1, renamed.Version, 9, k.Now())
		if err != nil || back.Version != 4 || back.Judgement != ad.Approved || back.ShownVersion != 4 || back.Headline != "Boats are cheaper now" {
			t.Errorf("what was approved once needs approval again: %+v, %v", back, err)
		}
		again, err := k.Ads.BringBack(ctx, a.ID, 2, 4, 9, k.Now())
		if err != nil || again.Judgement != ad.Waiting || again.ShownVersion != 4 {
			t.Errorf("what was never approved goes out: %+v, %v", again, err)
		}
		if _, err := k.Ads.BringBack(ctx, a.ID, 1, 4, 9, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("two undo at once: %v", err)
		}
		history, err := k.Ads.AdHistory(ctx, a.ID)
		if err != nil || len(history) != 5 || history[4].Judgement != ad.Approved || history[4].JudgedBy != 8 || history[2].Why == "" {
			t.Errorf("history: %+v, %v", history, err)
		}
		waiting, err := k.Ads.AdsWaiting(ctx)
		if err != nil || len(waiting) != 1 || waiting[0].ID != a.ID {
			t.Errorf("what waits: %+v, %v", waiting, err)
		}
	})
}

func TestTwoWhoChangeAnAdDoNotOverwriteEachOther(t *testing.T) {
	eachStudio(t, func(t *testing.T, k studio) {
		a := k.make(pictureAd("one"), 7, sent("a.jpg", jpegOf(t, noisy(300, 250))))
		mine := a
		mine.Link = "https://boats.example/winter"
		b := k.make(mine, 7)
		if b.Version != 2 || len(b.Files) != 1 || b.Files[0] != a.Files[0] || b.ShownVersion != 2 {
			t.Fatalf("what was not sent again does not stay: %+v", b)
		}
		files := len(k.keys())
		if _, err := k.Ads.MakeAd(t.Context(), a, []ad.Sent{sent("b.jpg", jpegOf(t, noisy(300, 250)))}, 8, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("%v, want a conflict", err)
		}
		if got := len(k.keys()); got != files {
			t.Errorf("%d files after a conflict, want %d", got, files)
		}
		b.Files = nil
		if _, err := k.Ads.MakeAd(t.Context(), b, nil, 8, k.Now()); mend(err)["files"] == "" {
			t.Errorf("a picture ad without its pictures: %v", err)
		}
		wide := k.make(ad.Ad{ID: b.ID, Version: b.Version, Name: b.Name, Form: b.Form, Content: ad.Content{Link: b.Link, Alt: b.Alt, Files: a.Files}}, 8, sent("wide.jpg", jpegOf(t, noisy(970, 250))))
		if len(wide.Files) != 4 {
			t.Errorf("a picture for other boxes did not join: %+v", wide.Files)
		}
		old, err := k.Ads.AdVersion(t.Context(), a.ID, 1)
		if err != nil || old.Link != a.Link || old.Version != 1 || len(old.Files) != 1 {
			t.Errorf("the first version is not what it was: %+v, %v", old, err)
		}
	})
}

func TestWordsOfAnAdAreChecked(t *testing.T) {
	k := studio{ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t))), t}
	for field, change := range map[string]func(*ad.Ad){
		"name":       func(a *ad.Ad) { a.Name = " " },
		"headline":   func(a *ad.Ad) { a.Headline = strings.Repeat("n", 61) },
		"line":       func(a *ad.Ad) { a.Line = "cheap\u202Eevil" },
		"verb":       func(a *ad.Ad) { a.Verb = "" },
		"advertiser": func(a *ad.Ad) { a.Advertiser = 4711 },
		"form":       func(a *ad.Ad) { a.Form = "tag" },
	} {
		a := nativeAd("card")
		change(&a)
		if _, err := k.Ads.MakeAd(t.Context(), a, nil, 7, k.Now()); mend(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for link, ok := range map[string]bool{
		"https://boats.example/a?b=c": true, "http://boats.example": true, "/subscribe": true, "https://münchen.example/": true,
		"": false, "boats.example": false, "javascript:alert(1)": false, "//boats.example": false, "https://": false, "https://me:pw@boats.example": false,
		"https://localhost/": false, "https://boats.example/a b": false, "data:text/html,x": false, "https:\\\\boats.example": false, "/\\boats.example": false,
		"https://boats.example/" + strings.Repeat("n", 2000): false, "https://boats.example/\u202Egnp": false, "ftp://boats.example/": false,
	} {
		a := nativeAd("card")
		a.Link = link
		if _, err := k.Ads.MakeAd(t.Context(), a, nil, 7, k.Now()); (err == nil) != ok || !ok && mend(err)["link"] == "" {
			t.Errorf("link %.60q: %v", link, err)
		}
	}
}

func TestHTMLHoldsOnlyItsOwnFiles(t *testing.T) {
	eachStudio(t, func(t *testing.T, k studio) {
		html := ad.Ad{Name: "film", Form: ad.HTMLForm, Content: ad.Content{Link: "https://boats.example/"}}
		a := k.make(html, 7, sent("ad.zip", zipOf(t, "__MACOSX/x", "junk", "boats/", "", "boats/run.js", "1", "boats/index.html", page, "boats/look.css", `a{background:url("p/a.png")}`, "boats/p/a.png", string(pngOf(t, image.NewGray(image.Rect(0, 0, 2, 2)))))))
		if len(a.Files) != 4 || a.Files[0].Name != "index.html" || a.Files[0].Box != (ad.Box{Width: 300, Height: 250}) || a.Files[3].Name != "run.js" || a.Files[3].Width != 0 {
			t.Fatalf("%+v", a.Files)
		}
		if got := k.bytes(a, a.Files[0]); string(got) != page {
			t.Errorf("the page is %q", got)
		}
		a.Name = "film, renamed"
		if b := k.make(a, 7); len(b.Files) != 4 {
			t.Errorf("a new name lost the files: %+v", b.Files)
		}
		html.Files = []ad.File{{Box: ad.Box{Width: 728, Height: 90}}}
		if b := k.make(html, 7, sent("Leader.HTML", []byte("<p>Boats"))); b.Files[0].Box.Width != 728 || b.Files[0].Name != "index.html" {
			t.Errorf("%+v", b.Files)
		}
		for _, name := range []string{"../../etc/passwd", "..", "boats/index.html", ""} {
			if _, _, err := k.Ads.OpenFile(t.Context(), a.ID, a.Version, name); !errors.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}

func TestBadBundlesAreRefusedWithTheReasonAndLeaveNothing(t *testing.T) {
	k := studio{ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t))), t}
	zeros := strings.Repeat("\x00", 400<<10)
	many := []string{"index.html", "<p>"}
	for i := range 61 {
		many = append(many, fmt.Sprintf("%d.txt", i), "x")
	}
	noise := string(jpegOf(t, noisy(900, 900)))
	symlink := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "index.html"}
		h.SetMode(0o777 | fs.ModeSymlink)
		w, _ := z.CreateHeader(h)
		_, _ = io.WriteString(w, "/etc/passwd")
		_ = z.Close()
		return b.Bytes()
	}()
	lying := zipOf(t, "index.html", "<p>", "a.txt", zeros)
	for i := range lying { // in the local header and in the directory: the size before packing
		if bytes.HasPrefix(lying[i:], []byte{0x00, 0x40, 0x06, 0x00}) {
			copy(lying[i:], []byte{10, 0, 0, 0})
		}
	}
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"bomb":           {zipOf(t, "index.html", "<p>", "a.txt", zeros), "times as large"},
		"lying bomb":     {lying, "damaged"},
		"heavy":          {zipOf(t, "index.html", "<p>", "a.jpg", noise, "b.jpg", noise, "c.jpg", noise), "together"},
		"many":           {zipOf(t, many...), "The limit is 60"},
		"slip":           {zipOf(t, "index.html", "<p>", "../evil.js", "1"), "name files with letters"},
		"absolute":       {zipOf(t, "index.html", "<p>", "/etc/evil.js", "1"), "name files with letters"},
		"backslash":      {zipOf(t, "index.html", "<p>", `..\evil.js`, "1"), "name files with letters"},
		"hidden":         {zipOf(t, "index.html", "<p>", ".htaccess", "1"), "name files with letters"},
		"link":           {symlink, "is no file but a link"},
		"nested":         {zipOf(t, "index.html", "<p>", "more.zip", "PK\x03\x04"), "an ad is made of"},
		"program":        {zipOf(t, "index.html", "<p>", "x.php", "<?php"), "an ad is made of"},
		"twice":          {zipOf(t, "index.html", "<p>", "a.js", "1", "A.js", "2"), "twice"},
		"no page":        {zipOf(t, "a.js", "1"), "needs an index.html"},
		"two pages":      {zipOf(t, "a.html", "1", "b.html", "2"), "2 pages"},
		"outside":        {zipOf(t, "x/index.html", "1", "y/a.js", "2"), "outside of the folder"},
		"tag":            {zipOf(t, "index.html", `<script src="https://tags.example/x.js"></script>`), "Third-party tags are not supported"},
		"tag, no scheme": {zipOf(t, "index.html", `<SCRIPT SRC=//tags.example/x.js>`), "Third-party tags are not supported"},
		"pixel":          {zipOf(t, "index.html", `<img src="http://tags.example/p.gif">`), "no network but its own files"},
		"style":          {zipOf(t, "index.html", `<p style="background:url(https://tags.example/p.gif)">`), "no network"},
		"import":         {zipOf(t, "index.html", `<link rel=stylesheet href=a.css>`, "a.css", `@import "https://tags.example/a.css";`), "no network"},
		"srcset":         {zipOf(t, "index.html", `<img srcset="a.png 1x, https://tags.example/b.png 2x">`), "not in the zip"},
		"drawing":        {zipOf(t, "index.html", `<p>`, "a.svg", `<svg><image href="https://tags.example/p.gif"/></svg>`), "no network"},
		"missing":        {zipOf(t, "index.html", `<img src="a.png">`), "asks for a.png, which is not in the zip"},
		"refresh":        {zipOf(t, "index.html", `<meta http-equiv="Refresh" content="0;url=https://x.example">`), "leads elsewhere"},
		"frame":          {zipOf(t, "index.html", `<iframe srcdoc="x">`), "holds a frame"},
		"base":           {zipOf(t, "index.html", `<base href="https://tags.example/">`), "another base"},
		"lying picture":  {zipOf(t, "index.html", `<p>`, "a.png", "<script>"), "not what its ending says"},
		"binary":         {zipOf(t, "index.html", "<p>\xff\xfe"), "no text in UTF-8"},
		"no zip":         {[]byte("PK\x03\x04 but no more"), "damaged"},
		"unknown":        {[]byte("MZ\x90"), "neither a zip nor an HTML file"},
		"large, too":     {bytes.Repeat([]byte("x"), 5<<20+1), "larger than 5 MB"},
	} {
		_, err := k.Ads.MakeAd(t.Context(), ad.Ad{Name: name, Form: ad.HTMLForm, Content: ad.Content{Link: "https://boats.example/", Files: []ad.File{{Box: ad.Box{Width: 300, Height: 250}}}}},
			[]ad.Sent{sent("ad.zip", c.b)}, 7, k.Now())
		if says := mend(err)["files"]; !strings.Contains(says, c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for says, text := range map[string]string{"may have 500": strings.Repeat("<p>Boats", 70_000)} {
		_, err := k.Ads.MakeAd(t.Context(), ad.Ad{Name: "page", Form: ad.HTMLForm, Content: ad.Content{Link: "https://boats.example/"}}, []ad.Sent{sent("a.html", []byte(text))}, 7, k.Now())
		if !strings.Contains(mend(err)["files"], says) {
			t.Errorf("a heavy page: %v", err)
		}
	}
	for says, text := range map[string]string{"stands in no position": `<meta name="ad.size" content="width=970,height=500">`, "Choose its size": "<p>"} {
		_, err := k.Ads.MakeAd(t.Context(), ad.Ad{Name: "size", Form: ad.HTMLForm, Content: ad.Content{Link: "https://boats.example/"}}, []ad.Sent{sent("a.html", []byte(text))}, 7, k.Now())
		if !strings.Contains(mend(err)["size"], says) {
			t.Errorf("%s: %v", text, err)
		}
	}
	k.noFiles()
}

func TestFilesOfRemovedAdsGoAndAllOthersStay(t *testing.T) {
	eachStudio(t, func(t *testing.T, k studio) {
		stays := k.make(pictureAd("stays"), 7, sent("a.jpg", jpegOf(t, noisy(300, 250))))
		swapped := k.make(stays, 7, sent("b.jpg", jpegOf(t, noisy(310, 250))))
		goes := k.make(pictureAd("goes"), 7, sent("c.jpg", jpegOf(t, noisy(970, 250))))
		if err := k.Ads.RemoveAd(t.Context(), goes.ID, 7, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("%v, want a conflict", err)
		}
		if err := k.Ads.RemoveAd(t.Context(), goes.ID, goes.Version, k.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Ads.Ad(t.Context(), goes.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
		if err := k.Ads.SweepFiles(t.Context(), time.Now()); err != nil || len(k.keys()) != 5 {
			t.Errorf("what may still be on its way is swept: %v, %v", k.keys(), err)
		}
		if err := k.Ads.SweepFiles(t.Context(), time.Now().Add(25*time.Hour)); err != nil || len(k.keys()) != 2 {
			t.Errorf("left are %v (%v), want those of both versions", k.keys(), err)
		}
		for _, a := range []ad.Ad{stays, swapped} {
			k.bytes(a, a.Files[0])
		}
	})
}
