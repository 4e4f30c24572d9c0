// Package weathertest is MET Norway, Open-Meteo and OpenWeather in one server for tests: it answers as they do, does on wish whatever
// can go wrong, and writes down every breach of their contracts.
package weathertest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The faults it can have. "" is none.
const (
	Down      = "down"      // 500
	Busy      = "busy"      // 503 with Retry-After
	Throttled = "throttled" // 429 with Retry-After
	Refusing  = "refusing"  // 403
	BadKey    = "bad key"   // 401
	Truncated = "truncated"
	Hanging   = "hanging" // until the client goes, or Free is called
	Huge      = "huge"
	Mistyped  = "mistyped"
	Null      = "null"
	Nothing   = "nothing" // 200 and no body
	Page      = "page"    // HTML
	Stale     = "stale"   // as of six hours ago
	Future    = "future"  // from three hours on
	Kelvin    = "kelvin"
	Elsewhere = "elsewhere"
	Moved     = "moved"      // a redirect, then well
	Astray    = "astray"     // a redirect to a private address
	Outdated  = "deprecated" // 203
	Unasked   = "unasked"    // 304 though nothing was asked about
)

// Faults are all of them.
var Faults = []string{Down, Busy, Throttled, Refusing, BadKey, Truncated, Hanging, Huge, Mistyped, Null, Nothing, Page, Stale, Future, Kelvin, Elsewhere, Moved, Astray, Outdated, Unasked}

// Holds is how long an answer of MET Norway holds.
const Holds = 31 * time.Minute

// Fake is the server. Its fields are set before it serves; Fail and Free may be called at any time.
type Fake struct {
	Clock func() time.Time
	// Celsius is the weather at a moment, to one decimal; nil is that of Truth.
	Celsius func(at time.Time) float64

	mu       sync.Mutex
	fault    string
	breaches []string
	calls    int
	good     int
	free     map[string]time.Time // by place: who asks before breaks the contract
	sent     map[string]string    // by place: the Last-Modified that was sent
	hanging  chan struct{}
}

// Truth is a day with a cold morning: 17.1 degrees at noon UTC on 17 June 2025, and below zero at night.
func Truth(at time.Time) float64 {
	hours := at.UTC().Truncate(time.Hour).Sub(time.Date(2025, 6, 17, 16, 0, 0, 0, time.UTC)).Hours()
	return math.Round((5.6+11.5*math.Cos(hours*math.Pi/12))*10) / 10
}

// Fail has it fail that way from now on.
func (f *Fake) Fail(fault string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// Breaches are what was asked against the contracts so far.
func (f *Fake) Breaches() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.breaches...)
}

// Calls is how often it was asked, and how often it answered well.
func (f *Fake) Calls() (all, good int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls, f.good
}

// Free lets those go that hang.
func (f *Fake) Free() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hanging != nil {
		close(f.hanging)
		f.hanging = nil
	}
}

func (f *Fake) hang() chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hanging == nil {
		f.hanging = make(chan struct{})
	}
	return f.hanging
}

func (f *Fake) breach(format string, args ...any) {
	f.breaches = append(f.breaches, f.Clock().UTC().Format("15:04:05 ")+fmt.Sprintf(format, args...))
}

