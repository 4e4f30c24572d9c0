package tongue

import (
	"strconv"
	"strings"
	"time"
)

// Style is how much of a date is told.
type Style int

const (
	Full    Style = iota // Tuesday, June 17, 2025
	Long                 // June 17, 2025
	Short                // June 17: for a day of the current year
	Day                  // Tuesday, June 17
	Month                // June 2025
	Numeric              // 6/17/2025
	Weekday              // Tuesday
)

// Date is the day of at, Gregorian, in the zone at is already in.
func (t *Tongue) Date(at time.Time, s Style) string { return t.format(t.formats[s], at) }

// Time is the time of day of at, to the minute, in the zone at is already in.
func (t *Tongue) Time(at time.Time) string { return t.format(t.clock, at) }

// DateTime is the Long date and the time: "June 17, 2025, 2:05 PM".
func (t *Tongue) DateTime(at time.Time) string { return t.DateTimeIn(Long, at) }

// DateTimeIn is a date in a style of choice, and the time: Short gives "June 17, 2:05 PM".
func (t *Tongue) DateTimeIn(s Style, at time.Time) string {
	return fill(t.cldr.DateTime, t.Time(at), t.Date(at, s))
}

// Brief is as little as a card needs: the time on the day of now, the Short date within the year of now, else the Long one.
// The two are compared in the zone of now, and at is shown in it.
func (t *Tongue) Brief(at, now time.Time) string {
	at = at.In(now.Location())
	switch {
	case at.Year() == now.Year() && at.YearDay() == now.YearDay():
		return t.Time(at)
	case at.Year() == now.Year():
		return t.Date(at, Short)
	}
	return t.Date(at, Long)
}

// A pattern is a CLDR pattern taken apart: fields of letters (a letter and how often it stands) and what stands between them.
type pattern []piece

type piece struct {
	letter byte // 0: text
	count  int
	text   string
}

// fields are the letters of UTS 35 that compile and write know.
const fields = "GyMLdEcaHhkKm"

// compile reads a pattern of UTS 35 (Date Format Patterns): letters are fields, and quotes keep letters as they are.
func compile(s string) pattern {
	var p pattern
	var text strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\'' && i+1 < len(s) && s[i+1] == '\'':
			text.WriteByte('\'')
			i++
		case c == '\'':
			quoted = !quoted
		case quoted || strings.IndexByte(fields, c) < 0:
			text.WriteByte(c)
		default:
			n := 1
			for i+n < len(s) && s[i+n] == c {
				n++
			}
			i += n - 1
			if text.Len() > 0 {
				p = append(p, piece{text: text.String()})
				text.Reset()
			}
			p = append(p, piece{letter: c, count: n})
		}
	}
	if text.Len() > 0 {
		p = append(p, piece{text: text.String()})
	}
	return p
}

func (t *Tongue) format(p pattern, at time.Time) string {
	b := make([]byte, 0, 64)
	for _, x := range p {
		if x.letter == 0 {
			b = append(b, x.text...)
			continue
		}
		b = t.field(b, x, at)
	}
	return string(b)
}

// field writes one field of UTS 35. Names are always whole: the paper has room for "Tuesday" and "June".
func (t *Tongue) field(b []byte, x piece, at time.Time) []byte {
	switch x.letter {
	case 'G':
		return append(b, t.cldr.Era...)
	case 'y':
		if x.count == 2 {
			return t.digits(b, at.Year()%100, 2)
		}
		return t.digits(b, at.Year(), x.count)
	case 'M', 'L':
		switch {
		case x.count < 3:
			return t.digits(b, int(at.Month()), x.count)
		case x.letter == 'L':
			return append(b, t.cldr.MonthsAlone[at.Month()-1]...)
		}
		return append(b, t.cldr.Months[at.Month()-1]...)
	case 'd':
		return t.digits(b, at.Day(), x.count)
	case 'E', 'c':
		return append(b, t.cldr.Weekdays[at.Weekday()]...)
	case 'a':
		if at.Hour() < 12 {
			return append(b, t.cldr.AM...)
		}
		return append(b, t.cldr.PM...)
	case 'm':
		return t.digits(b, at.Minute(), x.count)
	}
	return t.digits(b, hour(x.letter, at.Hour()), x.count)
}

// hour is an hour from 0 to 23 as one of the four clocks of UTS 35 counts it: H 0–23, k 1–24, h 1–12, K 0–11.
func hour(clock byte, h int) int {
	switch clock {
	case 'h':
		return (h+11)%12 + 1
	case 'K':
		return h % 12
	case 'k':
		return (h+23)%24 + 1
	}
	return h
}

// digits writes n in the tongue's own digits, with zeros before it up to width.
func (t *Tongue) digits(b []byte, n, width int) []byte {
	plain := strconv.Itoa(n)
	for i := len(plain); i < width; i++ {
		plain = "0" + plain
	}
	return append(b, t.localised(plain)...)
}
