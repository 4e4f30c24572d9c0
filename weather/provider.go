package weather

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lede/internal/fetch"
	"lede/paper"
)

// provider is one of those who can be asked, and its contract.
type provider struct {
	id, name string
	host     string
	// every is how long an answer holds that does not say so itself.
	every time.Duration
	// forecast tells that what it says of now was foretold.
	forecast bool
	credit   Credit
	ask      func(base string, of source) string
	read     func(body []byte, of source) (Report, error)
}

// Credit is what the provider's licence asks to be said beside its data.
type Credit struct {
	Says     string // "Data from MET Norway"
	Href     string
	Licence  string // "CC BY 4.0"
	Contract string // the licence's address
}

const (
	ccBy   = "https://creativecommons.org/licenses/by/4.0/"
	ccBySA = "https://creativecommons.org/licenses/by-sa/4.0/"
)

var providers = map[string]*provider{
	paper.MET: {id: "met", name: "MET Norway", host: "https://api.met.no", every: 30 * time.Minute, forecast: true,
		credit: Credit{"Data from MET Norway", "https://www.met.no/en", "CC BY 4.0", ccBy}, ask: askMET, read: readMET},
	paper.OpenMeteo: {id: "open-meteo", name: "Open-Meteo", host: "https://api.open-meteo.com", every: 15 * time.Minute, forecast: true,
		credit: Credit{"Weather data by Open-Meteo.com", "https://open-meteo.com/", "CC BY 4.0", ccBy}, ask: askOpenMeteo, read: readOpenMeteo},
	paper.OpenWeather: {id: "openweather", name: "OpenWeather", host: "https://api.openweathermap.org", every: 15 * time.Minute,
		credit: Credit{"Weather data provided by OpenWeather", "https://openweathermap.org/", "CC BY-SA 4.0", ccBySA}, ask: askOpenWeather, read: readOpenWeather},
}

// openMeteoPaid is whom a paper with a key asks.
const openMeteoPaid = "https://customer-api.open-meteo.com"

// source is whom the paper asks about which place.
type source struct {
	*provider
	lat, lon float64 // as they are asked for
	key      string
	agent    string
}

// row is the name of the source in the table.
func (s source) row() string { return s.id + " " + degrees(s.lat) + "," + degrees(s.lon) }

// source is whom p asks; ok is false where nobody is.
func (s *Store) source(p paper.Paper) (of source, ok bool, err error) {
	if ok, err = p.AnyWeather(); !ok || err != nil {
		return of, false, err
	}
	of = source{provider: providers[p.Weather.Provider], lat: rounded(p.Lat), lon: rounded(p.Lon), agent: agentOf(p)}
	of.key, err = p.Weather.Key(s.key)
	return of, err == nil, err
}

// rounded is an angle to four decimals, eleven metres, which is the most that MET Norway takes; 0 has no sign.
func rounded(degrees float64) float64 { return math.Round(degrees*1e4)/1e4 + 0 }

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// agentOf names the paper to whom it asks: its address, and how to reach those who run it.
func agentOf(p paper.Paper) string {
	site := "Lede"
	if at, err := url.Parse(p.Address); err == nil && at.Host != "" {
		site = at.Host
	}
	return visible(strings.TrimSpace(site + " " + strings.TrimPrefix(p.Contact, "mailto:")))
}

// visible is a text as it can stand in a header.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
}

// question is the one question that is asked of the source; modified is what it said with its last good answer.
func (s source) question(base, modified string) fetch.Question {
	if base == "" {
		base = s.host
		if s.id == "open-meteo" && s.key != "" {
			base = openMeteoPaid
		}
	}
	header := http.Header{"User-Agent": {s.agent}, "Accept": {"application/json"}}
	if modified != "" {
		header.Set("If-Modified-Since", modified)
	}
	return fetch.Question{URL: s.ask(base, s), Header: header, Max: mostBytes}
}

// mostBytes is more than any of them answers: MET Norway's compact answer has some 60 KB.
const mostBytes = 1 << 20

// here tells whether an answer speaks of the place that was asked for: grids snap to a neighbour, but not to another country.
func (s source) here(lat, lon float64) error {
	apart := math.Abs(lon - s.lon)
	apart = math.Min(apart, 360-apart)
	if math.Abs(lat-s.lat) <= 1 && (apart <= 1 || math.Abs(s.lat) > 85) {
		return nil
	}
	return fmt.Errorf("it is about another place, %g, %g", lat, lon)
}
