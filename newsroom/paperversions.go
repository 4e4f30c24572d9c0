package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"lede/internal/fault"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) paperVersionsRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/paper/versions", act: staff.Read, on: staff.Paper, handle: paperVersions},
		{pattern: "GET /newsroom/paper/versions/{n}", act: staff.Read, on: staff.Paper, handle: paperVersion},
		{pattern: "POST /newsroom/paper/versions/{n}/restoration", act: staff.Write, on: staff.Paper, handle: restorePaper},
	}
}

const versionsPath = "/newsroom/paper/versions"

// settingsVersionsPage lists the saved states of the settings.
type settingsVersionsPage struct {
	frame
	Tabs []tab
	List []settingsVersion
	More int64
}

type settingsVersion struct {
	N        int64
	At, Day  string
	By       string
	Changed  string
	Standing bool
}

const versionsAtOnce = 50

func paperVersions(v *visit) error {
	list, err := v.Papers.Versions(v.ctx(), number(v.r.URL.Query().Get("before")), versionsAtOnce)
	if err != nil {
		return err
	}
	page := settingsVersionsPage{frame: v.frame("Versions of the settings", "paper"), Tabs: v.tabs(versionsPath)}
	for _, one := range list {
		page.List = append(page.List, v.settingsVersion(one))
	}
	if len(list) == versionsAtOnce {
		page.More = list[len(list)-1].N
	}
	return v.show("paper-versions", page)
}

func (v *visit) settingsVersion(one paper.Version) settingsVersion {
	at := one.At.In(v.paper.Clock())
	row := settingsVersion{N: one.N, At: at.Format("15:04:05"), Day: day(at), By: one.By, Changed: strings.Join(one.Changed, ", "), Standing: one.N == v.paper.Version}
	if row.By == "" {
		row.By = "not recorded"
	}
	return row
}

// settingsVersionPage is one saved state beside another.
type settingsVersionPage struct {
	frame
	Tabs    []tab
	Row     settingsVersion
	Before  int64
	Changes []clash // what this version changed
	Back    []clash // what restoring it would change
	Version int64   // that stands now
	May     bool
}

func paperVersion(v *visit) error {
	n := number(v.r.PathValue("n"))
	p, version, err := v.Papers.Version(v.ctx(), n)
	if err != nil {
		return err
	}
	page := settingsVersionPage{frame: v.frame(fmt.Sprintf("Version %d of the settings", n), "paper"), Tabs: v.tabs(versionsPath), Row: v.settingsVersion(version), Version: v.paper.Version, May: v.mayWrite()}
	before, _, err := v.Papers.Version(v.ctx(), n-1)
	if err == nil {
		page.Before, page.Changes = n-1, apart(before, p)
	} else if !errors.Is(err, fault.NotFound) {
		return err
	}
	page.Back = apart(v.paper, p)
	return v.show("paper-version", page)
}

// allSettings are the settings of every page.
func allSettings(p paper.Paper) []setting {
	all := nameSettings(p)
	all = append(all, menuSettings(p)...)
	all = append(all, lookSettings()...)
	all = append(all, mailSettings()...)
	return append(all, checkSettings()...)
}

// apart are the settings in which two states differ.
func apart(was, is paper.Paper) []clash {
	var list []clash
	p := is
	if len(was.Langs) > len(is.Langs) {
		p = was
	}
	for _, s := range allSettings(p) {
		if one, other := s.get(was), s.get(is); one != other {
			list = append(list, clash{Label: s.Label, Was: s.said(one), Theirs: s.said(other)})
		}
	}
	if was.Face.Family != is.Face.Family {
		list = append(list, clash{Label: "Typeface of its own", Was: (setting{}).said(was.Face.Family), Theirs: (setting{}).said(is.Face.Family)})
	}
	return list
}

func restorePaper(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	p, _, err := v.Papers.Version(v.ctx(), number(v.r.PathValue("n")))
	if err != nil {
		return err
	}
	if (p.Address != v.paper.Address || p.Mail != v.paper.Mail) && !v.session.Fresh(v.now) {
		return v.askProof()
	}
	p.Version = number(sent.Get("version"))
	err = v.Papers.Set(v.ctx(), p, v.now)
	if errors.Is(err, fault.Conflict) {
		page := v.wrongPage(v.lastToSave()+" saved the settings while you looked.", "Look at the versions again, and restore the one you mean.")
		return v.showAs(http.StatusConflict, "wrong", page)
	}
	if err != nil {
		return err
	}
	to := sent.Get("back")
	if !strings.HasPrefix(to, "/newsroom/") {
		to = versionsPath
	}
	return v.seeOther(to + "?saved=yes")
}
