package weather_test

import (
	"context"
	"math"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fetch"
	"lede/internal/secret"
	"lede/paper"
	"lede/weather"
	"lede/weather/weathertest"
)

// noon is seven minutes past it in New York.
var noon = time.Date(2025, 6, 17, 16, 7, 0, 0, time.UTC)

type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.UnixMicro(c.at.Load()).UTC() }
func (c *clock) pass(d time.Duration) { c.at.Add(d.Microseconds()) }

// nodes are so many stores on one database, and the fake they ask.
func nodes(t *testing.T, d *db.DB, key *secret.Key, n int) ([]*weather.Store, *weathertest.Fake, *clock) {
	t.Helper()
	c := &clock{}
	c.at.Store(noon.UnixMicro())
	f := &weathertest.Fake{Clock: c.now}
	server := httptest.NewServer(f)
	t.Cleanup(func() { f.Free(); server.Close() })
	var all []*weather.Store
	for range n {
		s := weather.NewStore(d, key)
		s.Reach(fetch.New(fetch.Options{Timeout: 100 * time.Millisecond, Open: []netip.AddrPort{netip.MustParseAddrPort(server.Listener.Addr().String())}}), server.URL)
		all = append(all, s)
	}
	return all, f, c
}

func newYork(key *secret.Key, provider string) paper.Paper {
	p := paper.New()
	p.Lat, p.Lon, p.Contact, p.Address = 40.712776, -74.005974, "mailto:desk@narrows.example", "https://narrows.example"
	p.Weather = paper.Weather{Provider: provider, Free: true}.WithKey(key, "the-key")
	return p
}

func TestOneOfManyNodesAsksOncePerExpiry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		key := secret.New()
		stores, f, c := nodes(t, d, key, 4)
		p := newYork(key, paper.MET)
		for round := 1; round <= 3; round++ {
			var asked atomic.Int64
			var all sync.WaitGroup
			for i := range 24 {
				all.Go(func() {
					a, err := stores[i%len(stores)].Ask(t.Context(), p, c.now(), i%3 == 0)
					if err != nil || a.Fault != "" {
						t.Errorf("%+v, %v", a, err)
					}
					if a.Done {
						asked.Add(1)
					}
				})
			}
			all.Wait()
			if n, _ := f.Calls(); n != round || asked.Load() != 1 {
				t.Errorf("in round %d: %d questions, %d nodes say they asked", round, n, asked.Load())
			}
			for _, s := range stores {
				if sh, ok, err := s.Shown(t.Context(), p, c.now()); err != nil || !ok || sh.Now.Celsius != weathertest.Truth(c.now()) {
					t.Errorf("a node shows %+v, %v, %v", sh.Now, ok, err)
				}
			}
			c.pass(weathertest.Holds + 3*time.Minute)
		}
		if b := f.Breaches(); len(b) > 0 {
			t.Errorf("breaches: %v", b)
		}
	})
}

func TestEveryFaultIsSaidAndNothingOfItIsShown(t *testing.T) {
	key := secret.New()
	for _, provider := range []string{paper.MET, paper.OpenMeteo, paper.OpenWeather} {
		for _, fault := range weathertest.Faults {
			d := dbtest.Open(t, dbtest.SQLite(t))
			stores, f, c := nodes(t, d, key, 1)
			s, p := stores[0], newYork(key, provider)
			f.Fail(fault)
			a, err := s.Ask(t.Context(), p, c.now(), false)
			if err != nil || !a.Done {
				t.Fatalf("%s %s: %+v, %v", provider, fault, a, err)
			}
			sh, ok, err := s.Shown(t.Context(), p, c.now())
			well := fault == weathertest.Moved || fault == weathertest.Outdated
			if err != nil || ok != well || (a.Fault == "") != well || ok && sh.Now.Celsius != weathertest.Truth(c.now()) {
				t.Errorf("%s %s: shown is %v %+v, the fault is %q, %v", provider, fault, ok, sh.Now, a.Fault, err)
			}
			if strings.Contains(a.Fault, "the-key") || strings.Contains(a.Fault, "appid") {
				t.Errorf("%s %s: %s", provider, fault, a.Fault)
			}
			if again, err := s.Ask(t.Context(), p, c.now().Add(30*time.Second), true); err != nil || again.Done {
				t.Errorf("%s %s: asked again after half a minute", provider, fault)
			}
			f.Fail("")
			c.pass(20 * time.Minute)
			for range 60 {
				c.pass(time.Minute)
				if _, err := s.Ask(t.Context(), p, c.now(), false); err != nil {
					t.Fatal(err)
				}
			}
			if sh, ok, err := s.Shown(t.Context(), p, c.now()); err != nil || !ok {
				t.Errorf("%s %s: an hour later nothing is shown, %+v, %v", provider, fault, sh, err)
			}
			if b := f.Breaches(); len(b) > 0 {
				t.Errorf("%s %s: breaches: %v", provider, fault, b)
			}
		}
	}
}

