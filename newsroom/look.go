package newsroom

import (
	"errors"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) lookRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/paper/look", act: staff.Read, on: staff.Paper, handle: lookPage},
		{pattern: "POST /newsroom/paper/look", act: staff.Write, on: staff.Paper, handle: setLook},
		{pattern: "POST /newsroom/paper/typeface", act: staff.Write, on: staff.Paper, handle: setTypeface, options: []web.RouteOption{web.MaxBody(2 << 20)}},
	}
}

const lookPath = "/newsroom/paper/look"

// lookSettings are the colours and the type of readers' pages.
func lookSettings() []setting {
	var all []setting
	for _, u := range paper.Uses() {
		all = append(all, toneSetting(u, false), toneSetting(u, true))
	}
	reading := chosen("reading", "Type for headlines and reading", "From the reader's device; nothing is fetched.", func(p *paper.Paper) *string { return &p.Tokens.Reading })
	for _, r := range paper.Readings() {
		reading.Items = append(reading.Items, item{r.Key, r.Says})
	}
	headlines := chosen("headlines", "Headlines", "", func(p *paper.Paper) *string { return &p.Tokens.Headlines })
	for _, h := range paper.HeadlineSizes() {
		headlines.Items = append(headlines.Items, item{h.Key, h.Says})
	}
	return append(all, reading, sizeSetting(), headlines)
}

func sizeSetting() setting {
	s := setting{Name: "size", Label: "Reading text", Kind: "choice",
		get: func(p paper.Paper) string {
			if p.Tokens.Size == 0 {
				return "20"
			}
			return strconv.Itoa(p.Tokens.Size)
		},
		put: func(p *paper.Paper, typed string) string { p.Tokens.Size = int(number(typed)); return "" }}
	for _, n := range paper.Sizes() {
		s.Items = append(s.Items, item{strconv.Itoa(n), strconv.Itoa(n) + " px on a wide screen"})
	}
	return s
}

func toneSetting(u paper.Use, dark bool) setting {
	name, label := "tone-"+u.Name+"-light", u.Says+" by day"
	if dark {
		name, label = "tone-"+u.Name+"-dark", u.Says+" by night"
	}
	return setting{Name: name, Label: label, Kind: "tone",
		get: func(p paper.Paper) string { return at(p.Tokens.Tone(u.Name), dark) },
		put: func(p *paper.Paper, typed string) string {
			tone := p.Tokens.Tone(u.Name)
			if typed = strings.ToLower(typed); dark {
				tone.Dark = typed
			} else {
				tone.Light = typed
			}
			p.Tokens = withTone(p.Tokens, u.Name, tone)
			return ""
		}}
}

func at(t paper.Tone, dark bool) string {
	if dark {
		return t.Dark
	}
	return t.Light
}

// withTone is t with another colour. One that is as Lede has it is not the paper's own.
func withTone(t paper.Tokens, name string, tone paper.Tone) paper.Tokens {
	tones := map[string]paper.Tone{}
	for n, was := range t.Tones {
		if n != name {
			tones[n] = was
		}
	}
	t.Tones = tones
	if tone != t.Tone(name) {
		tones[name] = tone
	}
	if len(tones) == 0 {
		t.Tones = nil
	}
	return t
}

// lookView is the page of colours and type.
type lookView struct {
	settingsPage
	Light, Dark palette
	Own         bool // something is the paper's own
	Face        paper.Face
	FaceWrong   string
	Name        string
}

// palette is every colour by day or by night.
type palette struct {
	Dark  bool
	Tones []toneRow
	Mock  mock
}

// toneRow is one colour: how it looks, and how it stands before what is behind it.
type toneRow struct {
	Name, Label, For string
	Use              string
	Value            string
	Front, Behind    string // of the sample
	Ratio, Wants     string
	Passes           bool
	Nearest          string
	NearestRatio     string
	Own, Follows     bool
	Against          string // the names of what is behind it
	Wrong            string
}

// mock is a front page in these colours.
type mock struct{ Paper, Ink, Soft, Rule, Tint, Brand, Kick, Link, On, Alarm string }

func (v *visit) lookView(f settingsPage) lookView {
	p := v.paper
	for _, one := range f.fields {
		if one.Kind == "tone" && one.Value != one.get(p) {
			one.put(&p, one.Value)
		}
	}
	page := lookView{settingsPage: f, Light: f.palette(p.Tokens, false), Dark: f.palette(p.Tokens, true), Own: p.Tokens.Sheet() != "", Face: p.Face, Name: p.NameIn("en")}
	return page
}

