package tongue

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// One language is one file. Its messages are ours; all else is written by gen from the Unicode CLDR.
//
//go:embed lang/*.json
var files embed.FS

//go:embed names.json
var namesFile []byte

type languageFile struct {
	Messages  map[string]message `json:"messages"`
	Languages map[string]string  `json:"languages"` // tag -> name of that language in this one
	Facts     json.RawMessage    `json:"facts"`     // facts
	Regions   []struct {
		For   []string        `json:"for"`
		Facts json.RawMessage `json:"facts"` // only what differs from the language's own
	} `json:"regions"`
}

// facts are what CLDR says of a language in a region. Patterns are in the letters of UTS 35.
type facts struct {
	Full        string              `json:"full"`     // "EEEE, MMMM d, y"
	Long        string              `json:"long"`     // "MMMM d, y"
	Short       string              `json:"short"`    // "MMMM d"
	Day         string              `json:"day"`      // "EEEE, MMMM d"
	Month       string              `json:"month"`    // "MMMM y"
	Numeric     string              `json:"numeric"`  // "M/d/y"
	DateTime    string              `json:"datetime"` // "{1}, {0}": {1} the date, {0} the time
	Clock24     bool                `json:"clock24"`
	H12         string              `json:"h12"`
	H24         string              `json:"h24"`
	AM          string              `json:"am"`
	PM          string              `json:"pm"`
	Era         string              `json:"era"`
	Months      [12]string          `json:"months"`
	MonthsAlone [12]string          `json:"monthsAlone"`
	Weekdays    [7]string           `json:"weekdays"` // from Sunday
	Relative    map[string]relative `json:"relative"` // year, month, day, hour, minute
	Now         string              `json:"now"`
	List        [4]string           `json:"list"` // start, middle, end, pair
	Digits      string              `json:"digits"`
	Decimal     string              `json:"decimal"`
	Group       string              `json:"group"`
	Grouping    [3]int              `json:"grouping"` // digits in the first group from the right, in the others, and before any grouping
	Minus       string              `json:"minus"`
	Percent     string              `json:"percent"` // "{0}%"
	Plural      map[string]string   `json:"plural"`  // form -> rule of UTS 35
}

type relative struct {
	Past   map[string]string `json:"past"` // form -> "{0} years ago"
	Future map[string]string `json:"future"`
}

// languages are all languages by their tag; each is read when it is first spoken, into tongues by region ("" for none).
// A file that cannot be read is a fault of the build, and stops the program.
var languages = sync.OnceValue(func() map[string]func() map[string]*Tongue {
	entries, err := files.ReadDir("lang")
	if err != nil {
		panic(err)
	}
	all := map[string]func() map[string]*Tongue{}
	for _, e := range entries {
		tag := strings.TrimSuffix(e.Name(), ".json")
		all[tag] = sync.OnceValue(func() map[string]*Tongue {
			tongues, err := read(tag)
			if err != nil {
				panic(fmt.Errorf("language file %s: %w", tag, err))
			}
			return tongues
		})
	}
	return all
})

func languageTags() []string { return slices.Sorted(maps.Keys(languages())) }

func read(tag string) (map[string]*Tongue, error) {
	text, err := files.ReadFile("lang/" + tag + ".json")
	if err != nil {
		return nil, err
	}
	var f languageFile
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	t, err := f.tongue(tag, nil)
	if err != nil {
		return nil, err
	}
	all := map[string]*Tongue{"": t}
	for _, r := range f.Regions {
		t, err := f.tongue(tag, r.Facts)
		if err != nil {
			return nil, fmt.Errorf("regions %v: %w", r.For, err)
		}
		for _, region := range r.For {
			own := *t
			own.Tag = tag + "-" + region
			all[region] = &own
		}
	}
	return all, nil
}

// tongue lays a region's differences over the facts of the language.
func (f languageFile) tongue(tag string, region json.RawMessage) (*Tongue, error) {
	t := &Tongue{Tag: tag, Dir: Dir(tag), Name: Endonym(tag), messages: f.Messages, names: f.Languages}
	if err := json.Unmarshal(f.Facts, &t.cldr); err != nil {
		return nil, err
	}
	if region != nil {
		if err := json.Unmarshal(region, &t.cldr); err != nil {
			return nil, err
		}
	}
	t.formats = map[Style]pattern{
		Full: compile(t.cldr.Full), Long: compile(t.cldr.Long), Short: compile(t.cldr.Short), Day: compile(t.cldr.Day),
		Month: compile(t.cldr.Month), Numeric: compile(t.cldr.Numeric), Weekday: compile("EEEE"),
	}
	t.clock = compile(t.cldr.H12)
	if t.cldr.Clock24 {
		t.clock = compile(t.cldr.H24)
	}
	var err error
	t.plurals, err = pluralRules(t.cldr.Plural)
	return t, err
}

// names.json: what is true of languages whatever language the page is in.
type namesTable struct {
	Endonyms    map[string]string `json:"endonyms"`
	RightToLeft struct {
		Scripts map[string]bool `json:"scripts"` // "Arab": true
		Tags    map[string]bool `json:"tags"`    // "fa": true; "pa-PK": true; "ug-KZ": false
	} `json:"rightToLeft"`
}

var known = sync.OnceValue(func() namesTable {
	var n namesTable
	if err := json.Unmarshal(namesFile, &n); err != nil {
		panic(fmt.Errorf("names of languages: %w", err))
	}
	return n
})
