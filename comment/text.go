package comment

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lede/internal/doc"
)

// Tidy makes of a text as it was typed what is kept.
func Tidy(text string) string {
	return strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(text, "\r\n", "\n")))
}

// TidyName makes of a name as it was typed what is kept: one line.
func TidyName(name string) string { return strings.Join(strings.Fields(norm.NFC.String(name)), " ") }

// Length counts characters as people see them.
func Length(text string) int { return utf8.RuneCountInString(text) }

// Tree is a kept text as a tree, from a little Markdown: paragraphs, quotations, bold, italics, links. Faces draw it.
func Tree(text string) doc.Doc { return doc.New(doc.P(text)) }

// Links are the passages of a kept text that would be links: from and until, in bytes.
func Links(text string) [][]int { return nil }

// Skeleton is what a name looks like, so that two that look the same have the same.
func Skeleton(name string) string { return strings.ToLower(name) }

func isMail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= longestMail
}

func isSite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(s) <= longestSite
}