func (f settingsPage) palette(t paper.Tokens, dark bool) palette {
	one := func(name string) string { return at(t.Tone(name), dark) }
	p := palette{Dark: dark, Mock: mock{one("paper"), one("ink"), one("soft"), one("rule"), one("tint"), one("brand"), one("kick"), one("link"), one("on"), one("alarm")}}
	for _, u := range paper.Uses() {
		set := f.Field(toneSetting(u, dark).Name)
		j := t.Judge(u, dark)
		_, own := t.Tones[u.Name]
		row := toneRow{Name: set.Name, Label: u.Says, For: u.For, Use: u.Name, Value: one(u.Name), Front: one(u.Name), Behind: one("paper"), Passes: j.Passes, Own: own,
			Follows: !own && u.As != "", Against: strings.Join(u.Against, " "), Wrong: set.Wrong}
		if u.Ratio > 0 {
			row.Ratio, row.Wants = paper.Rounded(j.Ratio), paper.Rounded(u.Ratio)
			row.Behind = one(u.Against[0])
			if j.Nearest != "" {
				t2 := withTone(t, u.Name, nearer(t.Tone(u.Name), j.Nearest, dark))
				row.Nearest, row.NearestRatio = j.Nearest, paper.Rounded(t2.Judge(u, dark).Ratio)
			}
		} else {
			row.Front, row.Behind = one("ink"), one(u.Name)
		}
		p.Tones = append(p.Tones, row)
	}
	return p
}

func nearer(t paper.Tone, colour string, dark bool) paper.Tone {
	if dark {
		t.Dark = colour
	} else {
		t.Light = colour
	}
	return t
}

func lookPage(v *visit) error {
	f, err := v.settingsForm("Look", lookPath, lookSettings())
	if err != nil {
		return err
	}
	return v.show("look", v.lookView(f))
}

func setLook(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	settings := lookSettings()
	values := typed(settings, sent)
	do := strings.Fields(sent.Get("do"))
	switch {
	case len(do) == 3 && do[0] == "use":
		values[do[1]] = do[2]
	case len(do) == 1 && do[0] == "own":
		for _, s := range settings {
			values[s.Name] = s.get(paper.New())
		}
	}
	return v.save("Look", lookPath, settings, values, number(sent.Get("version")), func(status int, f settingsPage) error {
		return v.showAs(status, "look", v.lookView(f))
	})
}

// setTypeface keeps font files and sets the paper in them; without a name, in the reader's own again.
func setTypeface(v *visit) error {
	if err := v.r.ParseMultipartForm(2 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return v.faceWrong("Together the fonts have more than 2 MB; make subsets of them first.")
		}
		return v.faceWrong("The fonts did not arrive whole; send them again.")
	}
	p := v.paper
	p.Version = number(v.r.FormValue("version"))
	p.Face = paper.Face{Family: paper.Line(v.r.FormValue("family"))}
	if v.r.FormValue("do") == "none" {
		p.Face = paper.Face{}
	}
	for _, name := range []string{"regular", "italic"} {
		file, err := v.font(name)
		if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || p.Face.Family == "" {
			continue
		}
		if err != nil {
			return v.faceWrong(err.Error())
		}
		p.Face.Files = append(p.Face.Files, file)
	}
	if p.Face.Family != "" && len(p.Face.Files) == 0 {
		return v.faceWrong("Choose at least the regular font, a WOFF2 file.")
	}
	err := v.Papers.Set(v.ctx(), p, v.now)
	var f fault.Form
	if errors.As(err, &f) {
		return v.faceWrong(f["face"])
	}
	if err != nil {
		return err
	}
	return v.seeOther(lookPath + "?saved=yes")
}

func (v *visit) font(name string) (paper.FaceFile, error) {
	var f multipart.File
	f, _, err := v.r.FormFile(name)
	if err != nil {
		return paper.FaceFile{}, err
	}
	defer f.Close()
	file, err := v.KeepFont(v.ctx(), f)
	file.Italic = name == "italic"
	return file, err
}

func (v *visit) faceWrong(says string) error {
	f, err := v.settingsForm("Look", lookPath, lookSettings())
	if err != nil {
		return err
	}
	page := v.lookView(f)
	page.FaceWrong, page.Face.Family = says, v.r.FormValue("family")
	return v.showAs(http.StatusUnprocessableEntity, "look", page)
}
