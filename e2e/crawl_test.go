package e2e_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"lede/e2e/chrome"
)

// mostAddresses ends a crawl that would not end.
const mostAddresses = 5000

// crawled is the whole demo paper, fetched once.
type crawled struct {
	pages []string          // addresses of HTML, the front first
	from  map[string]string // where each address was first named
	wrong []string
}

var crawl = sync.OnceValues(func() (*crawled, error) {
	s, err := demo()
	if err != nil {
		return nil, err
	}
	return crawlPaper(s.URL)
})

func demoPages(t *testing.T) []string {
	t.Helper()
	c, err := crawl()
	must(t, err)
	return c.pages
}

func TestEveryLinkOfTheDemoPaperLeadsSomewhere(t *testing.T) {
	demoPaper(t)
	c, err := crawl()
	must(t, err)
	for _, w := range c.wrong {
		t.Error(w)
	}
	if len(c.pages) < 60 {
		t.Errorf("the crawl found %d pages; a paper of 40 articles has more", len(c.pages))
	}
	t.Logf("%d addresses, %d of them pages", len(c.from), len(c.pages))
}

// TestEveryPageKeepsToItself opens every page in a browser: nothing in the console, no request to others, nothing stored,
// and no sideways scrolling at any width.
func TestEveryPageKeepsToItself(t *testing.T) {
	paper, pages := demoPaper(t), demoPages(t)
	work := make(chan string)
	var wg sync.WaitGroup
	for range 2 {
		tab := newTab(t)
		wg.Go(func() {
			for address := range work {
				if err := keepsToItself(tab, paper, address); err != nil {
					t.Errorf("%s: %v", pathOf(address), err)
				}
			}
		})
	}
	for _, address := range pages {
		work <- address
	}
	close(work)
	wg.Wait()
}

func keepsToItself(tab *chrome.Tab, paper, address string) error {
	if err := tab.Size(1280, 800); err != nil {
		return err
	}
	if err := tab.Open(address); err != nil {
		return err
	}
	wide, err := tooWide(tab, widths...)
	if err != nil {
		return err
	}
	if len(wide) > 0 {
		return fmt.Errorf("scrolls sideways: %s", strings.Join(wide, "; "))
	}
	if trouble := tab.Trouble(); len(trouble) > 0 {
		return fmt.Errorf("the console complains: %q", trouble)
	}
	if foreign := tab.Foreign(paper); len(foreign) > 0 {
		return fmt.Errorf("asks others: %q", foreign)
	}
	kept, err := chrome.Eval[[]string](tab, `(async () => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage),
		...(await indexedDB.databases()).map(d => d.name), ...("caches" in window ? await caches.keys() : [])].filter(Boolean))()`)
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		return fmt.Errorf("keeps %q in the reader's browser", kept)
	}
	return nil
}

// crawlPaper fetches all that can be reached from the front, robots.txt and what browsers ask for by themselves.
func crawlPaper(paper string) (*crawled, error) {
	c := &crawled{from: map[string]string{}}
	var queue []string
	add := func(from, to string) {
		base, err := url.Parse(from)
		if err != nil {
			return
		}
		u, err := base.Parse(strings.TrimSpace(to))
		if err != nil {
			c.wrong = append(c.wrong, fmt.Sprintf("%s names %q, which is no address", from, to))
			return
		}
		u.Fragment = ""
		address := u.String()
		if _, seen := c.from[address]; !seen && strings.HasPrefix(address, paper+"/") {
			c.from[address] = from
			queue = append(queue, address)
		}
	}
	for _, path := range []string{"/", "/robots.txt", "/favicon.ico", "/sitemap.xml", "/rss.xml", "/atom.xml", "/feed.json"} {
		add(paper+"/", path)
	}
	for len(queue) > 0 && len(c.from) < mostAddresses {
		address := queue[0]
		queue = queue[1:]
		if err := c.visit(address, add); err != nil {
			return nil, err
		}
	}
	if len(queue) > 0 {
		return nil, fmt.Errorf("the paper has no end: %d addresses and more, the last %s", len(c.from), queue[0])
	}
	return c, nil
}

