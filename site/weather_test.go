package site

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/internal/fetch"
	"lede/paper"
	"lede/weather/weathertest"
)

// skies puts the fake of all providers in the place of the true ones, and gives the paper what they want to know.
func (s *stand) skies(provider string, patience time.Duration) *weathertest.Fake {
	s.t.Helper()
	f := &weathertest.Fake{Clock: s.Now}
	server := httptest.NewServer(f)
	s.t.Cleanup(func() { f.Free(); server.Close() })
	s.Weather.Reach(fetch.New(fetch.Options{Timeout: patience, Open: []netip.AddrPort{netip.MustParseAddrPort(server.Listener.Addr().String())}}), server.URL)
	s.settings(func(p *paper.Paper) {
		p.Lat, p.Lon, p.Contact, p.Address = 40.712776, -74.005974, "mailto:desk@narrows.example", "http://narrows.example"
		p.Weather = paper.Weather{Provider: provider, Free: true}.WithKey(s.Secret, "the-key-of-the-paper")
	})
	return f
}

var skyLine = regexp.MustCompile(`<a class="sky" href="/weather"><svg[^>]*>.*?</svg> <span aria-hidden="true">([−0-9.]+) °C</span><span class="hide">(?:Forecast for|Weather at) ([0-9:]+): ([−0-9.]+) degrees Celsius`)

// TestADayOfWeatherWithEveryFault lets a day go by with each provider, a fault after the other and three hours of outage, and reads the
// paper all along: no contract is broken, what is shown is true and not older than two hours, and while there is something to show it is shown.
func TestADayOfWeatherWithEveryFault(t *testing.T) {
	for _, provider := range []string{paper.MET, paper.OpenMeteo, paper.OpenWeather} {
		t.Run("from "+provider, func(t *testing.T) {
			s := open(t)
			s.Publish(s.Text("One"))
			f := s.skies(provider, 60*time.Millisecond)
			r := rand.New(rand.NewPCG(6, uint64(len(provider))))
			begun, end := s.Now(), s.Now().Add(24*time.Hour)
			var turn, lastGood time.Time
			good, shown, hidden, wrong, early := 0, 0, 0, 0, 0
			for i := 0; s.Now().Before(end); i++ {
				if !s.Now().Before(turn) {
					fault := ""
					if i%2 == 1 {
						fault = weathertest.Faults[r.IntN(len(weathertest.Faults))]
					}
					turn = s.Now().Add(time.Duration(5+r.IntN(40)) * time.Minute)
					if h := s.Now().Sub(begun).Hours(); h > 9 && h < 12 {
						fault, turn = weathertest.Down, begun.Add(13*time.Hour)
					}
					f.Fail(fault)
				}
				s.Settle()
				if _, n := f.Calls(); n > good {
					good, lastGood = n, s.Now()
				}
				m := skyLine.FindStringSubmatch(s.read("/"))
				switch {
				case m == nil && !lastGood.IsZero() && s.Now().Sub(lastGood) < 2*time.Hour:
					early++
					t.Logf("nothing is shown %s after a good answer", s.Now().Sub(lastGood))
				case m == nil:
					hidden++
				default:
					shown++
					if why := untrue(m, s.Now(), lastGood); why != "" {
						wrong++
						t.Errorf("%s: %s", s.Now().Format("15:04:05"), why)
					}
				}
				s.Pass(151 * time.Second)
			}
			all, well := f.Calls()
			t.Logf("%d questions, %d answered well; read %d times with the weather, %d without", all, well, shown, hidden)
			for _, b := range f.Breaches() {
				t.Errorf("breach: %s", b)
			}
			if shown < 250 || hidden < 20 || wrong+early > 0 {
				t.Errorf("shown %d times, hidden %d, wrong %d, gone too early %d", shown, hidden, wrong, early)
			}
		})
	}
}

