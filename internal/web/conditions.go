package web

import "strings"

// acceptsGzip reports whether a request with these Accept-Encoding fields may be answered with gzip (RFC 9110, 12.5.3): named
// with a weight above nought, or not named while "*" is. No field means identity here: whoever can inflate says so.
func acceptsGzip(fields []string) bool {
	star := false
	for _, f := range fields {
		for f != "" {
			var item string
			item, f, _ = strings.Cut(f, ",")
			coding, params, _ := strings.Cut(item, ";")
			coding = strings.Trim(coding, " \t")
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				return positive(params)
			case coding == "*":
				star = positive(params)
			}
		}
	}
	return star
}

// acceptsBrotli is the same for br, without "*": a client that means brotli says so.
func acceptsBrotli(fields []string) bool {
	for _, f := range fields {
		for f != "" {
			var item string
			item, f, _ = strings.Cut(f, ",")
			coding, params, _ := strings.Cut(item, ";")
			if strings.EqualFold(strings.Trim(coding, " \t"), "br") {
				return positive(params)
			}
		}
	}
	return false
}

// positive reports whether the weight in params ("q=0.5") is above nought; none is 1.
func positive(params string) bool {
	for params != "" {
		var p string
		p, params, _ = strings.Cut(params, ";")
		p = strings.Trim(p, " \t")
		if len(p) > 2 && (p[0] == 'q' || p[0] == 'Q') && p[1] == '=' {
			return strings.Trim(p[2:], "0. \t") != ""
		}
	}
	return true
}

// noneMatch reports whether an If-None-Match with these fields names etag or "*", so that the answer is 304
// (RFC 9110, 13.1.2: the weak comparison). etag is strong, with its quotes.
func noneMatch(fields []string, etag string) bool {
	for _, f := range fields {
		if f == etag {
			return true
		}
		for {
			f = strings.TrimLeft(f, " \t,")
			if f == "" {
				break
			}
			if f[0] == '*' {
				return true
			}
			f = strings.TrimPrefix(f, "W/")
			if f == "" || f[0] != '"' {
				break
			}
			end := strings.IndexByte(f[1:], '"')
			if end < 0 {
				break
			}
			if f[:end+2] == etag {
				return true
			}
			f = f[end+2:]
		}
	}
	return false
}
