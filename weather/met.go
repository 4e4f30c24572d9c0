package weather

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// askMET is Locationforecast 2.0 (api.met.no/weatherapi/locationforecast/2.0/documentation), the compact answer.
func askMET(base string, of source) string {
	q := url.Values{"lat": {degrees(of.lat)}, "lon": {degrees(of.lon)}}
	return base + "/weatherapi/locationforecast/2.0/compact?" + q.Encode()
}

// metAnswer is the part of its GeoJSON we look at.
type metAnswer struct {
	Geometry struct {
		Coordinates []float64 // longitude, latitude, altitude
	}
	Properties struct {
		Meta struct {
			Units map[string]string
		}
		Timeseries []struct {
			Time time.Time
			Data struct {
				Instant struct {
					Details struct {
						Temperature *float64 `json:"air_temperature"`
					}
				}
				Next1  *metNext `json:"next_1_hours"`
				Next6  *metNext `json:"next_6_hours"`
				Next12 *metNext `json:"next_12_hours"`
			}
		}
	}
}

type metNext struct {
	Summary struct {
		Symbol string `json:"symbol_code"`
	}
}

func readMET(body []byte, of source) (Report, error) {
	var a metAnswer
	var r Report
	if err := json.Unmarshal(body, &a); err != nil {
		return r, err
	}
	at := a.Geometry.Coordinates
	if len(at) < 2 {
		return r, errors.New("it does not say of which place it speaks")
	}
	if err := of.here(at[1], at[0]); err != nil {
		return r, err
	}
	if unit := a.Properties.Meta.Units["air_temperature"]; unit != "celsius" {
		return r, fmt.Errorf("its temperatures are in %q", unit)
	}
	for _, t := range a.Properties.Timeseries {
		if t.Data.Instant.Details.Temperature == nil {
			continue
		}
		p := Point{At: t.Time, Celsius: *t.Data.Instant.Details.Temperature}
		for _, next := range []*metNext{t.Data.Next1, t.Data.Next6, t.Data.Next12} {
			if next != nil && next.Summary.Symbol != "" {
				p.Sky, p.Night = metSky(next.Summary.Symbol)
				break
			}
		}
		r.Points = append(r.Points, p)
	}
	return r, nil
}

// metSky reads a symbol code: "lightrainshowersandthunder_day". Two of them are spelt "lightss…" by mistake, and stay so.
func metSky(code string) (Sky, bool) {
	name, light, _ := strings.Cut(code, "_")
	night := light == "night"
	if strings.HasSuffix(name, "andthunder") {
		return Thunder, night
	}
	name = strings.TrimSuffix(strings.Replace(name, "lightss", "lights", 1), "showers")
	sky := map[string]Sky{"clearsky": Clear, "fair": Fair, "partlycloudy": Partly, "cloudy": Cloudy, "fog": Fog,
		"lightrain": LightRain, "rain": Rain, "heavyrain": HeavyRain, "lightsleet": Sleet, "sleet": Sleet, "heavysleet": Sleet,
		"lightsnow": LightSnow, "snow": Snow, "heavysnow": HeavySnow}[name]
	return sky, night
}