var (
	angle = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{1,4})?$`)
	agent = regexp.MustCompile(`^[^ ]+\.[^ ]+ .*[@:].+$`)
)

// ServeHTTP answers a provider's path.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	q, now := r.URL.Query(), f.Clock()
	kind := map[string]string{"/weatherapi/locationforecast/2.0/compact": "met", "/v1/forecast": "open-meteo", "/data/2.5/weather": "openweather"}[r.URL.Path]
	again := q.Get("again") != ""
	q.Del("again")
	lat, lon := q.Get("lat")+q.Get("latitude"), q.Get("lon")+q.Get("longitude")
	place := kind + " " + lat + "," + lon
	if !again {
		f.calls++
		f.hold(kind, place, q, r, now)
	}
	fault := f.fault
	f.mu.Unlock()
	if fault == Hanging {
		select {
		case <-f.hang():
		case <-r.Context().Done():
		}
		return
	}
	if kind == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	if f.fail(w, r, kind, place, fault, again, now) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.good++
	status := http.StatusOK
	if fault == Outdated {
		status = http.StatusNonAuthoritativeInfo
	}
	if kind == "met" {
		f.free[place] = now.Add(Holds).Truncate(time.Second)
		w.Header().Set("Expires", f.free[place].UTC().Format(http.TimeFormat))
		modified := now.UTC().Truncate(2 * time.Hour).Format(http.TimeFormat)
		w.Header().Set("Last-Modified", modified)
		if r.Header.Get("If-Modified-Since") == modified {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		f.sent[place] = modified
	} else {
		f.free[place] = now.Add(10 * time.Minute)
	}
	w.WriteHeader(status)
	w.Write(f.body(kind, lat, lon, now, 0, false))
}

// hold looks whether the question keeps the contract.
func (f *Fake) hold(kind, place string, q url.Values, r *http.Request, now time.Time) {
	if f.free == nil {
		f.free, f.sent = map[string]time.Time{}, map[string]string{}
	}
	if r.Method != http.MethodGet {
		f.breach("%s", r.Method)
	}
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		f.breach("asked without gzip")
	}
	if r.Referer() != "" || r.Header.Get("Cookie") != "" {
		f.breach("asked with a referrer or a cookie")
	}
	for _, name := range []string{"lat", "lon", "latitude", "longitude"} {
		if q.Has(name) && !angle.MatchString(q.Get(name)) {
			f.breach("%s=%s", name, q.Get(name))
		}
	}
	if before := f.free[place]; now.Before(before) {
		f.breach("%s asked at %s, before %s", place, now.UTC().Format("15:04:05"), before.UTC().Format("15:04:05"))
	}
	if now.Minute() == 0 {
		f.breach("asked on the hour")
	}
	want := map[string][]string{"met": {"lat", "lon"}, "open-meteo": {"latitude", "longitude", "current", "temperature_unit", "timeformat", "timezone"},
		"openweather": {"lat", "lon", "appid", "units"}}[kind]
	for _, name := range want {
		if q.Get(name) == "" {
			f.breach("%s asked without %s", kind, name)
		}
	}
	switch kind {
	case "":
		f.breach("nobody answers at %s", r.URL.Path)
	case "met":
		if !agent.MatchString(r.UserAgent()) {
			f.breach("MET Norway asked by %q", r.UserAgent())
		}
		if sent := f.sent[place]; sent != "" && r.Header.Get("If-Modified-Since") != sent {
			f.breach("If-Modified-Since is %q, and Last-Modified was %q", r.Header.Get("If-Modified-Since"), sent)
		}
		if len(q) > 2 {
			f.breach("MET Norway asked with %v", q)
		}
	case "openweather":
		if q.Get("units") != "metric" {
			f.breach("units=%s", q.Get("units"))
		}
	}
}

// fail answers wrongly, if that is the fault.
func (f *Fake) fail(w http.ResponseWriter, r *http.Request, kind, place, fault string, again bool, now time.Time) bool {
	q := r.URL.Query()
	lat, lon := q.Get("lat")+q.Get("latitude"), q.Get("lon")+q.Get("longitude")
	later := func(d time.Duration) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.free[place] = now.Add(d)
		w.Header().Set("Retry-After", strconv.Itoa(int(d.Seconds())))
	}
	expires := func() {
		if kind == "met" {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.free[place] = now.Add(Holds).Truncate(time.Second)
			w.Header().Set("Expires", f.free[place].UTC().Format(http.TimeFormat))
		}
	}
	switch fault {
	case Down:
		http.Error(w, "oops", http.StatusInternalServerError)
	case Busy:
		later(17 * time.Minute)
		http.Error(w, `{"error":true,"reason":"The server is overloaded"}`, http.StatusServiceUnavailable)
	case Throttled:
		later(25 * time.Minute)
		http.Error(w, `{"error":true,"reason":"Minutely API request limit exceeded. Please try again in one minute."}`, http.StatusTooManyRequests)
	case Refusing:
		http.Error(w, "403 Forbidden", http.StatusForbidden)
	case BadKey:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"cod":401,"message":"Invalid API key %s."}`, q.Get("appid")+q.Get("apikey"))
	case Truncated:
		expires()
		body := f.body(kind, lat, lon, now, 0, false)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body[:len(body)/2])
	case Huge:
		expires()
		for range 40 {
			w.Write(make([]byte, 1<<16))
		}
	case Mistyped:
		expires()
		w.Write(regexp.MustCompile(`("air_temperature"|"temperature_2m"|"temp"):(-?[0-9.]+)`).ReplaceAll(f.body(kind, lat, lon, now, 0, false), []byte(`$1:"warm"`)))
	case Null:
		expires()
		w.Write(regexp.MustCompile(`("air_temperature"|"temperature_2m"|"temp"):(-?[0-9.]+)`).ReplaceAll(f.body(kind, lat, lon, now, 0, false), []byte(`$1:null`)))
	case Nothing:
		expires()
	case Page:
		expires()
		w.Write([]byte("<!doctype html><title>Please sign in to this network</title>"))
	case Stale:
		expires()
		w.Write(f.body(kind, lat, lon, now, -6*time.Hour, false))
	case Future:
		expires()
		w.Write(f.body(kind, lat, lon, now, 3*time.Hour, false))
	case Kelvin:
		expires()
		w.Write(f.body(kind, lat, lon, now, 0, true))
	case Elsewhere:
		expires()
		w.Write(f.body(kind, "-33.9", "18.4", now, 0, false))
	case Moved:
		if again {
			return false
		}
		http.Redirect(w, r, r.URL.RequestURI()+"&again=1", http.StatusFound)
	case Astray:
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	case Unasked:
		if kind == "met" && r.Header.Get("If-Modified-Since") != "" {
			return false
		}
		w.WriteHeader(http.StatusNotModified)
	default:
		return false
	}
	return true
}

