package site

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// ours are the addresses that are the same in a preview: they hold nothing that is not public.
var ours = []string{"/assets/", "/icon/", "/face/", "/panel/", "/site.webmanifest"}

// led is a page in which every address of ours lies below under, so that who looks at a preview stays in it. look is put on the root.
func led(page []byte, under, look string) []byte {
	var b bytes.Buffer
	b.Grow(len(page) + len(page)/4)
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			b.Write(raw)
			continue
		}
		tag := z.Token()
		if !leadTo(&tag, under, look) {
			b.Write(raw)
			continue
		}
		b.WriteString(tag.String())
	}
}

// leadTo changes the addresses of a tag, and tells whether there was anything to change.
func leadTo(tag *html.Token, under, look string) bool {
	changed := false
	if tag.Data == "html" && look != "" {
		tag.Attr = append(tag.Attr, html.Attribute{Key: "data-look", Val: look})
		changed = true
	}
	for i := range tag.Attr {
		a := &tag.Attr[i]
		was := a.Val
		switch a.Key {
		case "href", "src", "poster", "action":
			a.Val = below(a.Val, under)
		case "srcset":
			a.Val = each(a.Val, under)
		}
		changed = changed || a.Val != was
	}
	return changed
}

// each changes every address of a srcset.
func each(srcset, under string) string {
	parts := strings.Split(srcset, ", ")
	for i, p := range parts {
		parts[i] = below(p, under)
	}
	return strings.Join(parts, ", ")
}

func below(address, under string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return address
	}
	for _, prefix := range ours {
		if strings.HasPrefix(address, prefix) {
			return address
		}
	}
	return under + address
}
