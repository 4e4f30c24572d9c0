package weather

import "time"

// ReadAll reads an answer as each of the providers' would be read.
func ReadAll(body []byte, now time.Time) {
	for _, p := range providers {
		r, err := p.read(body, source{provider: p, lat: 40.7, lon: -74})
		if err == nil && r.tidy(now) == nil {
			kept{report: r, good: now}.shown(source{provider: p}, now)
			r.Days(now)
		}
	}
}
