package newsroom

import (
	"html/template"
	"time"
)

// clock is a time of day as staff read it, "14:05".
func clock(t time.Time) string { return t.Format("15:04") }

// day is a date as staff read it, "Tue 24 Nov 2026".
func day(t time.Time) string { return t.Format("Mon 2 Jan 2006") }

// icons are drawn in a box of 20, with lines.
var icons = map[string]string{
	"warn":   "M10 3.2 17.6 16.6H2.4zM10 8v4M10 14.3v.2",
	"check":  "m4 10.5 4 4 8-9",
	"no":     "m5 5 10 10M15 5 5 15",
	"search": "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM13 13l4 4",
	"back":   "M12.5 4 6.500 10l6 6",
	"note":   "M4 3.5h12v9L12.5 16H4zM12.3 16v-3.700H16",
	"eye":    "M2.500 10S5.500 5 10 5s7.500 5 7.500 5-3 5-7.500 5-7.500-5-7.500-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
	"key":    "M7 9a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM9.600 10l6-6M13 6.500l2 2M11.300 8.200l1.400 1.400",
	"write":  "M4 16l.8-3.600L13.600 3.600l2.800 2.800-8.800 8.800zM12 5.200 14.800 8",
	"clock":  "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.200l2.800 1.800",
	"panel":  "M3 4h14v12H3zM12 4v12",
	"all":    "M3 6h14M3 10h14M3 14h14",
}

// icon draws one of ours by its name, or the path it is given.
func icon(name string) template.HTML {
	path, known := icons[name]
	if !known {
		path = name
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="` + template.HTMLEscapeString(path) + `"/></svg>`)
}

// fieldSays is what is wrong with one field of a form, for the template of that name.
func fieldSays(name string, wrong map[string]string) struct{ Name, Says string } {
	return struct{ Name, Says string }{name, wrong[name]}
}
