package newsroom

import (
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/internal/fetch"
	"lede/weather/weathertest"
)

func TestWeatherIsSetTriedAndToldOf(t *testing.T) {
	r := open(t)
	f := &weathertest.Fake{Clock: r.Now}
	server := httptest.NewServer(f)
	defer server.Close()
	r.Weather.Reach(fetch.New(fetch.Options{Open: []netip.AddrPort{netip.MustParseAddrPort(server.Listener.Addr().String())}}), server.URL)
	r.Pass(7 * time.Minute) // not on the hour
	says := func(a answer, status int, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if a.StatusCode != status || !strings.Contains(a.body, text) {
				t.Errorf("%d without %q, wanted %d: %s", a.StatusCode, text, status, a.body)
			}
		}
	}
	says(r.page(weatherPath), 200, "The paper has not said where it is")
	says(r.send(weatherPath+"/ask", url.Values{}), 422, "The paper has not said where it is")
	form := func(more ...string) url.Values {
		p, err := r.Papers.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all := url.Values{"version": {strconv.FormatInt(p.Version, 10)}, "weather": {"openweather"}, "place": {"New York"}, "lat": {"40.712776"}, "lon": {"-74.005974"}}
		for i := 0; i < len(more); i += 2 {
			all.Set(more[i], more[i+1])
		}
		return all
	}
	says(r.send(weatherPath, form("weather", "moon")), 422, "MET Norway, Open-Meteo or OpenWeather")
	says(r.send(weatherPath, form("lat", "north")), 422, "This is not a number of degrees")
	if a := r.send(weatherPath, form()); a.StatusCode != 303 {
		t.Fatalf("%d: %s", a.StatusCode, a.body)
	}
	says(r.page(weatherPath), 200, "OpenWeather wants a key")
	if a := r.send(weatherPath, form("weather-key", "top-secret-key")); a.StatusCode != 303 {
		t.Fatalf("%d: %s", a.StatusCode, a.body)
	}
	f.Fail(weathertest.BadKey)
	bad := r.send(weatherPath+"/ask", url.Values{})
	says(bad, 422, "It did not work: 401, it does not take the key: Invalid API key ….")
	if strings.Contains(bad.body, "top-secret-key") {
		t.Error("the key is shown")
	}
	f.Fail("")
	r.Pass(2 * time.Minute)
	says(r.send(weatherPath+"/ask", url.Values{}), 200, "It answered", "17.1 °C, partly, measured at 12:09")
	says(r.send(weatherPath+"/ask", url.Values{}), 200, "It was not asked")
	if b := f.Breaches(); len(b) > 0 {
		t.Errorf("breaches: %v", b)
	}
	if a := r.send(weatherPath, form("weather", "open-meteo")); a.StatusCode != 303 {
		t.Fatalf("%d: %s", a.StatusCode, a.body)
	}
	says(r.page(weatherPath), 200, "kept for another provider")
}