func TestNobodyIsAskedOfWhomTooLittleIsKnown(t *testing.T) {
	key := secret.New()
	d := dbtest.Open(t, dbtest.SQLite(t))
	stores, f, c := nodes(t, d, key, 1)
	for name, change := range map[string]func(*paper.Paper){
		"no contact":         func(p *paper.Paper) { p.Contact = "" },
		"no place":           func(p *paper.Paper) { p.Lat, p.Lon = 0, 0 },
		"off":                func(p *paper.Paper) { p.Weather.Provider = paper.NoWeather },
		"no key":             func(p *paper.Paper) { p.Weather = paper.Weather{Provider: paper.OpenWeather} },
		"sells, without key": func(p *paper.Paper) { p.Weather = paper.Weather{Provider: paper.OpenMeteo} },
		"key of another": func(p *paper.Paper) {
			p.Weather = paper.Weather{Provider: paper.OpenWeather}.WithKey(secret.New(), "k")
		},
		"key of another kind": func(p *paper.Paper) {
			p.Weather = paper.Weather{Provider: paper.OpenMeteo}.WithKey(key, "k")
			p.Weather.Provider = paper.OpenWeather
		},
	} {
		p := newYork(key, paper.MET)
		change(&p)
		if a, err := stores[0].Ask(t.Context(), p, c.now(), true); err != nil || a.Done {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
		if st, err := stores[0].State(t.Context(), p, c.now()); err != nil || st.On || (st.Missing == "") != (name == "off") {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
	}
	if n, _ := f.Calls(); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestClockThatWasWrongDoesNotSilenceTheWeather(t *testing.T) {
	key := secret.New()
	d := dbtest.Open(t, dbtest.SQLite(t))
	stores, _, c := nodes(t, d, key, 1)
	p := newYork(key, paper.OpenMeteo)
	c.pass(30 * 24 * time.Hour)
	if a, err := stores[0].Ask(t.Context(), p, c.now(), false); err != nil || !a.Done {
		t.Fatalf("%+v, %v", a, err)
	}
	c.pass(-30 * 24 * time.Hour)
	if _, ok, err := stores[0].Shown(t.Context(), p, c.now()); ok || err != nil {
		t.Errorf("what was said a month ahead is shown, %v", err)
	}
	if a, err := stores[0].Ask(context.Background(), p, c.now(), false); err != nil || !a.Done {
		t.Errorf("after the clock was set right nobody is asked: %+v, %v", a, err)
	}
}

func TestPlacesOfTheWorldAreAskedWithFourDecimals(t *testing.T) {
	key := secret.New()
	for _, at := range [][2]float64{{40.712776, -74.005974}, {-33.868819, 151.209295}, {0.00001, -0.00004}, {89.99999, 179.99999}, {-90, -180}, {51.47695, 0.00004999}} {
		d := dbtest.Open(t, dbtest.SQLite(t))
		stores, f, c := nodes(t, d, key, 1)
		p := newYork(key, paper.MET)
		p.Lat, p.Lon = at[0], at[1]
		if a, err := stores[0].Ask(t.Context(), p, c.now(), false); err != nil || a.Fault != "" {
			t.Errorf("%v: %+v, %v", at, a, err)
		}
		if b := f.Breaches(); len(b) > 0 {
			t.Errorf("%v: %v", at, b)
		}
	}
}

func TestDaysAreThoseOfThePaper(t *testing.T) {
	zone, err := time.LoadLocation("America/Santiago") // 7 September 2025 begins at one
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 9, 6, 20, 0, 0, 0, zone)
	var r weather.Report
	for i := range 60 {
		at := now.Add(time.Duration(i) * time.Hour)
		r.Points = append(r.Points, weather.Point{At: at, Celsius: math.Abs(float64(at.Hour() - 5)), Sky: weather.Rain})
	}
	days := r.Days(now)
	if len(days) != 2 || days[0].Begins.Format("2006-01-02 15:04") != "2025-09-07 01:00" || days[0].Low.Celsius != 0 || days[0].High.Celsius != 18 || days[0].Sky != weather.Rain {
		t.Errorf("%+v", days)
	}
	if next := r.Ahead(now, 3); len(next) != 3 || !next[0].At.Equal(now.Add(time.Hour)) {
		t.Errorf("%+v", next)
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, `null`, `{"properties":{"timeseries":[{"time":"2025-06-17T16:00:00Z","data":{"instant":{"details":{"air_temperature":1}}}}]}}`,
		`{"cod":200,"coord":{"lat":40,"lon":-74},"main":{"temp":1e308},"dt":9223372036854775807}`, `{"current":{"time":1750176000,"temperature_2m":-0},"hourly":{"time":[1]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) { weather.ReadAll(body, noon) })
}
