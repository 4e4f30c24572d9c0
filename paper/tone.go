package paper

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// Tone is one colour of the readers' pages, by day and by night, each as #rrggbb.
type Tone struct {
	Light string `json:"light"`
	Dark  string `json:"dark"`
}

var hexColour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// Contrast is how far two colours stand apart, from 1 to 21, as WCAG 2.2 reckons it; 0 if one is none.
func Contrast(a, b string) float64 {
	if !hexColour.MatchString(a) || !hexColour.MatchString(b) {
		return 0
	}
	one, two := luminance(a), luminance(b)
	return (max(one, two) + 0.05) / (min(one, two) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c string) float64 {
	r, g, b := linear(c)
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// linear is a colour in linear sRGB, each part from 0 to 1.
func linear(c string) (r, g, b float64) {
	n, _ := strconv.ParseUint(c[1:], 16, 32) // the pattern has been looked at
	part := func(v uint64) float64 {
		f := float64(v&255) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return part(n >> 16), part(n >> 8), part(n)
}

// Nearest is the colour nearest to c, of the same hue, that stands at least ratio from each of against: lighter or darker,
// whichever is less far (in OKLab). "" if there is none.
func Nearest(c string, against []string, ratio float64) string {
	if !hexColour.MatchString(c) {
		return ""
	}
	l, a, b := oklab(linear(c))
	for step := range 201 {
		for _, way := range []float64{-1, 1} {
			if light := l + way*float64(step)/200; light >= 0 && light <= 1 {
				if try := fitting(light, a, b); clear(try, against, ratio) {
					return try
				}
			}
		}
	}
	return ""
}

func clear(c string, against []string, ratio float64) bool {
	for _, other := range against {
		if Contrast(c, other) < ratio {
			return false
		}
	}
	return true
}

// oklab is a colour of linear sRGB in OKLab (Björn Ottosson, 2020).
func oklab(r, g, b float64) (l, a, bb float64) {
	x := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	y := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	z := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return 0.2104542553*x + 0.7936177850*y - 0.0040720468*z,
		1.9779984951*x - 2.4285922050*y + 0.4505937099*z,
		0.0259040371*x + 0.7827717662*y - 0.8086757660*z
}

// fitting is a colour of OKLab as #rrggbb, as colourful as sRGB lets it be.
func fitting(l, a, b float64) string {
	for much := 1.0; ; much -= 0.05 {
		r, g, bl := rgb(l, a*much, b*much)
		if much <= 0 || inside(r) && inside(g) && inside(bl) {
			return fmt.Sprintf("#%02x%02x%02x", encoded(r), encoded(g), encoded(bl))
		}
	}
}

func inside(v float64) bool { return v > -0.001 && v < 1.001 }

func rgb(l, a, b float64) (r, g, bl float64) {
	x := cube(l + 0.3963377774*a + 0.2158037573*b)
	y := cube(l - 0.1055613458*a - 0.0638541728*b)
	z := cube(l - 0.0894841775*a - 1.2914855480*b)
	return 4.0767416621*x - 3.3077115913*y + 0.2309699292*z,
		-1.2684380046*x + 2.6097574011*y - 0.3413193965*z,
		-0.0041960863*x - 0.7034186147*y + 1.7076147010*z
}

func cube(v float64) float64 { return v * v * v }

func encoded(v float64) int {
	v = min(max(v, 0), 1)
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return int(math.Round(v * 255))
}
