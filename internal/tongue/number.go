package tongue

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Number is a whole number with the tongue's digits and grouping: "12,400", "12.400", "١٢٬٤٠٠".
func (t *Tongue) Number(n int) string { return t.grouped(strconv.Itoa(n)) }

// Decimal is a number rounded to so many places, all shown: 17.06 to one place is "17.1". Zero never has a sign,
// and what is no number gives "–".
func (t *Tongue) Decimal(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	s := strconv.FormatFloat(f, 'f', max(places, 0), 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return t.grouped(s)
}

// Percent is a share of 1 in whole percents: 0.375 is "38%".
func (t *Tongue) Percent(ratio float64) string {
	return fill(t.cldr.Percent, t.Decimal(ratio*100, 0))
}

// Duration is the length of a recording in minutes and seconds, with hours when there are any: "3:07", "1:02:07".
func (t *Tongue) Duration(d time.Duration) string {
	s := max(int(d.Round(time.Second)/time.Second), 0)
	b := make([]byte, 0, 16)
	if s >= 3600 {
		b = append(t.digits(b, s/3600, 1), ':')
		b = append(t.digits(b, s/60%60, 2), ':')
	} else {
		b = append(t.digits(b, s/60, 1), ':')
	}
	return string(t.digits(b, s%60, 2))
}

// grouped takes a plain decimal number ("-12400.5") and writes it the tongue's way.
func (t *Tongue) grouped(plain string) string {
	var b strings.Builder
	if digits, negative := strings.CutPrefix(plain, "-"); negative {
		b.WriteString(t.cldr.Minus)
		plain = digits
	}
	whole, part, decimal := strings.Cut(plain, ".")
	first, others, least := t.cldr.Grouping[0], t.cldr.Grouping[1], t.cldr.Grouping[2]
	group := first > 0 && len(whole) >= first+least
	for i, digit := range whole {
		left := len(whole) - i
		if group && i > 0 && left >= first && (left-first)%others == 0 {
			b.WriteString(t.cldr.Group)
		}
		b.WriteRune(digit)
	}
	if decimal {
		b.WriteString(t.cldr.Decimal)
		b.WriteString(part)
	}
	return t.localised(b.String())
}

// localised puts the tongue's digits in the place of 0 to 9.
func (t *Tongue) localised(s string) string {
	if t.cldr.Digits == "" {
		return s
	}
	own := []rune(t.cldr.Digits)
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return own[r-'0']
		}
		return r
	}, s)
}