// visit fetches one address, notes what is wrong with the answer, and adds what it names.
func (c *crawled) visit(address string, add func(from, to string)) error {
	res, err := client.Get(address)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		return err
	}
	complain := func(format string, args ...any) {
		c.wrong = append(c.wrong, fmt.Sprintf("%s (named by %s) ", address, c.from[address])+fmt.Sprintf(format, args...))
	}
	if res.StatusCode == http.StatusSeeOther && commentPath.MatchString(pathOf(address)) { // it stands in its thread
		add(address, res.Header.Get("Location"))
		return nil
	}
	if res.StatusCode != 200 {
		complain("answers %s", res.Status)
		return nil
	}
	if cookies := res.Header.Values("Set-Cookie"); len(cookies) > 0 {
		complain("sets cookies %q", cookies)
	}
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		complain("has type %q and X-Content-Type-Options %q", res.Header.Get("Content-Type"), res.Header.Get("X-Content-Type-Options"))
	}
	switch {
	case kind == "text/html":
		c.pages = append(c.pages, address)
		if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			complain("has the policy %q", csp)
		}
		c.page(address, body.Bytes(), add, complain)
	case strings.HasSuffix(kind, "xml"):
		if err := addresses(body.Bytes(), func(to string) { add(address, to) }); err != nil {
			complain("is no XML: %v", err)
		}
	case kind == "text/css":
		for _, m := range cssURL.FindAllStringSubmatch(body.String(), -1) {
			add(address, m[1])
		}
	case strings.HasSuffix(kind, "json"):
		var value any
		if err := json.Unmarshal(body.Bytes(), &value); err != nil {
			complain("is no JSON: %v", err)
		}
		inJSON(value, func(to string) { add(address, to) })
	}
	return nil
}

var commentPath = regexp.MustCompile(`^/comment/\d+$`)

var cssURL = regexp.MustCompile(`url\(["']?([^"')]+)["']?\)`)

// page reads one page of HTML: one h1, a title, a language, no two ids alike, fragments that stand on it.
func (c *crawled) page(address string, body []byte, add func(from, to string), complain func(string, ...any)) {
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		complain("is no HTML: %v", err)
		return
	}
	var headings, titles int
	var lang string
	ids := map[string]int{}
	var fragments []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "h1":
			headings++
		case "title":
			if n.Parent.Data == "head" && strings.TrimSpace(inner(n)) != "" {
				titles++
			}
		case "html":
			lang = attribute(n, "lang")
		}
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
		for _, to := range named(n) {
			if f, ok := strings.CutPrefix(to, "#"); ok {
				fragments = append(fragments, f)
				continue
			}
			add(address, to)
		}
	}
	if headings != 1 || titles != 1 || lang == "" {
		complain("has %d h1, %d titles, the language %q", headings, titles, lang)
	}
	for id, n := range ids {
		if n > 1 {
			complain("has the id %q %d times", id, n)
		}
	}
	for _, f := range fragments {
		if ids[f] == 0 {
			complain("leads to #%s, which is not on it", f)
		}
	}
}

// named lists the addresses that an element names.
func named(n *html.Node) []string {
	var found []string
	for _, a := range n.Attr {
		switch a.Key {
		case "href", "src", "poster":
			found = append(found, a.Val)
		case "srcset":
			for _, one := range strings.Split(a.Val, ",") {
				if fields := strings.Fields(one); len(fields) > 0 {
					found = append(found, fields[0])
				}
			}
		case "content":
			if p := attribute(n, "property"); slices.Contains([]string{"og:image", "og:url", "article:author"}, p) {
				found = append(found, a.Val)
			}
		}
	}
	return slices.DeleteFunc(found, func(s string) bool {
		return strings.HasPrefix(s, "data:") || strings.HasPrefix(s, "mailto:") || strings.HasPrefix(s, "tel:")
	})
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// addresses gives every absolute address that an XML file holds as a whole text or attribute, and those in HTML it carries.
func addresses(body []byte, add func(string)) error {
	in := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := in.Token()
		if token == nil {
			if err != nil && err.Error() == "EOF" {
				return nil
			}
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			for _, a := range e.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && strings.HasPrefix(a.Value, "http") {
					add(a.Value)
				}
			}
		case xml.CharData:
			inText(string(e), add)
		}
	}
}

// inJSON gives every address that stands in a JSON value.
func inJSON(value any, add func(string)) {
	switch v := value.(type) {
	case string:
		inText(v, add)
	case []any:
		for _, one := range v {
			inJSON(one, add)
		}
	case map[string]any:
		for _, one := range v {
			inJSON(one, add)
		}
	}
}

// inText gives the address that a text is, or those in the HTML that it is.
func inText(text string, add func(string)) {
	text = strings.TrimSpace(text)
	if (strings.HasPrefix(text, "http") || strings.HasPrefix(text, "/")) && !strings.ContainsAny(text, " \n<") {
		add(text)
		return
	}
	if !strings.Contains(text, "<") {
		return
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return
	}
	for n := range root.Descendants() {
		for _, to := range named(n) {
			add(to)
		}
	}
}
