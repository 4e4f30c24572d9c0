package doc

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text escapes the text at i. An outer space of a line is written as a reference, or it would be lost. With
// w.references so is every character next to a delimiter: a reference begins and ends in punctuation,
// and between punctuation a delimiter opens and closes wherever it stands (CommonMark 6.2).
func (w *mdWriter) text(nodes []Node, i int, cell bool) string {
	s := nodes[i].Text
	head, tail := "", ""
	if first, size := utf8.DecodeRuneInString(s); w.refer(nodes, i, i-1, first) {
		head, s = reference(first), s[size:]
	}
	if last, size := utf8.DecodeLastRuneInString(s); s != "" && w.refer(nodes, i, i+1, last) {
		tail, s = reference(last), s[:len(s)-size]
	}
	return head + escapeInline(s, cell) + tail
}

// refer tells whether r, the character of text i towards its neighbour, is written as a reference.
func (w *mdWriter) refer(nodes []Node, i, neighbour int, r rune) bool {
	if neighbour < 0 || neighbour >= len(nodes) || nodes[neighbour].Type != "text" {
		return r == ' ' || w.references && len(nodes[i].Marks) > 0
	}
	return w.references && !slices.Equal(nodes[i].Marks, nodes[neighbour].Marks)
}

func reference(r rune) string { return "&#" + strconv.Itoa(int(r)) + ";" }

// escapeInline puts a backslash before what Markdown would read as more than a character.
func escapeInline(s string, cell bool) string {
	if !strings.ContainsAny(s, "\\`*_[]<&~^|!#") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		last := i == len(s)-1
		switch s[i] {
		case '\\', '`', '*', '[', ']', '<', '~', '^':
			b.WriteByte('\\')
		case '_':
			if i == 0 || last || !letterOrDigit(s[i-1]) || !letterOrDigit(s[i+1]) {
				b.WriteByte('\\')
			}
		case '&':
			if !last && s[i+1] != ' ' {
				b.WriteByte('\\')
			}
		case '|':
			if cell {
				b.WriteByte('\\')
			}
		case '!', '#':
			if last {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func letterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// lineStarts escapes what would begin a heading, a list, a quotation or a rule at the start of a line.
func lineStarts(s string) string {
	if s == "" {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = lineStart(l)
	}
	return strings.Join(lines, "\n")
}

func lineStart(l string) string {
	if l == "" {
		return l
	}
	if strings.IndexByte("#+->=:|", l[0]) >= 0 {
		return `\` + l
	}
	n := 0
	for n < len(l) && l[n] >= '0' && l[n] <= '9' {
		n++
	}
	if n > 0 && n < 10 && n < len(l) && (l[n] == '.' || l[n] == ')') {
		return l[:n] + `\` + l[n:]
	}
	return l
}
