package newsroom

import (
	"net/http"
	"time"

	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
	"lede/weather"
)

const weatherPath = "/newsroom/weather"

func (n *Newsroom) weatherRoutes() []route {
	return []route{
		{pattern: "GET " + weatherPath, act: staff.Read, on: staff.Paper, handle: weatherPage},
		{pattern: "POST " + weatherPath, act: staff.Write, on: staff.Paper, handle: setWeather},
		{pattern: "POST " + weatherPath + "/ask", act: staff.Write, on: staff.Paper, handle: askWeather, options: []web.RouteOption{web.Deadline(time.Minute)}},
	}
}

// weatherSettings are who is asked for the weather, where and in which unit.
func (v *visit) weatherSettings() []setting {
	all := []setting{
		chosen("weather", "Where it comes from", "MET Norway covers the world and wants no key, but an address to write to.", func(p *paper.Paper) *string { return &p.Weather.Provider },
			item{paper.MET, "MET Norway"}, item{paper.OpenMeteo, "Open-Meteo"}, item{paper.OpenWeather, "OpenWeather: only what it is now"}, item{paper.NoWeather, "Nowhere: show no weather"}),
		{Name: "weather-key", Label: "Key", Kind: "password", Hint: "For OpenWeather, and for Open-Meteo’s customers. Kept sealed, for one provider, and shown to nobody. Left empty, it stays as it is.",
			get: func(paper.Paper) string { return "" },
			put: func(p *paper.Paper, typed string) string { p.Weather = p.Weather.WithKey(v.Secret, typed); return "" }},
		ticked("weather-free", "This paper sells nothing", "Then Open-Meteo may be asked without a key; its free service is not for papers with advertisements.", func(p *paper.Paper) *bool { return &p.Weather.Free }),
		{Name: "weather-forget", Label: "Forget the key", Kind: "tick",
			get: func(paper.Paper) string { return "" },
			put: func(p *paper.Paper, typed string) string {
				if typed == "yes" {
					p.Weather.Sealed = ""
				}
				return ""
			}},
		line("place", "Place", "As it stands beside the date.", func(p *paper.Paper) *string { return &p.Place }),
	}
	all = append(all, inLangs(v.paper, "place", "Place", func(p *paper.Paper) *map[string]string { return &p.Places })...)
	return append(all,
		degreesOf("lat", "Latitude", "40.71 is New York; south is negative.", func(p *paper.Paper) *float64 { return &p.Lat }),
		degreesOf("lon", "Longitude", "-74.01 is New York; west is negative.", func(p *paper.Paper) *float64 { return &p.Lon }),
		chosen("degrees", "Temperature", "", func(p *paper.Paper) *string { return &p.Degrees }, item{"", "°C"}, item{"F", "°F"}),
	)
}

// weatherView is the page of the weather.
type weatherView struct {
	settingsPage
	HasKey     bool
	State      weather.State
	Now        string // "17.1 °C, partly cloudy, for 14:00"
	Asked      string
	Good, Next string
	Free       string // the moment before which the provider is not asked; "" once it may be
	Tried      *tried
}

func (v *visit) weatherView(f settingsPage) (weatherView, error) {
	page := weatherView{settingsPage: f, HasKey: v.paper.Weather.Sealed != ""}
	for i := range page.fields {
		if page.fields[i].Kind == "password" {
			page.fields[i].Value = ""
		}
	}
	var err error
	if page.State, err = v.Weather.State(v.ctx(), v.paper, v.now); err != nil {
		return page, err
	}
	for into, at := range map[*string]time.Time{&page.Asked: page.State.Asked, &page.Good: page.State.Good, &page.Next: page.State.Next, &page.Free: page.State.Free} {
		if !at.IsZero() {
			*into = moment(at.In(v.now.Location()), v.now)
		}
	}
	if !page.State.Free.After(v.now) {
		page.Free = ""
	}
	if page.State.Known {
		page.Now = v.skyLine(page.State.Shown)
	}
	return page, nil
}

// skyLine is the weather in a few words.
func (v *visit) skyLine(w weather.Shown) string {
	en := tongue.For("en")
	says := en.Decimal(w.Now.Celsius, 1) + " °C"
	if v.paper.Degrees == "F" {
		says = en.Decimal(w.Now.Fahrenheit(), 1) + " °F"
	}
	if w.Now.Sky != "" {
		says += ", " + string(w.Now.Sky)
	}
	word := "measured at "
	if w.Forecast {
		word = "foretold for "
	}
	return says + ", " + word + w.Now.At.In(v.now.Location()).Format("15:04")
}

func weatherPage(v *visit) error { return v.showWeather(http.StatusOK, nil) }

func (v *visit) showWeather(status int, t *tried) error {
	f, err := v.settingsForm("Weather", weatherPath, v.weatherSettings())
	if err != nil {
		return err
	}
	page, err := v.weatherView(f)
	if err != nil {
		return err
	}
	page.Tried = t
	return v.showAs(status, "weather", page)
}

func setWeather(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	settings := v.weatherSettings()
	return v.save("Weather", weatherPath, settings, typed(settings, sent), number(sent.Get("version")), func(status int, f settingsPage) error {
		page, err := v.weatherView(f)
		if err != nil {
			return err
		}
		return v.showAs(status, "weather", page)
	})
}

// askWeather asks at once, unless the provider does not want to be asked yet.
func askWeather(v *visit) error {
	if on, err := v.paper.AnyWeather(); !on || err != nil {
		says := "No weather is shown: choose where it comes from, and save."
		if err != nil {
			says = err.Error()
		}
		return v.showWeather(http.StatusUnprocessableEntity, &tried{Says: says})
	}
	a, err := v.AskWeather(v.ctx(), true)
	if err != nil {
		return err
	}
	switch {
	case !a.Done:
		return v.showWeather(http.StatusOK, &tried{Says: "It was not asked: it is being asked already, the provider wants to be left alone until the time below, or its key cannot be opened."})
	case a.Fault != "":
		return v.showWeather(http.StatusUnprocessableEntity, &tried{Says: "It did not work: " + a.Fault})
	}
	return v.showWeather(http.StatusOK, &tried{Well: true, Says: "It answered, and readers see it."})
}
