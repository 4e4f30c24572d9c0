package ad

import (
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// Digits is how many digits a currency has after the point (ISO 4217): 2 for EUR, 0 for JPY.
func Digits(unit string) int {
	u, err := currency.ParseISO(unit)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(u)
	return scale
}

// Amount is a sum of the smallest unit of a currency as people write it: "1,234.50".
func Amount(n int64, unit string) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := Digits(unit)
	text := strconv.FormatInt(n, 10)
	if len(text) <= digits {
		text = strings.Repeat("0", digits+1-len(text)) + text
	}
	whole, cents := text[:len(text)-digits], text[len(text)-digits:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if digits == 0 {
		return sign + whole
	}
	return sign + whole + "." + cents
}

// ParseAmount reads a sum as people write it, "400", "1,234.50" or "1.234,50", in the smallest unit of a currency.
func ParseAmount(typed, unit string) (n int64, ok bool) {
	typed = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\'', '’':
			return -1
		}
		return r
	}, typed)
	digits := Digits(unit)
	whole, cents := typed, ""
	if i := strings.LastIndexAny(typed, ".,"); i >= 0 && len(typed)-i-1 <= digits {
		whole, cents = typed[:i], typed[i+1:]
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' })
	for i, g := range groups {
		if i > 0 && len(g) != 3 {
			return 0, false
		}
	}
	if strings.Contains(whole, ".") && strings.Contains(whole, ",") || strings.Count(whole, ".")+strings.Count(whole, ",") != max(len(groups)-1, 0) {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.Join(groups, "")+cents+strings.Repeat("0", digits-len(cents)), 10, 64)
	return n, err == nil && len(groups) > 0 && !strings.ContainsAny(typed, "+-")
}
