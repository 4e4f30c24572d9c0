package move

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// monthNames holds the months in English, Spanish and Arabic, whole and cut short, in lower case.
var monthNames = [][]string{
	strings.Fields("january february march april may june july august september october november december"),
	strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
	strings.Fields("ene feb mar abr may jun jul ago set oct nov dic"),
	strings.Fields("jan feb mar apr may jun jul aug sept oct nov dec"),
	strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec"),
	strings.Fields("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
	{"كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"},
}

// monthOf finds a month by its name, 0 when there is none.
func monthOf(name string) time.Month {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
	for _, list := range monthNames {
		for i, m := range list {
			if m == name {
				return time.Month(i + 1)
			}
		}
	}
	return 0
}

const monthWord = `(\p{L}{3,11}\.?(?:\s(?:الأول|الثاني))?)`

var (
	dayMonthYear = regexp.MustCompile(`(?:^|[^\p{L}\d])(\d{1,2})(?:st|nd|rd|th|º|\.)?[\s/-]+(?:de\s+|of\s+)?` + monthWord + `[,\s/-]+(?:de\s+|del\s+)?(\d{4})(?:[^\d]|$)`)
	monthDayYear = regexp.MustCompile(`(?:^|[^\p{L}\d])` + monthWord + `\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:[^\d]|$)`)
	isoDay       = regexp.MustCompile(`(?:^|[^\d])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[^\d]|$)`)
)

// day finds a date written out in English, Spanish or Arabic, or as ISO 8601, in a line; figures alone like 3/4/2024 are not taken, for they are read two ways.
// It gives the date at 12:00 UTC.
func day(line string) (time.Time, bool) {
	line = western(line)
	if m := isoDay.FindStringSubmatch(line); m != nil {
		return date(m[1], time.Month(number(m[2])), m[3])
	}
	if m := monthDayYear.FindStringSubmatch(line); m != nil && monthOf(m[1]) > 0 {
		return date(m[3], monthOf(m[1]), m[2])
	}
	if m := dayMonthYear.FindStringSubmatch(line); m != nil {
		return date(m[3], monthOf(m[2]), m[1])
	}
	return time.Time{}, false
}

// date makes a day of its parts when there is such a day between 1600 and 2199.
func date(year string, m time.Month, dayOf string) (time.Time, bool) {
	y, d := number(year), number(dayOf)
	at := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	return at, y >= 1600 && y < 2200 && at.Month() == m && at.Day() == d
}

// number reads up to nine ASCII digits.
func number(s string) (n int) {
	for _, r := range s[:min(len(s), 9)] {
		if r < '0' || r > '9' {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// western writes Arabic-Indic and Persian digits as 0 to 9.
func western(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		}
		return r
	}, s)
}

var (
	publishedWord = regexp.MustCompile(`(?i)^[\s|•·(]*(?:first )?(?:published|posted|publicado|publicada|publié|veröffentlicht|نُ?شر(?:ت)?|تاريخ النشر)(?:\s|:|$)`)
	updatedWord   = regexp.MustCompile(`(?i)^[\s|•·;(]*(?:last )?(?:updated|modified|actualizado|actualizada|mis à jour|aktualisiert|آخر تحديث|تحديث|حُ?دّ?ث)(?:\s|:|$)`)
	relative      = regexp.MustCompile(`(?i)^(?:\d+|an?|one|hace)\s.{0,20}(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|segundos?|minutos?|horas?|días?|semanas?|meses|años?)(?: ago)?$|^yesterday$|^today$|^ayer$|^hoy$`)
	clock         = regexp.MustCompile(`(?i)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?\s?m\.?)?|[ap]\.?m\.?`)
)

// isDate tells a line that says when and nothing else: days and hours, with labels such as "Updated".
func isDate(line string) bool {
	line = squeeze(line)
	if line == "" || utf8.RuneCountInString(line) > 160 {
		return false
	}
	dated, labelled := false, false
	for _, part := range datesApart(line) {
		_, ok := day(part)
		labelled = labelled || publishedWord.MatchString(part) || updatedWord.MatchString(part)
		dated = dated || ok || relative.MatchString(unlabelled(part))
		if leftover(part) {
			return false
		}
	}
	return dated || labelled && strings.ContainsFunc(line, unicode.IsDigit)
}

// stampsIn finds the days a line names: that labelled as publication's, that labelled as an update's, and the first without a label.
func stampsIn(line string) (published, updated, plain time.Time) {
	for _, part := range datesApart(squeeze(line)) {
		at, ok := day(part)
		slot := &plain
		switch {
		case publishedWord.MatchString(part):
			slot = &published
		case updatedWord.MatchString(part):
			slot = &updated
		}
		if ok && slot.IsZero() {
			*slot = at
		}
	}
	return published, updated, plain
}

var labelStart = regexp.MustCompile(`(?i)(\s(?:last )?(?:updated|published|posted)\b|\s(?:actualizad[oa]|publicad[oa])\b|\s(?:آخر )?تحديث|\sنشر|\s[|•·]\s|;)`)

// datesApart splits a line where a label or a bar stands between two dates.
func datesApart(line string) []string {
	return strings.Split(labelStart.ReplaceAllString(line, "\n$1"), "\n")
}

// unlabelled takes the label off a date.
func unlabelled(part string) string {
	part = publishedWord.ReplaceAllString(updatedWord.ReplaceAllString(part, ""), "")
	return strings.Trim(part, " |•·;:,()-–—")
}

// leftover tells whether, with labels, days and hours taken away, more is left of a line than a zone or a place.
func leftover(part string) bool {
	rest := western(unlabelled(part))
	if relative.MatchString(rest) {
		return false
	}
	n := 0
	for _, w := range strings.FieldsFunc(clock.ReplaceAllString(rest, " "), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if monthOf(w) == 0 && !smallWord[strings.ToLower(w)] {
			n++
		}
	}
	return n > 2
}

// smallWord holds what stands beside a date and says nothing more: days of the week, zones, little words.
var smallWord = set(`monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun at on of the and
	lunes martes miércoles jueves viernes sábado domingo de del a las el الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد في
	am pm a m p utc gmt est edt cst cdt mst mdt pst pdt et ct mt pt ist cet cest bst hst amt th st nd rd t z`)

// set makes a set of the words of s.
func set(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// byWord begins a byline.
var byWord = regexp.MustCompile(`^(?i:(?:written |story |reported )?by|por|von|par|da|بقلم|كتب|كتبت|إعداد|تقرير)\s*[:：]?\s+(.+)$`)

var nameJoin = regexp.MustCompile(`\s*(?:,|;|&|/|،)\s*(?:(?i:and|y|e|und|et|و)\s+)?|\s+(?i:and|y|und|et|و)\s+`)

var afterName = regexp.MustCompile(`(?i)\s*(?:[|•·]|\s[-–—]\s|\(|,\s*(?:\S+ ){0,2}(?:staff|correspondent|reporter|editor|writer|ap|associated press)\b|\s(?:on|for|in|at)\s|\s(?:november|published|updated|posted)\b).*$`)

// byline reads the names from a line like "By Ana Ruiz and Jo Lee | March 3, 2024", or nil when the line is none.
func byline(line string) []string {
	line = squeeze(line)
	m := byWord.FindStringSubmatch(line)
	if m == nil || utf8.RuneCountInString(line) > 160 {
		return nil
	}
	return names(m[1])
}

// names splits a list of names; nil when one of them does not look like a name.
func names(s string) []string {
	s = afterName.ReplaceAllString(squeeze(s), "")
	var out []string
	for _, n := range nameJoin.Split(s, -1) {
		n = strings.Trim(n, " .,;:-–—*")
		if n == "" {
			continue
		}
		if !isName(n) {
			return nil
		}
		out = append(out, n)
	}
	return out
}

// particles are the words of a name that may begin with a small letter.
var particles = set("de del la los las da dos do van von der den al el bin ibn di du le of the for y ten")

// isName tells whether a few words look like the name of a person or an agency: no digits, no address, each word that has a case begins with a capital.
func isName(s string) bool {
	list := strings.Fields(s)
	if len(list) == 0 || len(list) > 6 || utf8.RuneCountInString(s) > 60 || strings.ContainsAny(s, "@0123456789/<>?!") {
		return false
	}
	for _, w := range list {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(r) && !particles[w] {
			return false
		}
	}
	return strings.ContainsFunc(s, unicode.IsLetter)
}

var stamps = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07",
	"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
	time.RFC1123Z, time.RFC1123, time.RFC850, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST",
}

// moment reads the first of several time stamps that can be read: ISO 8601 and RFC 1123 forms, and days written out.
// Without a zone it is taken as UTC; a day alone stands at 12:00 UTC.
func moment(stampsSaid ...string) time.Time {
	for _, s := range stampsSaid {
		s = strings.TrimSpace(s)
		if len(s) < 8 || len(s) > 60 {
			continue
		}
		for _, form := range stamps {
			if at, err := time.Parse(form, s); err == nil && at.Year() >= 1600 && at.Year() < 2200 {
				return at.UTC()
			}
		}
		if at, ok := day(s); ok {
			return at
		}
	}
	return time.Time{}
}
