package ad

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// loads are the attributes by which a page loads something, by element; the links that somebody clicks are none.
var loads = map[string][]string{
	"script": {"src"}, "link": {"href"}, "img": {"src", "srcset"}, "source": {"src", "srcset"}, "input": {"src"}, "image": {"href", "xlink:href"},
	"use": {"href", "xlink:href"}, "body": {"background"},
}

// forbidden are elements that an ad has no use for: each would load or lead elsewhere, or take what readers type.
var forbidden = map[string]string{
	"iframe": "a frame", "frame": "a frame", "object": "a plugin", "embed": "a plugin", "base": "another base", "form": "a form",
	"video": "film", "audio": "sound", "portal": "a frame",
}

// selfContained refuses a file that asks for anything but the others, as far as that can be seen without running it. What cannot be
// seen the browser refuses: the frame has no network but these files.
func (b bundled) selfContained(names map[string]bool) error {
	switch {
	case b.page(), b.kind() == "image/svg+xml":
		return b.pageContained(names)
	case strings.HasPrefix(b.kind(), "text/css"):
		return b.styleContained(string(b.bytes), names)
	}
	return nil
}

func (b bundled) pageContained(names map[string]bool) error {
	z := html.NewTokenizer(bytes.NewReader(b.bytes))
	in := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return nil
		case html.TextToken:
			if in == "style" {
				if err := b.styleContained(string(z.Raw()), names); err != nil {
					return err
				}
			}
		case html.EndTagToken:
			in = ""
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			in = t.Data
			if err := b.tagContained(t, names); err != nil {
				return err
			}
		}
	}
}

func (b bundled) tagContained(t html.Token, names map[string]bool) error {
	if what, no := forbidden[t.Data]; no {
		return wrongFiles("%s holds %s (<%s>). An ad is one page with its own scripts, pictures and typefaces.", b.name, what, t.Data)
	}
	for _, a := range t.Attr {
		if t.Data == "meta" && a.Key == "http-equiv" && strings.EqualFold(strings.TrimSpace(a.Val), "refresh") {
			return wrongFiles("%s leads elsewhere by itself (<meta http-equiv=refresh>). Readers go where they click.", b.name)
		}
		if a.Key == "style" {
			if err := b.styleContained(a.Val, names); err != nil {
				return err
			}
		}
		for _, want := range loads[t.Data] {
			if a.Key != want && a.Namespace+":"+a.Key != want {
				continue
			}
			for _, ref := range refsOf(a.Key, a.Val) {
				if err := b.refContained(ref, t.Data == "script", names); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// refsOf are the addresses in an attribute; in srcset there are several.
func refsOf(key, value string) []string {
	if key != "srcset" {
		return []string{value}
	}
	var all []string
	for one := range strings.SplitSeq(value, ", ") {
		if f := strings.Fields(one); len(f) > 0 {
			all = append(all, strings.TrimSuffix(f[0], ","))
		}
	}
	return all
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssRef     = regexp.MustCompile(`(?i)url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')`)
)

func (b bundled) styleContained(css string, names map[string]bool) error {
	for _, m := range cssRef.FindAllStringSubmatch(cssComment.ReplaceAllString(css, ""), -1) {
		if err := b.refContained(strings.Join(m[1:], ""), false, names); err != nil {
			return err
		}
	}
	return nil
}

// refContained refuses an address that is none of the files.
func (b bundled) refContained(ref string, script bool, names map[string]bool) error {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.HasPrefix(ref, "#") || strings.HasPrefix(strings.ToLower(ref), "data:") {
		return nil
	}
	u, err := url.Parse(ref)
	if err != nil {
		return wrongFiles("%s asks for %.100q, which is no address.", b.name, ref)
	}
	switch {
	case (u.Scheme != "" || u.Host != "") && script:
		return wrongFiles("%s loads a script of %s. Third-party tags are not supported: they would see who reads what. Put the script into the zip.", b.name, hostOf(u))
	case u.Scheme != "" || u.Host != "":
		return wrongFiles("%s loads something of %s. An ad has no network but its own files: put it into the zip.", b.name, hostOf(u))
	case strings.HasPrefix(u.Path, "/"):
		return wrongFiles("%s asks for %.100s from the top of a site. Name files as they lie beside it.", b.name, u.Path)
	}
	if name := path.Join(path.Dir(b.name), u.Path); !names[name] {
		return wrongFiles("%s asks for %.100s, which is not in the zip.", b.name, name)
	}
	return nil
}

func hostOf(u *url.URL) string {
	if u.Host == "" {
		return u.Scheme + ":"
	}
	return u.Host
}

// metaOf is what a page says of itself in a meta element of that name; "" where it says nothing.
func metaOf(page []byte, name string) string {
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			called, content := "", ""
			for _, a := range t.Attr {
				switch a.Key {
				case "name":
					called = a.Val
				case "content":
					content = a.Val
				}
			}
			if t.Data == "meta" && strings.EqualFold(called, name) {
				return content
			}
		}
	}
}
