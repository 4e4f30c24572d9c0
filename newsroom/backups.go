package newsroom

import (
	"fmt"
	"net/http"
	"time"

	"lede/internal/fault"
	"lede/staff"
)

func (n *Newsroom) backupsRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/backups", act: staff.Read, on: staff.Backups, handle: backupsPage},
		proved(route{pattern: "POST /newsroom/backups", act: staff.Write, on: staff.Backups, handle: backUp}),
	}
}

const (
	backupsPath = "/newsroom/backups"
	staleBackup = 25 * time.Hour // when the newest backup is a reason to worry
)

// backupsView tells where the backups are and how old.
type backupsView struct {
	frame
	Tabs     []tab
	Postgres bool
	Dir      string
	Rows     []backupRow
	Age      string
	Stale    bool
	Work     workView
	Wrong    string
	May      bool
}

type backupRow struct{ File, Size, Day, At, Age string }

// workView is the backup in hand, or how the last one ended.
type workView struct {
	Running bool   `json:"running"`
	Failed  bool   `json:"failed"`
	Says    string `json:"says"`
}

func backupsPage(v *visit) error {
	if v.wantsJSON() {
		return v.answer(http.StatusOK, v.workView())
	}
	return v.showBackups(http.StatusOK, "")
}

func (v *visit) workView() workView {
	w := v.Backups.Progress()
	view := workView{Running: !w.Began.IsZero() && w.Ended.IsZero(), Failed: w.Failed, Says: w.Says}
	if view.Running {
		view.Says = fmt.Sprintf("%s, since %s", w.Says, w.Began.In(v.paper.Clock()).Format("15:04:05"))
	}
	return view
}

func (v *visit) showBackups(status int, wrong string) error {
	kept, err := v.Backups.Kept()
	if err != nil {
		wrong = "The folder cannot be read: " + err.Error()
	}
	page := backupsView{frame: v.frame("Backups", "paper"), Tabs: v.tabs(backupsPath), Postgres: v.InPostgres(), Dir: v.Backups.Dir(), Work: v.workView(), Wrong: wrong,
		May: v.person.May(staff.Write, staff.Backups, true)}
	for _, k := range kept {
		t := k.At.In(v.paper.Clock())
		page.Rows = append(page.Rows, backupRow{k.File, size(k.Bytes), day(t), t.Format("15:04"), ago(v.now.Sub(k.At))})
	}
	if len(kept) > 0 {
		page.Age, page.Stale = ago(v.now.Sub(kept[0].At)), v.now.Sub(kept[0].At) > staleBackup
	}
	return v.showAs(status, "backups", page)
}

// size is a number of bytes as people read it.
func size(n int64) string {
	if n < 1_000_000 {
		return fmt.Sprintf("%d KB", (n+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// ago is how long ago something was, as people say it.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 72*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

func backUp(v *visit) error {
	err := v.WantBackup(v.ctx(), v.now)
	if fault.IsInvalid(err) {
		return v.showBackups(http.StatusUnprocessableEntity, err.Error())
	}
	if err != nil {
		return err
	}
	return v.seeOther(backupsPath)
}

// backupStrips warn whoever can do something about it that there is no backup, or only an old one.
func (v *visit) backupStrips() []strip {
	if !v.person.May(staff.Write, staff.Backups, true) || v.InPostgres() {
		return nil
	}
	kept, err := v.Backups.Kept()
	s := strip{Kind: "stop", Href: backupsPath, Link: "Backups"}
	switch {
	case err != nil:
		s.Strong, s.Says = "The folder of the backups cannot be read.", "Nobody knows whether there is one."
	case len(kept) == 0 && v.Backups.Dir() == "":
		s.Strong, s.Says = "The paper is not backed up.", "If this disk fails, it is gone."
	case len(kept) == 0:
		s.Kind, s.Strong, s.Says = "", "There is no backup yet.", "The first is made tonight, or now if you ask."
	case v.now.Sub(kept[0].At) > staleBackup:
		s.Kind, s.Strong, s.Says = "", "The newest backup is old:", ago(v.now.Sub(kept[0].At))+"."
	default:
		return nil
	}
	return []strip{s}
}
