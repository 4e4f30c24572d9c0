package move

import (
	"encoding/json"
	"strings"
)

// jsonLD is what schema.org data in a page says of its article (schema.org/Article and its kinds).
type jsonLD struct {
	headline, description, published, modified, inLanguage, image, url, publisher string
	authors                                                                       []string
}

// read takes the first article from one script of data; damaged data is passed over, later articles are too.
func (j *jsonLD) read(src string) {
	if j.headline != "" || len(src) > 2<<20 {
		return
	}
	src = strings.Trim(strings.TrimSpace(src), ";")
	var v any
	if json.Unmarshal([]byte(src), &v) != nil {
		return
	}
	if a := articleIn(v, 0); a != nil {
		j.take(a)
	}
}

// articleIn finds an object of an article's type in the data: itself, in a list, in @graph, or as the main entity.
func articleIn(v any, depth int) map[string]any {
	if depth > 8 {
		return nil
	}
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			if a := articleIn(one, depth+1); a != nil {
				return a
			}
		}
	case map[string]any:
		if isArticle(v["@type"]) && word(v["headline"], "name") != "" {
			return v
		}
		for _, k := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement"} {
			if a := articleIn(v[k], depth+1); a != nil {
				return a
			}
		}
	}
	return nil
}

// isArticle tells whether a type, or one of several, is an article's.
func isArticle(v any) bool {
	for _, t := range list(v) {
		s, _ := t.(string)
		if strings.HasSuffix(s, "Article") || strings.HasSuffix(s, "BlogPosting") || strings.HasSuffix(s, "Report") || strings.HasSuffix(s, "Review") && strings.Contains(s, "Critic") {
			return true
		}
	}
	return false
}

// take reads the properties of an article.
func (j *jsonLD) take(a map[string]any) {
	j.headline = word(first(word(a["headline"], ""), word(a["name"], "")), "")
	j.description = word(a["description"], "")
	j.published = word(a["datePublished"], "")
	j.modified = word(a["dateModified"], "")
	j.inLanguage = word(a["inLanguage"], "alternateName")
	j.image = word(a["image"], "url")
	j.url = first(word(a["url"], "@id"), word(a["mainEntityOfPage"], "@id"))
	j.publisher = word(a["publisher"], "name")
	for _, one := range list(a["author"]) {
		j.authors = append(j.authors, split(word(one, "name"))...)
	}
}

// split parts a name that is a list of names, and drops what is none (addresses, handles).
func split(s string) []string {
	s = plain(s)
	if b := byline(s); b != nil {
		return b
	}
	return names(s)
}

// list gives a value as a list: itself when it is one.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l[:min(len(l), 50)]
	}
	return []any{v}
}

// word gives a value that is a string, or a property of the object it is, or that of the first in a list.
func word(v any, property string) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return word(v[0], property)
		}
	case map[string]any:
		s, _ := v[property].(string)
		return s
	}
	return ""
}
