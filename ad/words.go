package ad

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"lede/internal/fault"
)

// longest bounds what is written about an ad.
const longest = 500

// lengths are how many characters the words of an ad may have.
var lengths = []struct {
	field string
	of    func(*Ad) *string
	most  int
}{
	{"name", func(a *Ad) *string { return &a.Name }, 100},
	{"headline", func(a *Ad) *string { return &a.Headline }, 60},
	{"line", func(a *Ad) *string { return &a.Line }, 120},
	{"verb", func(a *Ad) *string { return &a.Verb }, 24},
	{"alt", func(a *Ad) *string { return &a.Alt }, 250},
}

// tidy takes away what only looks like text: spaces at the ends, breaks of lines. What the form does not have is emptied.
func (a *Ad) tidy() {
	for _, l := range lengths {
		text := l.of(a)
		*text = strings.Join(strings.Fields(*text), " ")
	}
	a.Link = strings.TrimSpace(a.Link)
	if a.Form != NativeForm {
		a.Headline, a.Line, a.Verb = "", "", ""
	}
	if a.Form == HTMLForm {
		a.Alt = ""
	}
}

// Check says field by field what is to be mended of the words of an ad, as a fault.Form.
func (a Ad) Check() error {
	a.tidy()
	return a.check()
}

func (a *Ad) check() error {
	f := fault.Form{}
	for _, l := range lengths {
		text := *l.of(a)
		switch {
		case !utf8.ValidString(text) || strings.ContainsFunc(text, hidden):
			f[l.field] = "This holds characters that are no text."
		case utf8.RuneCountInString(text) > l.most:
			f[l.field] = fmt.Sprintf("At most %d characters, please; these are %d.", l.most, utf8.RuneCountInString(text))
		}
	}
	if a.Name == "" {
		f["name"] = "Give it a name by which it is found again."
	}
	switch a.Form {
	case NativeForm:
		if a.Headline == "" {
			f["headline"] = "A card needs a headline."
		}
		if a.Verb == "" {
			f["verb"] = "Say what a click does, as “See the dates”."
		}
	case PictureForm:
		if a.Alt == "" {
			f["alt"] = "Say in words what the picture says: who cannot see it hears this."
		}
	case HTMLForm:
	default:
		f["form"] = "Choose what it is: a picture, a card or HTML."
	}
	if wrong := linkWrong(a.Link, a.Advertiser == 0); wrong != "" {
		f["link"] = wrong
	}
	return f.Err()
}

// hidden tells of characters that change how others are read, or that no screen shows.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF'
}

// linkMost is how long a link may be.
const linkMost = 2000

// linkWrong says what is wrong with where a click leads, "" for nothing. The house may lead to a page of its own, "/subscribe".
func linkWrong(link string, house bool) string {
	switch {
	case link == "":
		return "Where does a click lead? An address begins with https://."
	case len(link) > linkMost:
		return fmt.Sprintf("At most %d characters, please.", linkMost)
	case !utf8.ValidString(link) || strings.ContainsFunc(link, func(r rune) bool { return unicode.IsSpace(r) || hidden(r) || r == '\\' }):
		return "An address has no spaces and no hidden characters."
	}
	u, err := url.Parse(link)
	if err != nil {
		return "This is no address. Copy it from the browser's address bar."
	}
	if house && strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") {
		return ""
	}
	host := u.Hostname()
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return "An address begins with https://."
	case u.User != nil:
		return "This address holds a name or a password. Take them out."
	case host == "":
		return "This address names no site."
	case !strings.Contains(strings.Trim(host, "."), ".") && !isAddress(host):
		return fmt.Sprintf("%q is no site that readers can reach.", host)
	}
	return ""
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
