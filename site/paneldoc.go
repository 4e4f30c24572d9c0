package site

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
)

// PanelPage is the document in the frame of a position.
type PanelPage struct {
	Lang, Dir, Title string
	Form             ad.Form // "" for nothing
	Offer            string  // what the page is told; "" that nothing stands here
	Tells            bool    // the page is told
	Go               string  // where a click leads
	Pictures         []PanelPicture
	Content          ad.Content
	Page             *PanelPicture // of HTML, the frame its own page stands in
	Drawn            string        // the picture that says rendered where there is no script
	Style, Script    template.HTML
}

// PanelPicture is a picture, or a page, and for which frames it is.
type PanelPicture struct {
	Src           string
	Width, Height int
	Media         string
}

// inline is a script or a sheet that stands in a document, and the digest by which its policy knows it.
type inline struct {
	html   template.HTML
	digest string
}

func inlined(tag, text string) inline {
	sum := sha256.Sum256([]byte(text))
	return inline{template.HTML("<" + tag + ">" + text + "</" + tag + ">"), "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}
}

// panelParts are what the documents of panels are made of.
type panelParts struct {
	plain  inline // the style of all
	card   string // and that of cards, which the paper's own look follows
	tells  inline // the script
	before string // what stands before a page of an ad: see panelprologue.js
}

func readPanelParts() (p panelParts, err error) {
	read := func(name string) string {
		text, failed := sources.ReadFile(name)
		err = cmp.Or(err, failed)
		return string(text)
	}
	small := func(name string) string {
		text, failed := script([]byte(read(name)))
		err = cmp.Or(err, failed)
		return string(text)
	}
	p.plain = inlined("style", shrink(read("panel.css")))
	p.card = shrink(read("tokens.css") + read("panel.css") + read("panelcard.css"))
	p.tells = inlined("script", small("panel.js"))
	p.before = "<script>" + small("panelprologue.js") + "</script>"
	return p, err
}

// showPanel answers with the document of an offer.
func (s *Site) showPanel(w http.ResponseWriter, r *http.Request, o ad.Offer) error {
	lang := cmp.Or(o.Lang, s.known.Load().Main())
	page := PanelPage{Lang: lang, Dir: tongue.Dir(lang), Title: s.known.Load().NameIn(lang), Tells: !o.Look}
	style, origin := s.panels.plain, s.web.Origin(r)
	may := map[string][]string{}
	if o.Booking != 0 || o.Look {
		a, err := s.panelAd(r.Context(), o)
		if err != nil {
			return err
		}
		s.fillPanel(&page, a, o)
		if a.Form == ad.NativeForm {
			style = inlined("style", s.panels.card+s.known.Load().Sheet(faceAt))
			may["font-src"] = []string{origin + faceAt}
		}
		files := origin + s.panelFiles(a)
		may["img-src"], may["frame-src"] = []string{files}, []string{files}
		if page.Drawn != "" {
			may["img-src"] = append(may["img-src"], origin+page.Drawn)
		}
	}
	may["style-src"], page.Style = []string{style.digest}, style.html
	if page.Tells {
		may["script-src"], page.Script = []string{s.panels.tells.digest}, s.panels.tells.html
	}
	var b bytes.Buffer
	if err := s.views.Draw(&b, lang, viewPanel, page); err != nil {
		return err
	}
	h := w.Header()
	maps.Copy(h, web.PanelHeader(may, false))
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // whoever asked may be gone
	return nil
}

// fillPanel puts an ad into its document.
func (s *Site) fillPanel(page *PanelPage, a ad.Ad, o ad.Offer) {
	token := s.Ads.Seal(o)
	page.Form, page.Content, page.Go = a.Form, a.Content, "/panel/go/"+token
	if !o.Look {
		page.Offer = token
	}
	if page.Tells = page.Tells && o.Scripted; !page.Tells && !o.Look {
		page.Drawn = "/panel/drawn/" + token
	}
	at := s.panelFiles(a)
	switch a.Form {
	case ad.HTMLForm:
		if len(a.Files) > 0 {
			f := a.Files[0]
			page.Page = &PanelPicture{Src: at + f.Name + "?clickTag=" + url.QueryEscape(page.Go), Width: f.Width, Height: f.Height}
		}
	case ad.NativeForm:
		page.Pictures = cardPictures(at, a.Files)
	default:
		page.Pictures = panelPictures(at, a.Files)
	}
}

// panelPictures are the pictures of an ad, the largest first: a frame takes the first it has room for, and the last in any case.
func panelPictures(at string, files []ad.File) []PanelPicture {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b ad.File) int { return b.Width*b.Height - a.Width*a.Height })
	var all []PanelPicture
	for _, f := range files {
		all = append(all, PanelPicture{at + f.Name, f.Width, f.Height, fmt.Sprintf("(min-width:%dpx) and (min-height:%dpx)", f.Width, f.Height)})
	}
	return all
}

// cardPictures are those of a card: beside its words where it is low, and where it is wide, else above them.
func cardPictures(at string, files []ad.File) []PanelPicture {
	var all []PanelPicture
	for _, for_ := range []struct{ stem, media string }{{"120x90.", "(max-height:130px)"}, {"330x250.", "(min-width:600px)"}, {"300x150.", ""}} {
		if i := slices.IndexFunc(files, func(f ad.File) bool { return strings.HasPrefix(f.Name, for_.stem) }); i >= 0 {
			all = append(all, PanelPicture{at + files[i].Name, files[i].Width, files[i].Height, for_.media})
		}
	}
	return all
}

// mostPanels bounds how many ads and pages are remembered.
const mostPanels = 2000

// panelAd is the ad of an offer, in the version that was offered. What a version holds never changes.
func (s *Site) panelAd(ctx context.Context, o ad.Offer) (ad.Ad, error) {
	key := [2]int64{o.Ad, o.AdVersion}
	if a, ok := s.panels.ads.get(key); ok {
		return a, nil
	}
	a, err := s.Ads.AdVersion(ctx, o.Ad, o.AdVersion)
	if err == nil && a.Form == "" {
		err = fault.NotFound
	}
	if err == nil {
		s.panels.ads.put(key, a)
	}
	return a, err
}

// panelFiles is where the files of an ad stand. Those of a version that nobody approved have an address that nobody guesses.
func (s *Site) panelFiles(a ad.Ad) string {
	version := strconv.FormatInt(a.Version, 10)
	if a.Judgement != ad.Approved {
		version += "." + s.panelKey(a.ID, a.Version)
	}
	return "/panel/file/" + strconv.FormatInt(a.ID, 10) + "/" + version + "/"
}

// panelKey is what opens the files of a version of an ad.
func (s *Site) panelKey(id, version int64) string {
	mac := s.Secret.MAC("ad file", strconv.AppendInt(nil, id, 10), strconv.AppendInt(nil, version, 10))
	return base64.RawURLEncoding.EncodeToString(mac[:16])
}
