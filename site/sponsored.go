package site

import (
	"html"

	"lede/article"
)

// sponsor is who pays for an article: itself, or all in the section where it belongs, or above it; "" for nobody.
func (sh *sheet) sponsor(own string, in int64) string {
	if own != "" {
		return own
	}
	line := sh.tree.Line(in)
	for i := len(line) - 1; i >= 0; i-- {
		if line[i].Sponsor != "" {
			return line[i].Sponsor
		}
	}
	return ""
}

// sponsorOf is who pays for an article.
func (sh *sheet) sponsorOf(a article.Article) string {
	var in int64
	if len(a.Sections) > 0 {
		in = a.Sections[0]
	}
	return sh.sponsor(a.Sponsor, in)
}

// paidFor says who pays, in the language of the page; "" where nobody does.
func (sh *sheet) paidFor(sponsor string) string {
	if sponsor == "" {
		return ""
	}
	return sh.t.T("Sponsored by {0}", sponsor)
}

// paidLine is the first line of what a feed carries, where somebody pays for it.
func (sh *sheet) paidLine(sponsor string) string {
	if sponsor == "" {
		return ""
	}
	return "<p><strong>" + html.EscapeString(sh.paidFor(sponsor)) + "</strong></p>"
}
