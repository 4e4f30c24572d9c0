package doc

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// control tells whether r is a control character: C0, DEL or C1.
func control(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f }

// goodURL tells whether an address may stand in a text: http, https, mailto, or from the root of this site.
func goodURL(s string) bool {
	if s == "" || len(s) > 4096 || !cleanLine(s) || strings.ContainsAny(s, " \"<>\\^`{|}") {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.User != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Hostname() != "" && u.Opaque == ""
	case "mailto":
		return strings.Contains(u.Opaque, "@") && u.Host == ""
	case "":
		return u.Host == "" && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
	}
	return false
}

// tidyAll brings nodes into canonical form: NFC, no control characters, marks in order, equal neighbours joined.
// Slices are copied where they change; what is wrong in other ways stays, for Check to name.
func tidyAll(nodes []Node) []Node {
	for i := range nodes {
		nodes[i] = tidy(nodes[i])
	}
	return nodes
}

func tidy(n Node) Node {
	k := kinds[n.Type]
	for i := range k.attrs {
		switch k.attrs[i].is {
		case line:
			s := k.attrs[i].str(&n.Attrs)
			*s = oneLine(*s)
		case source:
			s := k.attrs[i].str(&n.Attrs)
			*s = cleanSource(*s)
		}
	}
	if n.Content = tidyAll(slices.Clone(n.Content)); len(n.Content) == 0 {
		n.Content = nil
	}
	if slices.Contains(k.holds, "text") {
		n.Content = joinTexts(n.Content, k.plain)
	}
	return n
}

// joinTexts cleans texts and joins neighbours with the same marks; empty ones go.
func joinTexts(in []Node, code bool) []Node {
	var out []Node
	for _, n := range in {
		if n.Type != "text" {
			out = append(out, n)
			continue
		}
		n.Marks, n.Text = orderMarks(n.Marks), cleanText(n.Text, code)
		if last := len(out) - 1; last >= 0 && out[last].Type == "text" && slices.Equal(out[last].Marks, n.Marks) {
			out[last].Text = cleanText(out[last].Text+n.Text, code) // an accent may have found its letter
		} else if n.Text != "" {
			out = append(out, n)
		}
	}
	return out
}

func orderMarks(ms []Mark) []Mark {
	if len(ms) == 0 {
		return nil
	}
	var out []Mark
	for _, name := range marks {
		if i := slices.IndexFunc(ms, func(m Mark) bool { return m.Type == name }); i >= 0 {
			if name == "sup" && len(out) > 0 && out[len(out)-1].Type == "sub" {
				continue
			}
			out = append(out, ms[i])
		}
	}
	for _, m := range ms {
		if !slices.Contains(marks, m.Type) {
			out = append(out, m)
		}
	}
	return out
}

// cleanText is s in NFC as valid UTF-8; control characters go, line breaks and tabs become spaces outside code.
func cleanText(s string, code bool) string {
	if plainASCII(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if code {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case !control(r):
			return r
		case r == '\n' || r == '\t':
			if code {
				return r
			}
			return ' '
		case r == '\r' || r == '\f' || r == 0x85:
			return ' '
		}
		return -1
	}, s))
}

// cleanSource is s as valid UTF-8 with plain line breaks and without other control characters but tabs.
func cleanSource(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if control(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// oneLine is s cleaned, with runs of white space as one space and none at the ends, cut to what a line may hold.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(cleanText(s, false)), " ")
	if utf8.RuneCountInString(s) > lineMax {
		s = strings.TrimSpace(string([]rune(s)[:lineMax]))
	}
	return s
}
