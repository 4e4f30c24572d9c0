package tongue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pluralForms are the forms of CLDR, in the order in which its rules are asked.
var pluralForms = []string{"zero", "one", "two", "few", "many", "other"}

// A pluralRule says for which numbers a form stands: when all conditions of any of its groups hold.
type pluralRule struct {
	form string
	any  [][]condition
}

// A condition is one relation of UTS 35 (Language Plural Rules): an operand, perhaps its rest by mod, lies (or does not lie) in ranges.
type condition struct {
	whole  bool // operands n and i: the number itself; all others (fractions, exponents) are 0 for a whole number
	mod    int
	not    bool
	ranges [][2]int
}

// pluralRules reads the rules of a language; "other" has none and stands for the rest.
func pluralRules(texts map[string]string) ([]pluralRule, error) {
	var rules []pluralRule
	for _, form := range pluralForms {
		text := texts[form]
		if text == "" {
			continue
		}
		rule := pluralRule{form: form}
		for _, group := range strings.Split(text, " or ") {
			var all []condition
			for _, relation := range strings.Split(group, " and ") {
				c, err := parseCondition(relation)
				if err != nil {
					return nil, fmt.Errorf("plural rule %q: %w", text, err)
				}
				all = append(all, c)
			}
			rule.any = append(rule.any, all)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// parseCondition reads "n % 100 = 3..10" or "i != 0,2".
func parseCondition(s string) (condition, error) {
	var c condition
	left, right, ok := strings.Cut(s, "=")
	if !ok {
		return c, fmt.Errorf("no relation in %q", s)
	}
	left, c.not = strings.CutSuffix(left, "!")
	operand, mod, hasMod := strings.Cut(left, "%")
	switch operand = strings.TrimSpace(operand); operand {
	case "n", "i":
		c.whole = true
	case "v", "w", "f", "t", "e", "c":
	default:
		return c, fmt.Errorf("unknown operand %q", operand)
	}
	var err error
	if hasMod {
		if c.mod, err = strconv.Atoi(strings.TrimSpace(mod)); err != nil || c.mod <= 0 {
			return c, fmt.Errorf("bad modulus in %q", s)
		}
	}
	for _, r := range strings.Split(right, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(r), "..")
		if !isRange {
			to = from
		}
		low, err1 := strconv.Atoi(from)
		high, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			return c, fmt.Errorf("bad range in %q", s)
		}
		c.ranges = append(c.ranges, [2]int{low, high})
	}
	return c, nil
}

func (c condition) holds(n int) bool {
	if !c.whole {
		n = 0
	}
	if c.mod > 0 {
		n %= c.mod
	}
	in := slices.ContainsFunc(c.ranges, func(r [2]int) bool { return n >= r[0] && n <= r[1] })
	return in != c.not
}

// which is the plural form for n things. A negative number goes as its positive one.
func (t *Tongue) which(n int) string {
	if n < 0 {
		n = -n
	}
	for _, rule := range t.plurals {
		for _, group := range rule.any {
			if !slices.ContainsFunc(group, func(c condition) bool { return !c.holds(n) }) {
				return rule.form
			}
		}
	}
	return "other"
}
