package tongue

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// A message is one text of the interface: whole, or in the plural forms of its language.
type message struct {
	text  string
	forms map[string]string
}

func (m *message) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		if err := json.Unmarshal(b, &m.forms); err != nil {
			return err
		}
		m.text = m.forms["other"]
		return nil
	}
	return json.Unmarshal(b, &m.text)
}

// T is a text of the interface, found by its English. {0}, {1} are filled with args: texts as they are, ints as Number writes them.
// A text that this tongue lacks stays English. A text of the other direction is isolated, so that it does not upset the order of the rest.
func (t *Tongue) T(english string, args ...any) string {
	text := t.say(english)
	if len(args) == 0 {
		return text
	}
	said := make([]string, len(args))
	for i, a := range args {
		said[i] = t.isolated(t.word(a))
	}
	return fill(text, said...)
}

// HTML is T for texts with links or times within them: args that are template.HTML go in as they are, all else is escaped.
func (t *Tongue) HTML(english string, args ...any) template.HTML {
	said := make([]string, len(args))
	for i, a := range args {
		if h, ok := a.(template.HTML); ok {
			said[i] = string(h)
			continue
		}
		said[i] = template.HTMLEscapeString(t.isolated(t.word(a)))
	}
	return template.HTML(fill(template.HTMLEscapeString(t.say(english)), said...)) // every part is escaped above, or was HTML
}

// N is a text that depends on a number, in the form that the tongue has for that number; {n} is the number, {0} and on are args.
// The English is that of many: "{n} articles".
func (t *Tongue) N(n int, english string, args ...any) string {
	text := t.say(english)
	if m, ok := t.messages[english]; ok && m.forms != nil {
		text = m.forms[t.which(n)]
	}
	text = strings.ReplaceAll(text, "{n}", t.Number(n))
	if len(args) == 0 {
		return text
	}
	said := make([]string, len(args))
	for i, a := range args {
		said[i] = t.isolated(t.word(a))
	}
	return fill(text, said...)
}

// Word marks an English text that is said later by T, so that the test over all texts finds it. It changes nothing.
func Word(english string) string { return english }

func (t *Tongue) say(english string) string {
	if m, ok := t.messages[english]; ok {
		return m.text
	}
	return english
}

// form is the text that fits n, with n in place of {0}.
func (t *Tongue) form(forms map[string]string, n int) string {
	text, ok := forms[t.which(n)]
	if !ok {
		text = forms["other"]
	}
	return fill(text, t.Number(n))
}

func (t *Tongue) word(a any) string {
	switch a := a.(type) {
	case string:
		return a
	case int:
		return t.Number(a)
	case int64:
		return t.Number(int(a))
	}
	return fmt.Sprint(a)
}

// isolated puts a text between first-strong isolates (U+2068, U+2069; UAX 9) when it holds letters of the other direction.
func (t *Tongue) isolated(s string) string {
	other := isLeftToRight
	if t.Dir == "ltr" {
		other = isRightToLeft
	}
	if strings.IndexFunc(s, other) < 0 {
		return s
	}
	return "\u2068" + s + "\u2069"
}

func isLeftToRight(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r < 0x590 && r != 0xD7 && r != 0xF7
}

// isRightToLeft is about letters of Hebrew, Arabic and the scripts beside them, with their presentation forms.
func isRightToLeft(r rune) bool {
	return r >= 0x5D0 && r < 0x900 || r >= 0xFB1D && r < 0xFDFE || r >= 0xFE70 && r < 0xFEFD
}

// fill puts args into {0}, {1}… of a pattern. What has no arg stays as it is; braces within args mean nothing.
func fill(pattern string, args ...string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(pattern, '{')
		if open < 0 {
			break
		}
		b.WriteString(pattern[:open])
		pattern = pattern[open:]
		end := strings.IndexByte(pattern, '}')
		if end < 0 {
			break
		}
		i, err := strconv.Atoi(pattern[1:end])
		if err == nil && i >= 0 && i < len(args) {
			b.WriteString(args[i])
			pattern = pattern[end+1:]
			continue
		}
		b.WriteByte('{')
		pattern = pattern[1:]
	}
	b.WriteString(pattern)
	return b.String()
}
