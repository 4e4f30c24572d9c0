package newsroom

import (
	"crypto/rand"
	"fmt"
	"strconv"

	"lede/article"
	"lede/internal/fault"
	"lede/staff"
)

func (n *Newsroom) versionsRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/article/{id}/versions", act: staff.Read, on: staff.Articles, handle: versionsPage},
		{pattern: "GET /newsroom/article/{id}/versions/{n}", act: staff.Read, on: staff.Articles, handle: versionPage},
	}
}

// versionsView lists the saved states of an article by day.
type versionsView struct {
	frame
	article.Article
	Base string
	Days []versionDay
	More string // the address of older ones; "" if these are all
}

type versionDay struct {
	Name string
	List []versionRow
}

type versionRow struct {
	article.Version
	Who    string
	Clock  string
	Says   string // what it is
	Stands bool   // readers have it, or will have it
	Newest bool
	Change int // of words, against the one before
}

// readable is the article of the address with its newest text, if the person may read it.
func (v *visit) readable() (article.Article, error) {
	id, err := v.worksOn(staff.Read, staff.Articles)
	if err != nil {
		return article.Article{}, err
	}
	return v.Articles.Newest(v.ctx(), id)
}

// versionsShown is how many versions a page lists.
const versionsShown = 300

func versionsPage(v *visit) error {
	a, err := v.readable()
	if err != nil {
		return err
	}
	list, err := v.Articles.Versions(v.ctx(), a.ID)
	if err != nil {
		return err
	}
	page := versionsView{frame: v.frame("Versions: "+titled(a.Headline), "articles"), Article: a, Base: fmt.Sprintf("/newsroom/article/%d", a.ID)}
	from := 0
	if before, err := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64); err == nil {
		for from < len(list) && list[from].N >= before {
			from++
		}
	}
	until := min(from+versionsShown, len(list))
	if until < len(list) && until > from {
		page.More = fmt.Sprintf("%s/versions?before=%d", page.Base, list[until-1].N)
	}
	page.Days, err = v.byDay(a, list, from, until)
	if err != nil {
		return err
	}
	return v.show("versions", page)
}

// byDay groups the versions from..until of a list, the newest first.
func (v *visit) byDay(a article.Article, list []article.Version, from, until int) ([]versionDay, error) {
	var who []int64
	for _, version := range list[from:until] {
		who = append(who, version.By)
	}
	names, err := v.whoIs(who...)
	if err != nil {
		return nil, err
	}
	var days []versionDay
	for i, version := range list[from:until] {
		at := version.At.In(v.now.Location())
		row := versionRow{Version: version, Who: names[version.By], Clock: at.Format("15:04:05"), Says: versionSays(version), Stands: version.N == a.Stands && a.Path != "" && !a.Published.IsZero(), Newest: version.N == a.Version}
		if from+i+1 < len(list) {
			row.Change = version.Words - list[from+i+1].Words
		}
		if name := day(at); len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, versionDay{Name: name})
		}
		days[len(days)-1].List = append(days[len(days)-1].List, row)
	}
	return days, nil
}

// versionSays is what a version is, in words.
func versionSays(version article.Version) string {
	says := map[string]string{article.Draft: "Saved", article.Filed: "Filed", article.Ready: "Ready", article.Embargoed: "Embargo set or lifted",
		article.Leaving: "Withdrawal set or called off", article.First: "Published", article.Update: "Update", article.Clarification: "Clarification", article.Correction: "Correction",
		article.Minor: "Minor change", article.Redaction: "Taken out by law", article.Withdrew: "Withdrawn", article.Withdrawn: "Taken off the schedule"}
	if s := says[version.Kind]; s != "" {
		return s
	}
	return version.Kind
}

// versionView shows what differs between two versions.
type versionView struct {
	frame
	article.Article
	Base    string
	N, With int64
	One     versionRow // the earlier
	Two     versionRow
	Changed []differing
	Tab     string // whose writing the restored text is
	May     bool   // restore
	List    []versionRow
}

func versionPage(v *visit) error {
	a, err := v.readable()
	if err != nil {
		return err
	}
	page := versionView{Article: a, Base: fmt.Sprintf("/newsroom/article/%d", a.ID), With: a.Version, Tab: rand.Text()}
	if page.N, err = v.id("n"); err != nil {
		return err
	}
	if with := v.r.URL.Query().Get("with"); with != "" {
		if page.With, err = strconv.ParseInt(with, 10, 64); err != nil {
			return fault.NotFound
		}
	}
	one, err := v.Articles.TextOf(v.ctx(), a.ID, page.N)
	if err != nil {
		return err
	}
	two, err := v.Articles.TextOf(v.ctx(), a.ID, page.With)
	if err != nil {
		return err
	}
	page.frame = v.frame(fmt.Sprintf("Version %d and %d: %s", page.N, page.With, titled(a.Headline)), "articles")
	page.Changed = differences(one, two)
	mine, err := v.Desk.Own(v.ctx(), a.ID, v.person.ID, v.person.Byline)
	if err != nil {
		return err
	}
	page.May = page.N != a.Version && v.person.May(staff.Write, staff.Articles, mine)
	if err := v.sides(&page); err != nil {
		return err
	}
	return v.show("version", page)
}

// sides says who made the two versions, and when.
func (v *visit) sides(page *versionView) error {
	list, err := v.Articles.Versions(v.ctx(), page.ID)
	if err != nil {
		return err
	}
	days, err := v.byDay(page.Article, list, 0, len(list))
	for _, d := range days {
		for _, row := range d.List {
			row.Clock = row.At.In(v.now.Location()).Format("Mon 2 Jan 15:04:05")
			if row.N == page.N {
				page.One = row
			}
			if row.N == page.With {
				page.Two = row
			}
			if len(page.List) < versionsShown {
				page.List = append(page.List, row)
			}
		}
	}
	return err
}
