package newsroom

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/fetch"
	"lede/paper"
)

// card is what an embed says of itself, with the names that its node in the text has.
type card struct {
	URL         string `json:"url"`
	Provider    string `json:"provider"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Author      string `json:"author,omitempty"`
	Site        string `json:"site,omitempty"`
}

const (
	pageMost = 1 << 20 // bytes of a page that are read for its card
	lineMost = 300     // characters of what a card says
)

// embed looks at an address and tells what its card says. Nothing of another site is kept but these words; a player is loaded
// only when a reader asks for it.
func (v *visit) embed() error {
	var s struct {
		URL string `json:"url"`
	}
	if err := v.take(&s); err != nil {
		return err
	}
	address := strings.TrimSpace(s.URL)
	provider, _, ok := doc.EmbedOf(address)
	if !ok {
		return fault.Invalid("An address begins with https:// and has no spaces.")
	}
	c, err := v.cardOf(v.ctx(), address)
	if errors.Is(err, fetch.Refused) {
		return fault.Invalid("This address is not on the public net; readers cannot reach it.")
	}
	// What does not answer now may answer readers: the card then says the address alone.
	c.URL, c.Provider = address, provider
	if u, err := url.Parse(address); err == nil {
		c.Site = cmp.Or(c.Site, strings.TrimPrefix(u.Hostname(), "www."))
	}
	return v.answer(http.StatusOK, c)
}

// cardOf reads what the page at the address says of itself.
func (v *visit) cardOf(ctx context.Context, address string) (card, error) {
	client := v.Fetch
	if client == nil {
		client = fetch.New(fetch.Options{})
	}
	page, err := client.Get(ctx, address, pageMost)
	if err != nil {
		return card{}, err
	}
	return readCard(page.Body, page.Type), nil
}

// readCard takes the title, description, author and site's name out of a page.
func readCard(page []byte, kind string) card {
	if !strings.Contains(kind, "html") {
		return card{}
	}
	text, err := charset.NewReader(bytes.NewReader(page), kind)
	if err != nil {
		return card{}
	}
	root, err := html.Parse(text)
	if err != nil {
		return card{}
	}
	said, title := map[string]string{}, ""
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "title" && title == "" && n.FirstChild != nil:
			title = n.FirstChild.Data
		case n.Data == "meta":
			name, content := metaOf(n)
			if _, twice := said[name]; !twice && content != "" {
				said[name] = content
			}
		}
	}
	return card{Title: short(cmp.Or(said["og:title"], title)), Description: short(cmp.Or(said["og:description"], said["description"])),
		Author: short(said["author"]), Site: short(said["og:site_name"])}
}

func metaOf(n *html.Node) (name, content string) {
	for _, a := range n.Attr {
		switch a.Key {
		case "name", "property":
			name = strings.ToLower(a.Val)
		case "content":
			content = a.Val
		}
	}
	return name, content
}

// short is one line of at most lineMost characters.
func short(s string) string {
	line := []rune(paper.Line(s))
	if len(line) > lineMost {
		return strings.TrimSpace(string(line[:lineMost-1])) + "…"
	}
	return string(line)
}
