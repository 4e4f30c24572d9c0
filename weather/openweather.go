package weather

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// askOpenWeather is Current Weather Data 2.5 (openweathermap.org/current). Without units it would answer in Kelvin.
func askOpenWeather(base string, of source) string {
	q := url.Values{"lat": {degrees(of.lat)}, "lon": {degrees(of.lon)}, "units": {"metric"}, "lang": {"en"}, "appid": {of.key}}
	return base + "/data/2.5/weather?" + q.Encode()
}

type openWeatherAnswer struct {
	Cod   json.RawMessage // a number, and a string in some errors
	Coord *struct{ Lat, Lon *float64 }
	Main  *struct{ Temp *float64 }
	At    int64 `json:"dt"`

	Weather []struct {
		ID   int
		Icon string
	}
}

func readOpenWeather(body []byte, of source) (Report, error) {
	var a openWeatherAnswer
	var r Report
	if err := json.Unmarshal(body, &a); err != nil {
		return r, err
	}
	switch {
	case strings.Trim(string(a.Cod), `"`) != "200":
		return r, fmt.Errorf("it says it is a %.20s", a.Cod)
	case a.Coord == nil || a.Coord.Lat == nil || a.Coord.Lon == nil:
		return r, errors.New("it does not say of which place it speaks")
	case a.Main == nil || a.Main.Temp == nil:
		return r, errors.New("it says nothing of the temperature")
	}
	if err := of.here(*a.Coord.Lat, *a.Coord.Lon); err != nil {
		return r, err
	}
	p := Point{At: time.Unix(a.At, 0).UTC(), Celsius: *a.Main.Temp}
	if len(a.Weather) > 0 {
		p.Sky, p.Night = openWeatherSky(a.Weather[0].ID), strings.HasSuffix(a.Weather[0].Icon, "n")
	}
	r.Points = []Point{p}
	return r, nil
}

// openWeatherSky reads a condition's number (openweathermap.org/weather-conditions).
func openWeatherSky(id int) Sky {
	switch {
	case id >= 200 && id < 300:
		return Thunder
	case id >= 300 && id < 400:
		return Drizzle
	case id == 511:
		return Freezing
	case id == 500 || id == 520:
		return LightRain
	case id == 501 || id == 521 || id == 531:
		return Rain
	case id >= 502 && id <= 504 || id == 522:
		return HeavyRain
	case id == 600 || id == 620:
		return LightSnow
	case id == 601 || id == 621:
		return Snow
	case id == 602 || id == 622:
		return HeavySnow
	case id >= 611 && id <= 616:
		return Sleet
	case id == 701 || id == 741:
		return Fog
	case id > 701 && id < 780:
		return Haze
	}
	return map[int]Sky{800: Clear, 801: Fair, 802: Partly, 803: Cloudy, 804: Cloudy}[id]
}
