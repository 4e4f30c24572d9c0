package main

import "strings"

// languages are the names of the spoken languages in one of them.
func (c cldr) languages(tag string) map[string]string {
	names := c.main("localenames", tag, "languages").at("localeDisplayNames", "languages")
	all := map[string]string{}
	for _, other := range spoken {
		if name := names.at(other).text(); name != "" {
			all[other] = name
		}
	}
	return all
}

// names is names.json: the spoken languages in their own words, and which scripts and languages run from right to left.
func (c cldr) names() []byte {
	endonyms := map[string]string{}
	for _, tag := range spoken {
		endonyms[tag] = c.languages(tag)[tag]
	}
	scripts := map[string]bool{}
	metadata := c.read("cldr-core", "scriptMetadata.json").at("scriptMetadata")
	for _, script := range metadata.keys() {
		if metadata.at(script, "rtl").text() == "YES" {
			scripts[script] = true
		}
	}
	all := map[string]any{
		"endonyms":    endonyms,
		"rightToLeft": map[string]any{"scripts": scripts, "tags": c.rightToLeft(scripts)},
	}
	return []byte(strings.ReplaceAll(line(all), `},"`, "},\n\"") + "\n")
}

// rightToLeft says of languages, and of languages in a region where that differs, whether their likely script runs from right to left.
func (c cldr) rightToLeft(scripts map[string]bool) map[string]bool {
	likely := c.supplemental("likelySubtags").at("likelySubtags")
	tags := map[string]bool{}
	for _, tag := range likely.keys() {
		if language, rest, _ := strings.Cut(tag, "-"); language != "und" && len(rest) != 4 && scripts[script(likely.at(tag).text())] {
			tags[tag] = true
		}
	}
	for _, tag := range likely.keys() {
		language, rest, ok := strings.Cut(tag, "-")
		if ok && tags[language] && (len(rest) == 2 || len(rest) == 3) && !scripts[script(likely.at(tag).text())] {
			tags[tag] = false
		}
	}
	return tags
}

// script is the middle of "pa-Arab-PK".
func script(tag string) string {
	parts := strings.Split(tag, "-")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}
