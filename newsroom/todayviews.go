package newsroom

import (
	"net/url"
	"slices"
	"strconv"

	"lede/desk"
	"lede/section"
)

// filterForm is the form above the list: what can be chosen, and what is.
type filterForm struct {
	desk.Filter
	View     string // "", "mine", "ready", "nopicture", "out", or the id of one of their own
	Saved    int64  // the id of the view of their own
	Sections []option
	Stages   []option
	People   []option
	Dues     []option
	Pictures []option
	Lengths  []option
	Set      bool // something is chosen beside the view
	query    url.Values
}

type option struct {
	Value, Name string
	On          bool
}

// viewTab is one of the views above the list.
type viewTab struct {
	Name, Href string
	Count      int
	More       bool // there is more than was counted
	On         bool
}

var (
	stageChoices   = []option{{"draft", "Draft", false}, {"filed", "Filed", false}, {"ready", "Ready", false}, {"scheduled", "Scheduled", false}}
	dueChoices     = []option{{"late", "Late", false}, {"today", "Today", false}, {"week", "Within a week", false}, {"none", "No deadline", false}}
	pictureChoices = []option{{"no", "No picture", false}, {"yes", "With a picture", false}}
	lengthChoices  = []option{{"over", "Longer than ordered", false}, {"under", "Shorter than ordered", false}}
)

// filterForm reads the filter of the address; what makes no sense counts as not chosen.
func (v *visit) filterForm(tree section.Tree, f faces, saved []desk.View) filterForm {
	form := filterForm{query: url.Values{}}
	get := func(name string) string { return v.r.FormValue(name) }
	form.View = get("view")
	form.ofView(saved)
	if id := number(get("section")); id != 0 {
		form.Filter.Sections = nil
		for _, s := range tree.Below(id) {
			form.Filter.Sections = append(form.Filter.Sections, s.ID)
		}
		if _, ok := tree.Get(id); ok {
			form.Filter.Sections = append([]int64{id}, slices.DeleteFunc(form.Filter.Sections, func(s int64) bool { return s == id })...)
			form.query.Set("section", get("section"))
		}
	}
	if id := number(get("person")); id != 0 {
		form.Person = id
		form.query.Set("person", get("person"))
	}
	for _, one := range []struct {
		name    string
		into    *string
		choices []option
	}{{"stage", &form.Stage, stageChoices}, {"due", &form.Due, dueChoices}, {"picture", &form.Picture, pictureChoices}, {"length", &form.Length, lengthChoices}} {
		if got := get(one.name); slices.ContainsFunc(one.choices, func(c option) bool { return c.Value == got }) {
			*one.into = got
			form.query.Set(one.name, got)
		}
	}
	form.Set = len(form.query) > 0
	if form.View != "" {
		form.query.Set("view", form.View)
	}
	for _, p := range f.here {
		if p.ID == form.Person {
			form.Byline = p.Byline
		}
	}
	form.choices(tree, f)
	return form
}

// ofView fills in what the view means; one that is not known is none.
func (form *filterForm) ofView(saved []desk.View) {
	switch form.View {
	case "", "mine", "out":
	case "ready":
		form.Stage = "ready"
	case "nopicture":
		form.Picture = "no"
	default:
		i := slices.IndexFunc(saved, func(s desk.View) bool { return strconv.FormatInt(s.ID, 10) == form.View })
		if i < 0 {
			form.View = ""
			return
		}
		form.Filter, form.Saved = saved[i].Filter, saved[i].ID
	}
}

func (form *filterForm) choices(tree section.Tree, f faces) {
	chosen := int64(0)
	if len(form.Filter.Sections) > 0 {
		chosen = form.Filter.Sections[0]
	}
	for _, s := range tree {
		form.Sections = append(form.Sections, option{strconv.FormatInt(s.ID, 10), s.NameIn("en"), s.ID == chosen})
	}
	for _, p := range f.here {
		form.People = append(form.People, option{strconv.FormatInt(p.ID, 10), p.Name, p.ID == form.Person})
	}
	form.Stages, form.Dues = on(stageChoices, form.Stage), on(dueChoices, form.Due)
	form.Pictures, form.Lengths = on(pictureChoices, form.Picture), on(lengthChoices, form.Length)
}

func on(choices []option, value string) []option {
	out := slices.Clone(choices)
	for i := range out {
		out[i].On = out[i].Value == value
	}
	return out
}

// with is the address of the list with one thing more in it.
func (form filterForm) with(name, value string) string {
	q := url.Values{}
	for k, all := range form.query {
		q[k] = all
	}
	q.Set(name, value)
	return "/newsroom/?" + q.Encode()
}

// viewTabs are the views with their counts, in one question.
func (v *visit) viewTabs(form filterForm, saved []desk.View) ([]viewTab, error) {
	mine := v.asked(desk.Filter{}, 0)
	mine.Mine, mine.MineAs = v.person.ID, v.person.Byline
	asks := []desk.Asked{v.asked(desk.Filter{}, 0), mine, v.asked(desk.Filter{Stage: "ready"}, 0), v.asked(desk.Filter{Picture: "no"}, 0)}
	for _, s := range saved {
		asks = append(asks, v.asked(s.Filter, 0))
	}
	counts, err := v.Desk.Counts(v.ctx(), asks...)
	if err != nil {
		return nil, err
	}
	out, err := v.Desk.CountOut(v.ctx(), v.asked(desk.Filter{}, 0), midnight(v.now, 0))
	if err != nil {
		return nil, err
	}
	tab := func(name, view string, count int) viewTab {
		href := "/newsroom/"
		if view != "" {
			href += "?view=" + view
		}
		return viewTab{Name: name, Href: href, Count: count, More: count >= desk.MostCounted, On: form.View == view}
	}
	tabs := []viewTab{tab("All", "", counts[0]), tab("Mine", "mine", counts[1]), tab("Ready to read", "ready", counts[2])}
	for i, s := range saved {
		tabs = append(tabs, tab(s.Name, strconv.FormatInt(s.ID, 10), counts[4+i]))
	}
	return append(tabs, tab("No picture", "nopicture", counts[3]), tab("Out today", "out", out)), nil
}

// Hidden are the chosen things as fields of another form.
func (form filterForm) Hidden() []option {
	var list []option
	for _, name := range []string{"view", "section", "stage", "person", "due", "picture", "length"} {
		if value := form.query.Get(name); value != "" {
			list = append(list, option{Name: name, Value: value})
		}
	}
	return list
}
