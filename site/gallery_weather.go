package site

import (
	"time"

	"lede/internal/tongue"
	"lede/paper"
	"lede/weather"
)

// samplePoint is the weather of the samples.
var samplePoint = weather.Point{At: noon(2025, 6, 17).Add(2 * time.Hour), Celsius: 17.1, Sky: weather.Partly}

// skySheet is a sheet that knows its language and its moment alone.
func skySheet(lang string) *sheet {
	return &sheet{now: noon(2025, 6, 17).Add(2*time.Hour + 7*time.Minute), lang: lang, t: tongue.For(lang), paper: paper.Paper{Langs: []string{lang}}}
}

func sampleTodayWith(lang string, p weather.Point) TodayLine {
	line := sampleToday(lang)
	line.Sky = skySheet(lang).sky(weather.Shown{Now: p, Forecast: true})
	line.Sky.Href = "/_gallery/" + lang + "/weather"
	return line
}

// sampleWeather is the weather's page, whole and with little on it, and pages with the weather above them.
func sampleWeather(w town) []sample {
	sh := skySheet(w.lang)
	at := sh.t.T("Weather in {0}", w.place)
	f := sampleFrame(w)
	f.Today = "today with weather"
	credit := weather.Credit{Says: "Data from MET Norway", Href: "https://www.met.no/en", Licence: "CC BY 4.0", Contract: "https://creativecommons.org/licenses/by/4.0/"}
	skies := []weather.Sky{weather.Partly, weather.Fair, weather.Clear, weather.Cloudy, weather.Drizzle, weather.HeavyRain, weather.Thunder, weather.Fog, weather.Sleet, weather.LightSnow, "", weather.Clear}
	var r weather.Report
	for i := range 9 * 24 {
		t := samplePoint.At.Add(time.Duration(i) * time.Hour)
		r.Points = append(r.Points, weather.Point{At: t, Celsius: 17.1 - float64(i%24)*1.75, Sky: skies[(i+i/24)%len(skies)], Night: t.Hour() > 20 || t.Hour() < 6})
	}
	r.Points[0] = samplePoint
	whole, little, unknown := WeatherPage{Frame: f, Heading: at}, WeatherPage{Frame: f, Heading: at}, WeatherPage{Frame: sampleFrame(w), Heading: at}
	sh.foretell(&whole, weather.Shown{Now: samplePoint, Report: r, Forecast: true, Credit: credit})
	sh.foretell(&little, weather.Shown{Now: samplePoint, Report: weather.Report{Points: r.Points[:1]}, Credit: credit})
	front, article := sampleFront(w, 36, nil), sampleArticle(w)
	front.Frame.Today, article.Frame.Today = f.Today, f.Today
	return []sample{{"weather", viewWeather, whole}, {"weather/little", viewWeather, little}, {"weather/unknown", viewWeather, unknown},
		{"front/weather", viewFront, front}, {"article/weather", viewArticle, article}}
}
