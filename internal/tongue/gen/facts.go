package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// facts are a language's facts in order, each a key and its JSON.
type facts [][2]string

func (f facts) lines(between string) string {
	var all []string
	for _, fact := range f {
		all = append(all, line(fact[0])+": "+fact[1])
	}
	return strings.Join(all, between)
}

// without are the facts that differ from those of base.
func (f facts) without(base facts) facts {
	var own facts
	for i, fact := range f {
		if fact != base[i] {
			own = append(own, fact)
		}
	}
	return own
}

// facts gathers what package tongue needs to know of a locale; the keys are those of its type facts.
func (c cldr) facts(tag string) facts {
	var f facts
	add := func(key string, value any) { f = append(f, [2]string{key, line(value)}) }
	g := c.main("dates", tag, "ca-gregorian").at("dates", "calendars", "gregorian")
	full, long := g.at("dateFormats", "full").text(), g.at("dateFormats", "long").text()
	known := g.at("dateTimeFormats", "availableFormats")
	short := first(known, "MMMMd", "MMMd")
	if own, ok := dates[tag]; ok {
		long, short = own.long, own.short
	}
	add("full", full)
	add("long", long)
	add("short", short)
	add("day", first(known, "MMMMEEEEd", "MMMMEd", "MMMEd"))
	add("month", first(known, "yMMMM", "yMMM"))
	add("numeric", first(known, "yMd"))
	add("datetime", g.at("dateTimeFormats", "long").text())
	add("clock24", strings.ContainsAny(g.at("timeFormats", "short").text(), "Hk"))
	add("h12", first(known, "hm"))
	add("h24", first(known, "Hm"))
	periods := g.at("dayPeriods", "format", "abbreviated")
	add("am", periods.at("am").text())
	add("pm", periods.at("pm").text())
	add("era", g.at("eras", "eraAbbr", "1").text())
	twelve := strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12")
	add("months", g.at("months", "format", "wide").texts(twelve...))
	add("monthsAlone", g.at("months", "stand-alone", "wide").texts(twelve...))
	add("weekdays", g.at("days", "format", "wide").texts("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
	c.words(tag, add)
	c.numbers(tag, add)
	return f
}

// first is the first of these skeletons that the locale knows, with months and weekdays written whole.
func first(known node, skeletons ...string) string {
	for _, s := range skeletons {
		if known.at(s).has() {
			return strings.NewReplacer("MMMM", "MMMM", "MMM", "MMMM").Replace(known.at(s).text())
		}
	}
	return ""
}

// words are how the locale tells distances in time and joins lists.
func (c cldr) words(tag string, add func(string, any)) {
	fields := c.main("dates", tag, "dateFields").at("dates", "fields")
	relative := map[string]map[string]map[string]string{}
	for _, unit := range []string{"year", "month", "day", "hour", "minute"} {
		relative[unit] = map[string]map[string]string{
			"past":   fields.at(unit, "relativeTime-type-past").forms(),
			"future": fields.at(unit, "relativeTime-type-future").forms(),
		}
	}
	add("relative", relative)
	add("now", fields.at("second", "relative-type-0").text())
	list := c.main("misc", tag, "listPatterns").at("listPatterns", "listPattern-type-standard").texts("start", "middle", "end", "2")
	if base, _, _ := strings.Cut(tag, "-"); listEnds[base] != "" {
		list[2] = listEnds[base]
	}
	add("list", list)
}

// numbers are the locale's digits, signs, grouping and plural rules. The minus is a real one (U+2212) where CLDR has a hyphen.
func (c cldr) numbers(tag string, add func(string, any)) {
	n := c.main("numbers", tag, "numbers").at("numbers")
	system := n.at("defaultNumberingSystem").text()
	if own := numerals[tag]; own != "" {
		system = own
	}
	symbols := n.at("symbols-numberSystem-" + system)
	digits := ""
	if system != "latn" {
		digits = c.supplemental("numberingSystems").at("numberingSystems", system, "_digits").text()
	}
	pattern := n.at("decimalFormats-numberSystem-"+system, "standard").text()
	percent := n.at("percentFormats-numberSystem-"+system, "standard").text()
	start, end := strings.IndexAny(percent, "#0"), strings.LastIndexAny(percent, "#0")
	least := int(n.at("minimumGroupingDigits").text()[0] - '0')
	add("digits", digits)
	add("decimal", symbols.at("decimal").text())
	add("group", symbols.at("group").text())
	add("grouping", grouping(pattern, least))
	add("minus", strings.ReplaceAll(symbols.at("minusSign").text(), "-", "\u2212"))
	add("percent", strings.ReplaceAll(percent[:start]+"{0}"+percent[end+1:], "%", symbols.at("percentSign").text()))
	rules := map[string]string{}
	base, _, _ := strings.Cut(tag, "-")
	for form, rule := range c.supplemental("plurals").at("plurals-type-cardinal", base).forms() {
		condition, _, _ := strings.Cut(rule, "@")
		rules[form] = strings.TrimSpace(condition)
	}
	add("plural", rules)
}

// grouping reads "#,##,##0.###": digits in the first group from the right, in the others, and how many must stand before a group.
func grouping(pattern string, least int) [3]int {
	whole, _, _ := strings.Cut(pattern, ".")
	groups := strings.Split(whole, ",")
	if len(groups) < 2 {
		return [3]int{0, 0, least}
	}
	size := len(groups[len(groups)-1])
	others := size
	if len(groups) > 2 {
		others = len(groups[len(groups)-2])
	}
	return [3]int{size, others, least}
}

// A group is regions that differ in the same way from the language without a region.
type group struct {
	regions []string
	facts   facts
}

// regions are all the regions CLDR has for a language in its usual script.
func (c cldr) regions(tag string, own facts) []group {
	folders, _ := filepath.Glob(filepath.Join(string(c), "cldr-dates-full", "main", tag+"-*"))
	found := map[string]*group{}
	for _, folder := range folders {
		locale := filepath.Base(folder)
		region := strings.TrimPrefix(locale, tag+"-")
		if len(region) > 3 || strings.ToUpper(region) != region {
			continue
		}
		differs := c.facts(locale).without(own)
		key := differs.lines(",")
		if found[key] == nil {
			found[key] = &group{facts: differs}
		}
		found[key].regions = append(found[key].regions, region)
	}
	groups := []group{}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		groups = append(groups, *found[key])
	}
	return groups
}
