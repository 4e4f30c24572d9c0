package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lede/article"
	"lede/internal/fault"
)

// lawPage is the page on which a publisher takes out of an article what the law forbids.
type lawPage struct {
	panel
	Blocks   []lawBlock // what readers read, to select from
	Passages string     // one a line, as typed
	Pictures []lawChoice
	Signers  []lawChoice
	Anew     bool // the address is made anew
	Ground   string
	// Asking: what will happen is shown, and has to be confirmed.
	Asking bool
	Will   []string
}

type lawBlock struct{ Name, Text string }

// lawChoice is a picture or a byline that can be taken out.
type lawChoice struct {
	ID        int64
	Name      string
	Chosen    bool
	Elsewhere int // other articles that use it
}

func redactPage(v *visit) error {
	p, err := v.panel()
	if err != nil {
		return err
	}
	page, err := v.lawPage(p)
	if err != nil {
		return err
	}
	return v.show("redact", page)
}

// lawPage lists what stands in the article, and in the versions before, to choose from.
func (v *visit) lawPage(p panel) (lawPage, error) {
	p.Title = "Take out by law: " + titled(p.Headline)
	page := lawPage{panel: p}
	for _, line := range []lawBlock{{"Kicker", p.Kicker}, {"Headline", p.Headline}, {"Summary", p.Summary}, {"Caption", p.Lead.Caption}} {
		if line.Text != "" {
			page.Blocks = append(page.Blocks, line)
		}
	}
	for _, b := range p.Body.Blocks {
		if text := b.PlainText(); text != "" {
			page.Blocks = append(page.Blocks, lawBlock{blockName(b.Type), text})
		}
	}
	if err := v.lawPictures(&page); err != nil {
		return page, err
	}
	people, err := v.Staff.Bylines(v.ctx(), p.Article.Bylines...)
	for _, b := range people {
		page.Signers = append(page.Signers, lawChoice{ID: b.ID, Name: b.NameIn(p.Lang)})
	}
	return page, err
}

// lawPictures lists the pictures of all versions.
func (v *visit) lawPictures(page *lawPage) error {
	versions, err := v.Articles.Versions(v.ctx(), page.ID)
	if err != nil {
		return err
	}
	var ids []int64
	for _, version := range versions {
		text, err := v.Articles.TextOf(v.ctx(), page.ID, version.N)
		if err != nil {
			return err
		}
		for _, id := range text.Media() {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	found, err := v.Media.Get(v.ctx(), ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, there := found[id]
		if !there {
			continue
		}
		uses, err := v.Articles.Uses(v.ctx(), id)
		if err != nil {
			return err
		}
		c := lawChoice{ID: id, Name: titledPicture(m.Caption, m.Name)}
		for _, of := range uses {
			if of != page.ID {
				c.Elsewhere++
			}
		}
		page.Pictures = append(page.Pictures, c)
	}
	return nil
}

func titledPicture(caption, name string) string {
	if caption == "" {
		return name
	}
	if text := []rune(caption); len(text) > 90 {
		return string(text[:90]) + "…"
	}
	return caption
}

// redactArticle shows what will happen, and does it when that was confirmed.
func redactArticle(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil {
		return err
	}
	page, err := v.lawPage(p)
	if err != nil {
		return err
	}
	b, err := v.readLaw(&page)
	switch {
	case err != nil:
		return v.lawAgain(page, err)
	case !ok:
		return v.showAs(http.StatusConflict, "redact", page)
	case v.r.PostFormValue("confirm") != "yes":
		page.Asking, page.Will = true, page.will(b)
		return v.show("redact", page)
	}
	if err := v.Articles.Redact(v.ctx(), p.ID, p.Version, b, v.person.ID, v.now); err != nil {
		return v.lawAgain(page, err)
	}
	return v.panelOn(p, "redacted")
}

// readLaw reads the form into the page, and what it asks for.
func (v *visit) readLaw(page *lawPage) (article.Blanking, error) {
	form := v.r.PostForm
	page.Passages, page.Ground, page.Anew = form.Get("passages"), form.Get("note"), form.Get("address") != ""
	b := article.Blanking{Passages: strings.Split(page.Passages, "\n"), Address: page.Anew, Note: page.Ground}
	b.Pictures = choose(page.Pictures, form["picture"])
	b.Bylines = choose(page.Signers, form["byline"])
	return b, b.Check()
}

// choose marks what was chosen from a list, and gives the ids.
func choose(from []lawChoice, chosen []string) (ids []int64) {
	for i := range from {
		if slices.Contains(chosen, strconv.FormatInt(from[i].ID, 10)) {
			from[i].Chosen = true
			ids = append(ids, from[i].ID)
		}
	}
	return ids
}

// will lists what is going to happen, so that it can be asked about first.
func (page lawPage) will(b article.Blanking) []string {
	var list []string
	if n := len(b.Clean().Passages); n > 0 {
		list = append(list, fmt.Sprintf("%s blanked with %s in every one of the %d versions, in notes and in what is being written.", passages(n), article.Blank, page.Version))
	}
	for _, c := range page.Pictures {
		if c.Chosen {
			says := fmt.Sprintf("The picture “%s” is destroyed, in all its sizes.", c.Name)
			if c.Elsewhere > 0 {
				says += fmt.Sprintf(" It goes from %d other articles too.", c.Elsewhere)
			}
			list = append(list, says)
		}
	}
	for _, c := range page.Signers {
		if c.Chosen {
			list = append(list, fmt.Sprintf("%s is not named as its writer any more.", c.Name))
		}
	}
	if page.Anew && page.Path != "" {
		list = append(list, "Its address "+page.Path+" is given up: nothing stands there any more, and nothing leads from there. It gets a new one.")
	}
	return append(list, "Pages kept ready, feeds and the sitemap are made anew within seconds.",
		"The history of the article shows the date and the ground; the chain of its versions still holds.",
		"Backups made before hold it still. Others who copied the page are out of reach.")
}

func passages(n int) string {
	if n == 1 {
		return "One passage is"
	}
	return fmt.Sprintf("%d passages are", n)
}

func (v *visit) lawAgain(page lawPage, err error) error {
	switch {
	case errors.As(err, &page.Wrong):
		page.Stop = "Nothing was done: something must be mended first."
	case fault.IsInvalid(err), errors.Is(err, fault.Conflict):
		page.Stop = "Nothing was done: " + err.Error()
	default:
		return err
	}
	return v.showAs(http.StatusUnprocessableEntity, "redact", page)
}
