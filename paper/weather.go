package paper

import (
	"fmt"
	"slices"

	"lede/internal/fault"
	"lede/internal/secret"
)

// Who can be asked for the weather.
const (
	MET         = ""            // MET Norway, which wants a contact address and no key
	OpenMeteo   = "open-meteo"  // free for papers that sell nothing, else with a key
	OpenWeather = "openweather" // with a key
	NoWeather   = "off"
)

// Weather is who is asked for the weather at the paper's place.
type Weather struct {
	Provider string `json:"provider,omitempty"`
	Sealed   string `json:"sealed,omitempty"` // the key, under the paper's own and for this provider alone
	Free     bool   `json:"free,omitempty"`   // the paper sells nothing, and may ask Open-Meteo without a key
}

func (w Weather) sealedAs() string { return "paper weather key " + w.Provider }

// WithKey is w with another key for its provider; "" for none.
func (w Weather) WithKey(key *secret.Key, typed string) Weather {
	w.Sealed = ""
	if typed != "" {
		w.Sealed = key.Seal([]byte(typed), w.sealedAs())
	}
	return w
}

// Key is what the provider knows the paper by; "" for none. One that was kept for another provider, or under another key file, is an
// error that says what to do.
func (w Weather) Key(key *secret.Key) (string, error) {
	if w.Sealed == "" {
		return "", nil
	}
	plain, err := key.Unseal(w.Sealed, w.sealedAs())
	if err != nil {
		return "", fmt.Errorf("the provider's key was kept for another provider, or under another key file; type it again: %w", err)
	}
	return string(plain), nil
}

// AnyWeather tells whether the weather is wanted and can be asked for. Where it cannot, the error is a sentence for staff on what is missing.
func (p Paper) AnyWeather() (bool, error) {
	switch w := p.Weather; {
	case w.Provider == NoWeather:
		return false, nil
	case p.Lat == 0 && p.Lon == 0:
		return false, fault.Invalid("The paper has not said where it is: give its latitude and longitude.")
	case w.Provider == MET && p.Contact == "":
		return false, fault.Invalid("MET Norway answers only whom it can write to: give an address for security reports, under Name & place.")
	case w.Provider == OpenWeather && w.Sealed == "":
		return false, fault.Invalid("OpenWeather wants a key.")
	case w.Provider == OpenMeteo && w.Sealed == "" && !w.Free:
		return false, fault.Invalid("Open-Meteo wants a key from all papers but those that sell nothing.")
	}
	return true, nil
}

// check adds to f what must be mended.
func (w Weather) check(f fault.Form) {
	if !slices.Contains([]string{MET, OpenMeteo, OpenWeather, NoWeather}, w.Provider) {
		f["weather"] = "The weather comes from MET Norway, Open-Meteo or OpenWeather, or is off."
	}
}
