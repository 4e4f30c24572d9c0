package site

import (
	"html"
	"html/template"
	"strings"

	"lede/internal/tongue"
)

// hole marks the place of a piece of HTML in a text that is being made in a language; it is a character no text of ours holds.
const hole = '\uE000'

// say is a message in a language. A Stamp among its arguments becomes a <time>, a piece of HTML stays one; all else is text.
func say(t *tongue.Tongue, english string, args []any) any {
	var pieces []template.HTML
	for i, a := range args {
		switch a := a.(type) {
		case Stamp:
			pieces = append(pieces, stamp(a))
		case template.HTML:
			pieces = append(pieces, a)
		default:
			continue
		}
		args[i] = string(rune(hole + len(pieces) - 1))
	}
	said := t.T(english, args...)
	if pieces == nil {
		return said
	}
	return fill(said, pieces)
}

// names joins people or languages as the language does ("A, B and C"), each a link to its page where it has one.
func names(t *tongue.Tongue, who any) template.HTML {
	var pieces []template.HTML
	var marks []string
	for _, l := range linksOf(who) {
		pieces = append(pieces, anchor(l))
		marks = append(marks, string(rune(hole+len(marks))))
	}
	return fill(t.List(marks), pieces)
}

func linksOf(who any) []Link {
	if links, ok := who.([]Link); ok {
		return links
	}
	var links []Link
	for _, b := range who.([]Byline) {
		links = append(links, Link{Href: b.Href, Name: b.Name})
	}
	return links
}

// fill escapes a text and puts the pieces into its holes.
func fill(text string, pieces []template.HTML) template.HTML {
	var b strings.Builder
	for _, r := range text {
		if n := int(r - hole); n >= 0 && n < len(pieces) {
			b.WriteString(string(pieces[n]))
			continue
		}
		b.WriteString(html.EscapeString(string(r)))
	}
	return template.HTML(b.String())
}

func stamp(s Stamp) template.HTML {
	return template.HTML(`<time datetime="` + html.EscapeString(s.Machine) + `">` + html.EscapeString(s.Text) + `</time>`)
}

// anchor is a link by name. Addresses that are neither of the web nor of this site are not linked.
func anchor(l Link) template.HTML {
	name := html.EscapeString(l.Name)
	if !strings.HasPrefix(l.Href, "/") && !strings.HasPrefix(l.Href, "https://") && !strings.HasPrefix(l.Href, "http://") {
		return template.HTML(name)
	}
	a := `<a href="` + html.EscapeString(l.Href) + `"`
	if l.Lang != "" {
		a += ` lang="` + html.EscapeString(l.Lang) + `" hreflang="` + html.EscapeString(l.Lang) + `"`
	}
	if l.Dir != "" {
		a += ` dir="` + html.EscapeString(l.Dir) + `"`
	}
	return template.HTML(a + `>` + name + `</a>`)
}

// kindWord names what followed publication.
func kindWord(kind string) string {
	switch kind {
	case "update":
		return tongue.Word("Update")
	case "clarification":
		return tongue.Word("Clarification")
	case "correction":
		return tongue.Word("Correction")
	case "redaction":
		return tongue.Word("Redaction")
	case "withdrawal":
		return tongue.Word("Withdrawn")
	case "published":
		return tongue.Word("Published")
	case "seen":
		return tongue.Word("Seen and brought in")
	}
	return tongue.Word("Changed")
}

// topicWord names what a topic is.
func topicWord(kind string) string {
	switch kind {
	case "person":
		return tongue.Word("Person")
	case "organisation":
		return tongue.Word("Organization")
	case "place":
		return tongue.Word("Place")
	case "event":
		return tongue.Word("Event")
	}
	return tongue.Word("Subject")
}

// trouble is what an error page says.
type trouble struct{ Title, Hint string }

// wrongOf tells what a status means and what to do.
func wrongOf(status int) trouble {
	switch status {
	case 403:
		return trouble{tongue.Word("This page is not open to you"), tongue.Word("It may need a sign-in that you do not have.")}
	case 404:
		return trouble{tongue.Word("There is no page at this address"), tongue.Word("It may have moved before we kept records, or the address was cut short on its way to you.")}
	case 405:
		return trouble{tongue.Word("That cannot be done here"), tongue.Word("This address can be read, but nothing can be sent to it.")}
	case 410:
		return trouble{tongue.Word("This article was withdrawn"), tongue.Word("It stood at this address and is no longer published.")}
	case 413:
		return trouble{tongue.Word("That was too large"), tongue.Word("Please send something smaller.")}
	case 421:
		return trouble{tongue.Word("This paper is not at this address"), tongue.Word("Please check the name of the site.")}
	case 429:
		return trouble{tongue.Word("Too many requests at once"), tongue.Word("Please wait a minute and try again.")}
	case 503:
		return trouble{tongue.Word("The paper cannot answer right now"), tongue.Word("Please try again in a minute.")}
	}
	if status >= 400 && status < 500 {
		return trouble{tongue.Word("That request cannot be understood"), tongue.Word("The address may have been cut short or changed on its way to you.")}
	}
	return trouble{tongue.Word("Something went wrong on our side"), tongue.Word("It has been noted. Please try again in a minute.")}
}