// untrue says what is wrong with a line of the weather.
func untrue(m []string, now, lastGood time.Time) string {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		return err.Error()
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", now.In(zone).Format("2006-01-02 ")+m[2], zone)
	if err != nil {
		return err.Error()
	}
	if at.After(now) {
		at = at.AddDate(0, 0, -1)
	}
	c, err := strconv.ParseFloat(strings.Replace(m[1], "−", "-", 1), 64)
	switch {
	case err != nil:
		return err.Error()
	case m[1] != m[3]:
		return fmt.Sprintf("%s is seen, %s is said", m[1], m[3])
	case c != weathertest.Truth(at):
		return fmt.Sprintf("%g for %s, it is %g", c, m[2], weathertest.Truth(at))
	case now.Sub(at) > 2*time.Hour+time.Minute:
		return "of " + m[2]
	case now.Sub(lastGood) > 2*time.Hour:
		return "the last good answer came at " + lastGood.Format("15:04")
	case strings.HasPrefix(m[1], "−0.0"):
		return "minus nothing"
	}
	return ""
}

func TestANewTemperatureRewritesOneSegmentAlone(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	without := s.read(a.Path)
	s.skies(paper.MET, time.Second)
	s.read(a.Path)
	s.read("/")
	made := s.made()
	s.Pass(3 * time.Minute)
	s.Settle()
	s.shows(a.Path, `<span aria-hidden="true">17.1 °C</span><span class="hide">Forecast for 12:00: 17.1 degrees Celsius and partly cloudy</span></a> <b>New York</b> <a href="/2025/06/17">`)
	s.shows("/ar", `١٧٫١ °م`)
	s.Pass(58 * time.Minute)
	s.Settle()
	s.shows(a.Path, "16.7 °C")
	if n := s.made() - made; n != 1 { // the Arabic front, which nobody had read
		t.Errorf("%d pages were made anew for the weather", n)
	}
	s.settings(func(p *paper.Paper) { p.Degrees = "F" })
	s.shows(a.Path, "62.1 °F")
	s.shows(a.Path, "degrees Fahrenheit")
	s.settings(func(p *paper.Paper) { p.Weather.Provider, p.Address, p.Contact = paper.NoWeather, "", "" })
	if off := s.read(a.Path); off != without {
		t.Error("a page without the weather is not as it was before there was any")
	}
}

func TestNoPageWaitsForTheWeather(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	f := s.skies(paper.MET, 20*time.Second)
	f.Fail(weathertest.Hanging)
	s.Pass(7 * time.Minute)
	done := make(chan error)
	go func() { _, err := s.AskWeather(t.Context(), true); done <- err }()
	for all := 0; all == 0; all, _ = f.Calls() {
		time.Sleep(time.Millisecond)
	}
	s.restart()
	for _, path := range []string{"/", a.Path, "/weather", "/ar", "/ar/weather"} {
		began := time.Now()
		s.read(path)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s took %s while a provider hangs", path, took)
		}
	}
	f.Free()
	s.must(<-done)
}

func TestPageOfTheWeather(t *testing.T) {
	s := open(t)
	s.is(404, "/weather", "")
	s.skies(paper.MET, time.Second)
	s.Pass(7 * time.Minute)
	s.shows("/weather", "we do not know right now")
	s.Settle()
	for _, text := range []string{"<h1>Weather in New York</h1>", "Forecast for 12:00: 17.1 degrees Celsius and partly cloudy", `<time datetime="2025-06-17T13:00:00-04:00">13:00</time>`,
		`<time datetime="2025-06-18">Wednesday, June 18</time>`, "−5.9 °C to 17.1 °C", `<a href="https://www.met.no/en">Data from MET Norway</a>`, `rel="license">CC BY 4.0</a>`} {
		s.shows("/weather", text)
	}
	s.shows("/ar/weather", "الطقس في")
	s.is(404, "/weather/hours", "")
	s.is(404, "/weather?page=2", "")
	s.settings(func(p *paper.Paper) {
		p.Weather.Provider = paper.OpenWeather
		p.Weather = p.Weather.WithKey(s.Secret, "k")
	})
	s.Pass(3 * time.Minute)
	s.Settle()
	s.shows("/weather", "Weather data provided by OpenWeather")
	s.hides("/weather", "The next hours")
}

func TestDateAndWeatherWithoutADatabase(t *testing.T) {
	s := open(t)
	s.Publish(s.Text("One"))
	s.skies(paper.MET, time.Second)
	s.Pass(7 * time.Minute)
	s.Settle()
	s.shows("/", "17.1 °C")
	s.must(s.data.Close())
	s.Pass(3 * time.Hour)
	s.hides("/", "°C")
}
