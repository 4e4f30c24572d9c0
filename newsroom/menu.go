package newsroom

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lede/internal/tongue"
	"lede/paper"
)

const menuPath = "/newsroom/paper/menu"

// menuSettings are the links above and below every page.
func menuSettings(p paper.Paper) []setting {
	return []setting{
		linksSetting(p, "menu", "Menu", "The links below the name. Empty, the sections at the top of the tree stand there.", func(p *paper.Paper) *[]paper.Link { return &p.Menu }),
		linksSetting(p, "footer", "Footer", "The links at the foot of every page. Empty, the standing pages stand there.", func(p *paper.Paper) *[]paper.Link { return &p.Footer }),
	}
}

func linksSetting(p paper.Paper, name, label, hint string, of func(*paper.Paper) *[]paper.Link) setting {
	return setting{Name: name, Label: label, Hint: hint, Kind: "rows",
		get: func(p paper.Paper) string { return rowsText(*of(&p)) },
		put: func(p *paper.Paper, typed string) string {
			links := rowsOf(typed)
			for _, l := range links {
				if l.Name == "" || !paper.IsPathOrWeb(l.To) {
					return "Each link needs a name, and leads to a path such as /contact or to an address with https://."
				}
			}
			*of(p) = links
			return ""
		},
		read: func(form url.Values) string { return rowsText(readRows(p, name, form)) }}
}

// rowsText is links as one text, the same for the same links.
func rowsText(links []paper.Link) string {
	if len(links) == 0 {
		return ""
	}
	text, err := json.Marshal(links)
	if err != nil {
		panic(err) // texts are always JSON
	}
	return string(text)
}

func rowsOf(text string) []paper.Link {
	var links []paper.Link
	_ = json.Unmarshal([]byte(text), &links) // it was made by rowsText
	return links
}

// saidRows is links as people read them.
func saidRows(text string) string {
	var all []string
	for _, l := range rowsOf(text) {
		all = append(all, fmt.Sprintf("%s (%s)", l.Name, l.To))
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, ", ")
}

// maxRows is the most links a menu can have.
const maxRows = 40

// readRows reads the rows of a menu from a form; those left empty are none.
func readRows(p paper.Paper, name string, form url.Values) []paper.Link {
	var links []paper.Link
	for n := range maxRows {
		at := name + "-" + strconv.Itoa(n)
		l := paper.Link{To: paper.Line(form.Get(at + "-to")), Name: paper.Line(form.Get(at + "-name"))}
		for _, lang := range p.Langs[1:] {
			if said := paper.Line(form.Get(at + "-" + lang)); said != "" {
				l.Names = with(l.Names, lang, said)
			}
		}
		if l.To != "" || l.Name != "" {
			links = append(links, l)
		}
	}
	return links
}

// menuView is the page of the links.
type menuView struct {
	settingsPage
	Langs []menuLang // the other languages
}

type menuLang struct{ Tag, Name, Dir string }

// Links are the two fields of links.
func (m menuView) Links() []field { return m.fields }

// menuRow is one link in the form.
type menuRow struct {
	At          string // "menu-3"
	N           int
	To, Name    string
	Names       map[string]string
	First, Last bool
	Empty       bool
}

// Rows are the links of a field, and an empty one to add another.
func (m menuView) Rows(f field) []menuRow {
	links := rowsOf(f.Value)
	var rows []menuRow
	for n, l := range append(slices.Clone(links), paper.Link{}) {
		rows = append(rows, menuRow{At: f.Name + "-" + strconv.Itoa(n), N: n, To: l.To, Name: l.Name, Names: l.Names, First: n == 0, Last: n == len(links)-1, Empty: n == len(links)})
	}
	return rows
}

func (v *visit) menuView(f settingsPage) menuView {
	m := menuView{settingsPage: f}
	for _, lang := range v.paper.Langs[1:] {
		m.Langs = append(m.Langs, menuLang{lang, tongue.For("en").Language(lang), tongue.Dir(lang)})
	}
	return m
}

func menuPage(v *visit) error {
	f, err := v.settingsForm("Menu and footer", menuPath, menuSettings(v.paper))
	if err != nil {
		return err
	}
	return v.show("menu", v.menuView(f))
}

func setMenu(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	settings := menuSettings(v.paper)
	values := typed(settings, sent)
	shift(values, sent.Get("do"))
	return v.save("Menu and footer", menuPath, settings, values, number(sent.Get("version")), func(status int, f settingsPage) error {
		return v.showAs(status, "menu", v.menuView(f))
	})
}

// shift does to the typed rows what a button asks: "menu up 2", "footer down 0", "menu remove 1".
func shift(values map[string]string, do string) {
	words := strings.Fields(do)
	if len(words) != 3 {
		return
	}
	links, n := rowsOf(values[words[0]]), int(number(words[2]))
	if n < 0 || n >= len(links) {
		return
	}
	switch {
	case words[1] == "up" && n > 0:
		links[n-1], links[n] = links[n], links[n-1]
	case words[1] == "down" && n < len(links)-1:
		links[n+1], links[n] = links[n], links[n+1]
	case words[1] == "remove":
		links = slices.Delete(links, n, n+1)
	}
	values[words[0]] = rowsText(links)
}
