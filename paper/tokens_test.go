package paper_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"lede/internal/fault"
	"lede/paper"
)

func TestContrastIsAsWCAGReckonsIt(t *testing.T) {
	for pair, want := range map[[2]string]string{
		{"#000000", "#ffffff"}: "21.0", {"#ffffff", "#ffffff"}: "1.0", {"#777777", "#ffffff"}: "4.4", {"#767676", "#ffffff"}: "4.5", {"#e07a1f", "#ffffff"}: "3.0",
	} {
		if got := paper.Rounded(paper.Contrast(pair[0], pair[1])); got != want {
			t.Errorf("%v: %s, wanted %s", pair, got, want)
		}
	}
	if paper.Contrast("red", "#ffffff") != 0 {
		t.Error("what is no colour has a contrast")
	}
}

func TestNearestColourPassesAndStaysNear(t *testing.T) {
	for _, c := range []string{"#e07a1f", "#ffff00", "#0000ff", "#808080", "#ffffff", "#000000", "#ff00ff"} {
		for _, behind := range [][]string{{"#ffffff"}, {"#000000"}, {"#fcfdfb", "#ebf1ed"}} {
			near := paper.Nearest(c, behind, 4.5)
			for _, b := range behind {
				if paper.Contrast(near, b) < 4.5 {
					t.Errorf("for %s before %v it offers %q", c, behind, near)
				}
			}
		}
	}
	if got := paper.Nearest("#333333", []string{"#ffffff"}, 4.5); paper.Contrast(got, "#333333") > 1.05 {
		t.Errorf("one that passes is changed to %s", got)
	}
	if got := paper.Nearest("#777777", []string{"#ffffff", "#000000"}, 10); got != "" {
		t.Errorf("where none passes it offers %s", got)
	}
}

// TestColoursAreThoseOfTheSheet holds what is said of Lede's own colours to the sheet that readers get.
func TestColoursAreThoseOfTheSheet(t *testing.T) {
	sheet, err := os.ReadFile("../site/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	inSheet := regexp.MustCompile(`(?m)^--([a-z]+):(light-dark\([^)]*\)|var\(--[a-z]+\));$`).FindAllStringSubmatch(string(sheet), -1)
	if len(inSheet) != len(paper.Uses()) {
		t.Errorf("the sheet has %d colours, known are %d", len(inSheet), len(paper.Uses()))
	}
	for _, c := range inSheet {
		tone := paper.Tokens{}.Tone(c[1])
		if want := "light-dark(" + tone.Light + "," + tone.Dark + ")"; c[2] != want && !strings.HasPrefix(c[2], "var(") {
			t.Errorf("%s is %s, not %s", c[1], c[2], want)
		}
	}
	for _, u := range paper.Uses() {
		for _, dark := range []bool{false, true} {
			if j := (paper.Tokens{}).Judge(u, dark); !j.Passes {
				t.Errorf("our own %s (dark %v) is too faint: %v", u.Name, dark, j)
			}
		}
	}
}

func TestFaintColoursAreNotPutInForce(t *testing.T) {
	p := paper.New()
	p.Tokens.Tones = map[string]paper.Tone{"kick": {Light: "#e07a1f", Dark: "#f0a060"}}
	var f fault.Form
	if err := p.Check(); !errors.As(err, &f) || len(f) != 1 || !strings.Contains(f["tone-kick-light"], "4.5 to 1") {
		t.Errorf("an orange kicker: %v", err)
	}
	p.Tokens.Tones["kick"] = paper.Tone{Light: paper.Nearest("#e07a1f", []string{"#fcfdfb", "#ebf1ed"}, 4.5), Dark: "#f0a060"}
	if err := p.Check(); err != nil {
		t.Errorf("mended: %v", err)
	}
	for name, tokens := range map[string]paper.Tokens{
		"an unknown name": {Tones: map[string]paper.Tone{"x": {Light: "#000000", Dark: "#ffffff"}}},
		"no colour":       {Tones: map[string]paper.Tone{"ink": {Light: "red;}", Dark: "#ffffff"}}},
		"a typeface":      {Reading: `x";}`},
		"a size":          {Size: 90},
		"headlines":       {Headlines: "huge"},
	} {
		p.Tokens = tokens
		if err := p.Check(); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestSheetHoldsWhatIsThePapersOwn(t *testing.T) {
	if css := paper.New().Sheet("/face/"); css != "" {
		t.Errorf("a paper without a look of its own has %s", css)
	}
	css := paper.Tokens{Tones: map[string]paper.Tone{"ink": {Light: "#000000", Dark: "#ffffff"}}, Reading: "old", Size: 22, Headlines: "loud"}.Sheet()
	for _, want := range []string{"--ink:light-dark(#000000,#ffffff)", ":root:not(:lang(ar)){--serif:", "--t-text:clamp(1.2500rem,", "--t-lead:clamp(2.4437rem"} {
		if !strings.Contains(css, want) {
			t.Errorf("it lacks %s: %s", want, css)
		}
	}
}

func TestPlaceAndChecksAreLookedAt(t *testing.T) {
	for field, change := range map[string]func(*paper.Paper){
		"lat": func(p *paper.Paper) { p.Lat = 91 }, "lon": func(p *paper.Paper) { p.Lon = -181 }, "units": func(p *paper.Paper) { p.Units = "stone" },
		"contact": func(p *paper.Paper) { p.Contact = "call us" },
		"degrees": func(p *paper.Paper) { p.Degrees = "K" }, "checks": func(p *paper.Paper) { p.Checks = map[string]string{"alt": "maybe"} },
	} {
		p := paper.New()
		change(&p)
		var f fault.Form
		if err := p.Check(); !errors.As(err, &f) || f[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}
