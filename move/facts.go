package move

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/language"
)

// facts is what a page says of itself in its head and its marks, before anything is taken away from it.
type facts struct {
	jsonLD
	meta  map[string]string // by property, name or itemprop in lower case; the first of each
	title string            // <title>
	h1    []string
	canon string
	base  *url.URL // where its links start from, nil when unknown
	lang  string
	dir   string
	names []string // from the markup: rel=author, class byline
	above string   // kicker in the markup
	times map[string]string
}

// learn reads the facts off a page; where is its address when it is known.
func learn(root *html.Node, where *url.URL) *facts {
	f := &facts{meta: map[string]string{}, times: map[string]string{}, base: where}
	each(root, func(n *html.Node) bool {
		f.note(n)
		return n.Data != "svg" && n.Data != "template"
	})
	if f.base == nil {
		f.base = absolute(nil, first(f.canon, f.meta["og:url"], f.url))
	}
	return f
}

// note reads one element.
func (f *facts) note(n *html.Node) {
	switch n.Data {
	case "html":
		f.lang, f.dir = attr(n, "lang"), strings.ToLower(attr(n, "dir"))
		if f.lang == "" {
			f.lang = attr(n, "xml:lang")
		}
	case "meta":
		f.noteMeta(n)
	case "title":
		if f.title == "" {
			f.title = textOf(n)
		}
	case "base":
		if u := absolute(f.base, attr(n, "href")); u != nil {
			f.base = u
		}
	case "link":
		if f.canon == "" && strings.EqualFold(attr(n, "rel"), "canonical") {
			f.canon = attr(n, "href")
		}
	case "script":
		if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil {
			f.jsonLD.read(n.FirstChild.Data)
		}
	case "h1":
		if t := textOf(n); t != "" {
			f.h1 = append(f.h1, t)
		}
	}
	f.noteMarkup(n)
}

// noteMeta keeps the first value of each meta name.
func (f *facts) noteMeta(n *html.Node) {
	value := squeeze(attr(n, "content"))
	for _, by := range []string{"property", "name", "itemprop", "http-equiv"} {
		if k := strings.ToLower(attr(n, by)); k != "" && value != "" && f.meta[k] == "" {
			f.meta[k] = value
		}
	}
}

// noteMarkup reads microdata, times, bylines and the kicker from elements people see.
func (f *facts) noteMarkup(n *html.Node) {
	switch prop := strings.ToLower(attr(n, "itemprop")); prop {
	case "datepublished", "datemodified":
		at := first(attr(n, "datetime"), attr(n, "content"))
		if at != "" && f.times[prop] == "" {
			f.times[prop] = at
		}
	}
	if n.Data == "time" && has(n, "pubdate") && f.times["pubdate"] == "" {
		f.times["pubdate"] = attr(n, "datetime")
	}
	mark := marks(n)
	if strings.EqualFold(attr(n, "rel"), "author") {
		f.names = append(f.names, names(strings.TrimPrefix(textOf(n), "By "))...)
	} else if mark["byline"] || mark["author"] {
		if t := textOf(n); len(t) < 160 {
			f.names = append(f.names, byline(t)...)
		}
	}
	if f.above == "" && len(f.h1) == 0 && (mark["kicker"] || mark["eyebrow"] || mark["overline"]) {
		if t := textOf(n); len(t) < 60 && words(t) <= 5 {
			f.above = t
		}
	}
}

// marks are the words of an element's class and id: "storyShare-bar" gives story, share and bar.
func marks(n *html.Node) map[string]bool {
	m := map[string]bool{}
	for _, s := range [...]string{attr(n, "class"), attr(n, "id")} {
		if len(s) > 500 {
			continue
		}
		from, last := 0, ' '
		for i, r := range s + " " {
			hump := unicode.IsUpper(r) && unicode.IsLower(last)
			if hump || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				if from < i {
					m[strings.ToLower(s[from:i])] = true
				}
				if from = i + utf8.RuneLen(r); hump {
					from = i
				}
			}
			last = r
		}
	}
	return m
}

// first gives the first value that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v = squeeze(v); v != "" {
			return v
		}
	}
	return ""
}

