package web

import (
	"net/http"
	"strings"
	"time"
)

// Page is what a render gives to the cache.
type Page struct {
	Status     int         // 0 is 200
	Type       string      // Content-Type; "" is text/html; charset=utf-8
	Body       []byte      // may hold slot marks, see Slot
	Header     http.Header // extra headers (Link, Cache-Control); Set-Cookie is refused, a cached page is for everybody
	FrameHosts []string    // hosts (or origins) whose frames the page may load: its frame-src
	Frames     bool        // it holds frames of this site too
	Tags       []string    // what the page shows; Purge and Forget go by them
	Until      time.Time   // fresh until then; zero: until purged
	Modified   time.Time   // Last-Modified; zero: none
	Keep       bool        // may be kept on disk as last good page
}

const markByte = "\x00"

// Slot returns the mark that stands in a Body for the shared segment of that name ("today/en"). A body cannot hold a mark by
// accident: NUL is refused at the door and in every text.
func Slot(name string) string { return markByte + name + markByte }

// Cut splits a body at its marks: texts[i] is followed by the slot names[i]; there is one text more than names.
// A mark that is not closed is dropped with all behind it being text.
func Cut(body []byte) (texts []string, names []string) {
	pieces := strings.Split(string(body), markByte)
	if len(pieces)%2 == 0 {
		last := len(pieces) - 1
		pieces[last-1] += pieces[last]
		pieces = pieces[:last]
	}
	for i, p := range pieces {
		if i%2 == 0 {
			texts = append(texts, p)
		} else {
			names = append(names, strings.Clone(p)) // not a window on the whole body
		}
	}
	return texts, names
}
