package site

import (
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/weather"
)

const (
	// weatherPath is where the weather stands in every edition; the paper's own things cannot stand there.
	weatherPath = "/weather"
	tagWeather  = "weather"
	// shownHours is how many hours the weather's page tells of.
	shownHours = 12
)

// skyNow is the weather for the line above every page; nil while none is known that holds. It asks the database alone.
func (sh *sheet) skyNow() *Sky {
	w, ok, err := sh.Weather.Shown(sh.ctx, sh.paper, sh.now)
	if err != nil {
		sh.Log.Error("the weather could not be read", "error", err)
	}
	if !ok {
		return nil
	}
	sh.good(w.Until)
	return sh.sky(w)
}

func (sh *sheet) sky(w weather.Shown) *Sky {
	sky := &Sky{Icon: icon(w.Now), Degrees: sh.degrees(w.Now), Words: sh.skyWords(w.Now.Sky), Href: sh.in(weatherPath)}
	what := sh.spelt(w.Now)
	if sky.Words != "" {
		what = sh.t.List([]string{what, sky.Words})
	}
	hour := sh.t.Time(w.Now.At.In(sh.now.Location()))
	if w.Forecast {
		sky.Says = sh.t.T("Forecast for {0}: {1}", hour, what)
	} else {
		sky.Says = sh.t.T("Weather at {0}: {1}", hour, what)
	}
	return sky
}

// degrees is the temperature in the paper's unit, with its sign.
func (sh *sheet) degrees(p weather.Point) string {
	if sh.paper.Degrees == "F" {
		return sh.t.T("{0} °F", sh.t.Decimal(p.Fahrenheit(), 1))
	}
	return sh.t.T("{0} °C", sh.t.Decimal(p.Celsius, 1))
}

// spelt is the temperature as it is said aloud.
func (sh *sheet) spelt(p weather.Point) string {
	if sh.paper.Degrees == "F" {
		return sh.t.T("{0} degrees Fahrenheit", sh.t.Decimal(p.Fahrenheit(), 1))
	}
	return sh.t.T("{0} degrees Celsius", sh.t.Decimal(p.Celsius, 1))
}

// skyWords names a sky; "" for one nobody told us.
func (sh *sheet) skyWords(s weather.Sky) string {
	word := map[weather.Sky]string{
		weather.Clear: tongue.Word("clear"), weather.Fair: tongue.Word("mostly clear"), weather.Partly: tongue.Word("partly cloudy"),
		weather.Cloudy: tongue.Word("cloudy"), weather.Fog: tongue.Word("fog"), weather.Haze: tongue.Word("haze"),
		weather.Drizzle: tongue.Word("drizzle"), weather.LightRain: tongue.Word("light rain"), weather.Rain: tongue.Word("rain"),
		weather.HeavyRain: tongue.Word("heavy rain"), weather.Freezing: tongue.Word("freezing rain"), weather.Sleet: tongue.Word("sleet"),
		weather.LightSnow: tongue.Word("light snow"), weather.Snow: tongue.Word("snow"), weather.HeavySnow: tongue.Word("heavy snow"),
		weather.Thunder: tongue.Word("thunderstorm"),
	}[s]
	if word == "" {
		return ""
	}
	return sh.t.T(word)
}

// icon is the symbol of a sky: one of skies.html, "" for none.
func icon(p weather.Point) string {
	switch p.Sky {
	case weather.Clear, weather.Fair, weather.Partly:
		of := map[weather.Sky]string{weather.Clear: "sun", weather.Fair: "sun-cloud", weather.Partly: "sun-cloud"}
		if p.Night {
			of = map[weather.Sky]string{weather.Clear: "moon", weather.Fair: "moon-cloud", weather.Partly: "moon-cloud"}
		}
		return of[p.Sky]
	case weather.Cloudy:
		return "cloud"
	case weather.Fog, weather.Haze:
		return "fog"
	case weather.Drizzle, weather.LightRain, weather.Rain, weather.HeavyRain:
		return "rain"
	case weather.Freezing, weather.Sleet:
		return "sleet"
	case weather.LightSnow, weather.Snow, weather.HeavySnow:
		return "snow"
	case weather.Thunder:
		return "bolt"
	}
	return ""
}

// weather is the page of the weather at the paper's place. Where the paper shows none, what stood at its address may still lead elsewhere.
func (s *Site) weather(sh *sheet) (web.Page, error) {
	if on, err := sh.paper.AnyWeather(); !on || err != nil {
		at, err := sh.find(weatherPath, "")
		if err != nil {
			return web.Page{}, err
		}
		return s.standing(sh, at.Path[1:])
	}
	w, ok, err := sh.Weather.Shown(sh.ctx, sh.paper, sh.now)
	if err != nil {
		return web.Page{}, err
	}
	place := sh.paper.PlaceIn(sh.lang)
	title := sh.t.T("Weather")
	if place != "" {
		title = sh.t.T("Weather in {0}", place)
	}
	frame, err := sh.listFrame(title, weatherPath)
	if err != nil {
		return web.Page{}, err
	}
	frame.Feeds = sh.feeds("", "")
	page := WeatherPage{Frame: frame, Heading: title}
	sh.tags = append(sh.tags, tagWeather)
	if ok {
		sh.good(w.Until)
		sh.foretell(&page, w)
	} else {
		page.Robots = "noindex"
	}
	return s.draw(sh, viewWeather, page)
}

// foretell fills the page with what is known.
func (sh *sheet) foretell(page *WeatherPage, w weather.Shown) {
	page.Now = sh.sky(w)
	page.Credit, page.Terms = Link{Href: w.Credit.Href, Name: w.Credit.Says}, Link{Href: w.Credit.Contract, Name: w.Credit.Licence}
	for _, p := range w.Report.Ahead(sh.now, shownHours) {
		at := p.At.In(sh.now.Location())
		page.Hours = append(page.Hours, SkyHour{When: sh.brief(at), Icon: icon(p), Words: sh.skyWords(p.Sky), Degrees: sh.degrees(p)})
		if !sameDay(at, sh.now) {
			last := &page.Hours[len(page.Hours)-1]
			last.When.Text = sh.t.Time(at)
		}
	}
	for _, d := range w.Report.Days(sh.now) {
		page.Days = append(page.Days, SkyHour{When: sh.day(d.Begins, tongue.Day), Icon: icon(weather.Point{Sky: d.Sky}), Words: sh.skyWords(d.Sky),
			Degrees: sh.degrees(d.High), Low: sh.degrees(d.Low)})
	}
}