func (f *Fake) celsius(at time.Time) float64 {
	if f.Celsius != nil {
		return f.Celsius(at)
	}
	return Truth(at)
}

// body is an answer as the provider gives it, as of now and off.
func (f *Fake) body(kind, lat, lon string, now time.Time, off time.Duration, kelvin bool) []byte {
	now = now.UTC().Add(off)
	temperature := func(at time.Time) float64 {
		if c := f.celsius(at); !kelvin {
			return c
		}
		return math.Round((f.celsius(at)+273.15)*100) / 100
	}
	number := func(s string) float64 { n, _ := strconv.ParseFloat(s, 64); return n }
	day := func(at time.Time) bool { return at.Hour() >= 10 }
	var all any
	switch kind {
	case "met":
		unit := "celsius"
		var series []any
		hour := now.Truncate(time.Hour)
		for i := range 60 {
			at := hour.Add(time.Duration(i) * time.Hour)
			symbol := "partlycloudy_night"
			if day(at) {
				symbol = "partlycloudy_day"
			}
			series = append(series, metPoint(at, temperature(at), "next_1_hours", symbol))
		}
		for at := hour.Add(60 * time.Hour).Truncate(6 * time.Hour); at.Before(hour.Add(9 * 24 * time.Hour)); at = at.Add(6 * time.Hour) {
			series = append(series, metPoint(at, temperature(at), "next_6_hours", "lightssnowshowersandthunder_day"))
		}
		series = append(series, metPoint(hour.Add(9*24*time.Hour), temperature(hour), "", ""))
		all = map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{number(lon), number(lat), 10}},
			"properties": map[string]any{"meta": map[string]any{"updated_at": now.Format(time.RFC3339), "units": map[string]string{"air_temperature": unit}}, "timeseries": series}}
	case "open-meteo":
		at := now.Truncate(15 * time.Minute)
		midnight := now.Truncate(24 * time.Hour)
		var times []int64
		var temps []float64
		var codes, days []int
		for i := range 7 * 24 {
			h := midnight.Add(time.Duration(i) * time.Hour)
			times, temps, codes, days = append(times, h.Unix()), append(temps, temperature(h)), append(codes, 2), append(days, one(day(h)))
		}
		units := map[string]string{"time": "unixtime", "interval": "seconds", "temperature_2m": "°C", "weather_code": "wmo code", "is_day": ""}
		all = map[string]any{"latitude": number(lat) + .004, "longitude": number(lon) - .003, "generationtime_ms": .07, "utc_offset_seconds": 0, "timezone": "UTC", "timezone_abbreviation": "UTC",
			"elevation": 10, "current_units": units, "current": map[string]any{"time": at.Unix(), "interval": 900, "temperature_2m": temperature(at), "weather_code": 2, "is_day": one(day(at))},
			"hourly_units": units, "hourly": map[string]any{"time": times, "temperature_2m": temps, "weather_code": codes, "is_day": days}}
	case "openweather":
		icon := "03n"
		if day(now) {
			icon = "03d"
		}
		all = map[string]any{"coord": map[string]float64{"lon": number(lon), "lat": number(lat)}, "weather": []any{map[string]any{"id": 802, "main": "Clouds", "description": "scattered clouds", "icon": icon}},
			"base": "stations", "main": map[string]any{"temp": temperature(now), "feels_like": 1, "pressure": 1015, "humidity": 60}, "visibility": 10000, "dt": now.Unix(),
			"sys": map[string]any{"country": "US", "sunrise": 1, "sunset": 2}, "timezone": -14400, "id": 5128581, "name": "New York", "cod": 200}
	}
	body, err := json.Marshal(all)
	if err != nil {
		panic(err) // maps of numbers and texts are always JSON
	}
	return body
}

func metPoint(at time.Time, celsius float64, next, symbol string) any {
	data := map[string]any{"instant": map[string]any{"details": map[string]any{"air_temperature": celsius, "wind_speed": 2.5}}}
	if next != "" {
		data[next] = map[string]any{"summary": map[string]string{"symbol_code": symbol}, "details": map[string]any{"precipitation_amount": 0}}
	}
	return map[string]any{"time": at.Format(time.RFC3339), "data": data}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
