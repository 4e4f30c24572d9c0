package newsroom

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) paperRoutes() []route {
	large := []web.RouteOption{web.MaxBody(1 << 20)} // a pasted nameplate
	return append([]route{
		{pattern: "GET /newsroom/paper", act: staff.Read, on: staff.Paper, handle: paperPage},
		{pattern: "POST /newsroom/paper", act: staff.Write, on: staff.Paper, handle: setPaper, options: large},
		{pattern: "GET /newsroom/paper/menu", act: staff.Read, on: staff.Paper, handle: menuPage},
		{pattern: "POST /newsroom/paper/menu", act: staff.Write, on: staff.Paper, handle: setMenu},
		{pattern: "GET /newsroom/paper/checklist", act: staff.Read, on: staff.Paper, handle: checklistPage},
		{pattern: "POST /newsroom/paper/checklist", act: staff.Write, on: staff.Paper, handle: setChecklist},
	}, n.paperVersionsRoutes()...)
}

const namePath = "/newsroom/paper"

// nameSettings are who the paper is and where.
func nameSettings(p paper.Paper) []setting {
	all := []setting{line("name", "Name", "As it stands above every page.", func(p *paper.Paper) *string { return &p.Name })}
	all = append(all, inLangs(p, "name", "Name", func(p *paper.Paper) *map[string]string { return &p.Names })...)
	all = append(all, line("motto", "Motto", "The line below the name; it may be empty.", func(p *paper.Paper) *string { return &p.Motto }))
	all = append(all, inLangs(p, "motto", "Motto", func(p *paper.Paper) *map[string]string { return &p.Mottos })...)
	all = append(all, plateSetting(), line("place", "Place", "The town or region, as it stands beside the date.", func(p *paper.Paper) *string { return &p.Place }))
	all = append(all, inLangs(p, "place", "Place", func(p *paper.Paper) *map[string]string { return &p.Places })...)
	return append(all,
		degreesOf("lat", "Latitude", "40.71 is New York; south is negative. For the weather.", func(p *paper.Paper) *float64 { return &p.Lat }),
		degreesOf("lon", "Longitude", "-74.01 is New York; west is negative.", func(p *paper.Paper) *float64 { return &p.Lon }),
		line("zone", "Time zone", "As Europe/Madrid or America/New_York. All dates the paper prints are in it; dates that stand already in addresses stay.", func(p *paper.Paper) *string { return &p.Zone }),
		ticked("hours24", "Times as 14:05", "Otherwise as each language is used to: 2:05 PM in English.", func(p *paper.Paper) *bool { return &p.Hours24 }),
		chosen("units", "Measures", "", func(p *paper.Paper) *string { return &p.Units }, item{"", "Metric: km, mm"}, item{"us", "US: miles, inches"}),
		chosen("degrees", "Temperature", "", func(p *paper.Paper) *string { return &p.Degrees }, item{"", "°C"}, item{"F", "°F"}),
		langsSetting(),
		line("address", "Address", "https://example.org, without a path. Until it is set, any host answers. Once it is, links, feeds and mail use it, and only it answers.", func(p *paper.Paper) *string { return &p.Address }),
		line("contact", "For security reports", "mailto:… or https:…, for whoever finds a hole: it stands in security.txt.", func(p *paper.Paper) *string { return &p.Contact }),
	)
}

func plateSetting() setting {
	return setting{Name: "plate", Label: "Nameplate, drawn", Kind: "text",
		Hint: "An SVG, pasted or chosen as a file. Only its shapes are kept, in the colour of the text, at most 8 KB of them. Without one the name is set in type.",
		get:  func(p paper.Paper) string { return p.Plate.SVG() },
		put: func(p *paper.Paper, typed string) string {
			if strings.TrimSpace(typed) == "" {
				p.Plate = paper.Plate{}
				return ""
			}
			plate, err := paper.PlateOf(typed)
			if err != nil {
				return err.Error()
			}
			p.Plate = plate
			return ""
		}}
}

func degreesOf(name, label, hint string, of func(*paper.Paper) *float64) setting {
	return setting{Name: name, Label: label, Hint: hint,
		get: func(p paper.Paper) string {
			if p.Lat == 0 && p.Lon == 0 {
				return ""
			}
			return strconv.FormatFloat(*of(&p), 'f', -1, 64)
		},
		put: func(p *paper.Paper, typed string) string {
			n, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
			if typed != "" && (err != nil || n != n) {
				return "This is not a number of degrees, such as 40.71."
			}
			*of(p) = n
			return ""
		}}
}

func langsSetting() setting {
	return setting{Name: "langs", Label: "Languages", Hint: "Tags with commas, the main one first: en, es, ar. Each has an edition of its own; fields for its names follow here once it is saved.",
		get: func(p paper.Paper) string { return strings.Join(p.Langs, ", ") },
		put: func(p *paper.Paper, typed string) string {
			var langs []string
			for _, tag := range strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ' ' }) {
				if !slices.Contains(langs, tag) {
					langs = append(langs, tag)
				}
			}
			p.Langs = langs
			return ""
		}}
}

// paperView is the page of names and places.
type paperView struct {
	settingsPage
	Plate     paper.Plate
	Confirm   string // the address that is to be confirmed
	Languages string // those of which Lede speaks
}

func paperPage(v *visit) error {
	f, err := v.settingsForm("Paper", namePath, nameSettings(v.paper))
	if err != nil {
		return err
	}
	return v.show("paper", v.paperView(f))
}

func (v *visit) paperView(f settingsPage) paperView {
	var names []string
	for _, tag := range tongue.Tags() {
		names = append(names, tongue.For("en").Language(tag)+" ("+tag+")")
	}
	return paperView{settingsPage: f, Plate: v.paper.Plate, Languages: strings.Join(names, ", ")}
}

func setPaper(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	settings := nameSettings(v.paper)
	values := typed(settings, sent)
	show := func(status int, f settingsPage) error { return v.showAs(status, "paper", v.paperView(f)) }
	if away := v.leadsAway(values["address"]); away != "" && sent.Get("confirm") != values["address"] {
		f, err := v.settingsForm("Paper", namePath, settings)
		if err != nil {
			return err
		}
		f.fields = drawn(settings, func(s setting) string { return values[s.Name] }, fault.Form{"address": away})
		page := v.paperView(f)
		page.Confirm = values["address"]
		return v.showAs(http.StatusUnprocessableEntity, "paper", page)
	}
	if values["address"] != v.paper.Address && !v.session.Fresh(v.now) {
		return v.askProof() // links of all mail lead there then, those to sign in by too
	}
	return v.save("Paper", namePath, settings, values, number(sent.Get("version")), show)
}

// leadsAway says what happens when the paper's address becomes one at which this newsroom is not being used; "" if nothing.
func (v *visit) leadsAway(address string) string {
	if address == v.paper.Address || address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Host == v.r.Host {
		return ""
	}
	return "You are at " + v.r.Host + ". Once this is saved, only " + u.Host + " answers, for readers and for this newsroom; you will have to sign in there."
}
