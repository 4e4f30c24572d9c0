package weather

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// askOpenMeteo is its forecast (open-meteo.com/en/docs): now and the hours of a week, in Celsius, with moments as seconds of 1970.
func askOpenMeteo(base string, of source) string {
	q := url.Values{"latitude": {degrees(of.lat)}, "longitude": {degrees(of.lon)}, "temperature_unit": {"celsius"}, "timeformat": {"unixtime"}, "timezone": {"UTC"},
		"current": {"temperature_2m,weather_code,is_day"}, "hourly": {"temperature_2m,weather_code,is_day"}, "forecast_days": {"7"}}
	if of.key != "" {
		q.Set("apikey", of.key)
	}
	return base + "/v1/forecast?" + q.Encode()
}

type openMeteoAnswer struct {
	Latitude, Longitude *float64
	Units               struct {
		Temperature string `json:"temperature_2m"`
		Time        string
	} `json:"current_units"`
	HourlyUnits struct {
		Temperature string `json:"temperature_2m"`
		Time        string
	} `json:"hourly_units"`
	Current *struct {
		Time        int64
		Temperature *float64 `json:"temperature_2m"`
		Code        *int     `json:"weather_code"`
		Day         *int     `json:"is_day"`
	}
	Hourly struct {
		Time        []int64
		Temperature []*float64 `json:"temperature_2m"`
		Code        []*int     `json:"weather_code"`
		Day         []*int     `json:"is_day"`
	}
}

func readOpenMeteo(body []byte, of source) (Report, error) {
	var a openMeteoAnswer
	var r Report
	if err := json.Unmarshal(body, &a); err != nil {
		return r, err
	}
	switch {
	case a.Latitude == nil || a.Longitude == nil:
		return r, errors.New("it does not say of which place it speaks")
	case a.Current == nil:
		return r, errors.New("it does not speak of now")
	case a.Units.Temperature != "°C" || a.Units.Time != "unixtime":
		return r, fmt.Errorf("its temperatures are in %q, its times in %q", a.Units.Temperature, a.Units.Time)
	}
	if err := of.here(*a.Latitude, *a.Longitude); err != nil {
		return r, err
	}
	now := time.Unix(a.Current.Time, 0).UTC()
	if a.Current.Temperature == nil {
		return r, errors.New("it says nothing of the temperature now")
	}
	r.Points = append(r.Points, openMeteoPoint(now, *a.Current.Temperature, a.Current.Code, a.Current.Day))
	h := a.Hourly
	if len(h.Temperature) != len(h.Time) || len(h.Code) != len(h.Time) || len(h.Day) != len(h.Time) {
		return r, errors.New("its hours are not of one length")
	}
	if len(h.Time) > 0 && (a.HourlyUnits.Temperature != "°C" || a.HourlyUnits.Time != "unixtime") {
		return r, fmt.Errorf("its hours are in %q, its times in %q", a.HourlyUnits.Temperature, a.HourlyUnits.Time)
	}
	for i := range h.Time {
		if at := time.Unix(h.Time[i], 0).UTC(); at.After(now) && h.Temperature[i] != nil {
			r.Points = append(r.Points, openMeteoPoint(at, *h.Temperature[i], h.Code[i], h.Day[i]))
		}
	}
	return r, nil
}

func openMeteoPoint(at time.Time, celsius float64, code, day *int) Point {
	p := Point{At: at, Celsius: celsius, Night: day != nil && *day == 0}
	if code != nil {
		p.Sky = wmoSky[*code]
	}
	return p
}

// wmoSky is WMO code table 4677 as Open-Meteo uses it.
var wmoSky = map[int]Sky{0: Clear, 1: Fair, 2: Partly, 3: Cloudy, 45: Fog, 48: Fog, 51: Drizzle, 53: Drizzle, 55: Drizzle, 56: Freezing, 57: Freezing,
	61: LightRain, 63: Rain, 65: HeavyRain, 66: Freezing, 67: Freezing, 71: LightSnow, 73: Snow, 75: HeavySnow, 77: Snow,
	80: LightRain, 81: Rain, 82: HeavyRain, 85: LightSnow, 86: HeavySnow, 95: Thunder, 96: Thunder, 99: Thunder}