// page gathers the facts into a Page without text.
func (f *facts) page() Page {
	p := Page{
		Kicker:  f.above,
		Summary: f.summary(),
		Bylines: f.bylines(),
		Site:    f.site(),
		Lang:    f.language(),
		URL:     text(absolute(f.base, first(f.canon, f.meta["og:url"], f.url))),
		Picture: text(absolute(f.base, first(f.image, f.meta["og:image"], f.meta["og:image:url"], f.meta["twitter:image"]))),
	}
	if p.URL == "" {
		p.URL = text(f.base)
	}
	if f.dir == "rtl" || f.dir == "ltr" {
		p.Dir = f.dir
	}
	p.Headline = f.headline(p.Site)
	p.Published = moment(f.published, f.meta["article:published_time"], f.times["datepublished"], f.meta["datepublished"], f.times["pubdate"],
		f.meta["parsely-pub-date"], f.meta["dc.date.issued"], f.meta["dcterms.created"], f.meta["pubdate"], f.meta["publish-date"])
	p.Updated = moment(f.modified, f.meta["article:modified_time"], f.times["datemodified"], f.meta["datemodified"], f.meta["og:updated_time"])
	if p.Updated.Sub(p.Published) < time.Minute { // what a machine saves twice
		p.Updated = time.Time{}
	}
	return p
}

// site is the name of the paper, not its address or handle.
func (f *facts) site() string {
	for _, s := range []string{f.meta["og:site_name"], f.publisher} {
		if s = plain(s); s != "" && !strings.ContainsAny(s[:1], "@/") && !strings.Contains(s, "://") {
			return s
		}
	}
	return ""
}

// headline is the printed one where it agrees with what the head says, else what the head says without the site's name.
func (f *facts) headline(site string) string {
	said := []string{plain(f.jsonLD.headline), offSite(plain(f.meta["og:title"]), site), offSite(plain(f.meta["twitter:title"]), site), offSite(f.title, site)}
	for _, h := range f.h1 {
		for _, s := range said {
			if a, b := fold(h), fold(s); a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a) && words(h) > 2) {
				return h
			}
		}
	}
	if h := first(said[:3]...); h != "" {
		return h
	}
	if len(f.h1) == 1 {
		return f.h1[0]
	}
	return first(append(said, f.h1...)...)
}

var barred = regexp.MustCompile(`\s+(?:[|–—:»·•-]|::)\s+`)

// offSite takes the paper's name off a title such as "Ferry stops – The Narrows".
func offSite(title, site string) string {
	at := barred.FindAllStringIndex(title, -1)
	if len(at) == 0 {
		return title
	}
	last := at[len(at)-1]
	tail, head := fold(title[last[1]:]), fold(site)
	if tail == head || head != "" && (strings.Contains(head, tail) || strings.Contains(tail, head)) || head == "" && words(title[last[1]:]) <= 4 && words(title[:last[0]]) >= 3 {
		return strings.TrimSpace(title[:last[0]])
	}
	return title
}

// summary is the page's own description.
func (f *facts) summary() string {
	return plain(first(f.description, f.meta["og:description"], f.meta["description"], f.meta["twitter:description"]))
}

// bylines are the authors' names: as data where the page gives them so, else from its head, else as printed.
func (f *facts) bylines() []string {
	for _, list := range [][]string{f.authors, names(plain(f.meta["author"])), names(plain(f.meta["article:author"])), names(plain(f.meta["parsely-author"])), f.names} {
		if out := unique(list); len(out) > 0 {
			return out
		}
	}
	return nil
}

// unique keeps each name once, whatever its case.
func unique(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range list {
		if n = plain(n); n != "" && !seen[fold(n)] && len(out) < 20 {
			seen[fold(n)] = true
			out = append(out, n)
		}
	}
	return out
}

// language is the declared one when it is well formed, in its canonical form.
func (f *facts) language() string {
	for _, s := range []string{f.lang, f.inLanguage, f.meta["og:locale"], f.meta["content-language"]} {
		s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
		if t, err := language.Parse(s); err == nil && t != language.Und && s != "" {
			return t.String()
		}
	}
	return ""
}

var tags = regexp.MustCompile(`<[^<>]{1,500}>`)

// plain undoes what pages do to text in attributes and data: entities, tags, runs of white space.
func plain(s string) string {
	if len(s) > 10_000 {
		return ""
	}
	return squeeze(html.UnescapeString(tags.ReplaceAllString(html.UnescapeString(s), " ")))
}

// absolute resolves an address against base; nil when it is not http or https with a host, or base is needed and unknown.
func absolute(base *url.URL, s string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || s == "" || len(s) > 2000 {
		return nil
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil
	}
	u.Fragment = ""
	return u
}

func text(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}
