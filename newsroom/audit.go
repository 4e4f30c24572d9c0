package newsroom

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"lede/internal/audit"
	"lede/staff"
)

func (n *Newsroom) auditRoutes() []route {
	return []route{{pattern: "GET /newsroom/audit", act: staff.Read, on: staff.Audit, handle: auditPage}}
}

const auditAtOnce = 100

// auditView is the record of what was done.
type auditView struct {
	frame
	N       int64
	Head    string
	Acts    []string
	Kinds   []string // the beginnings of acts, "article."
	Act     string
	Who     int64
	WhoName string // of Who, as the record has it
	Rows    []auditRow
	Next    string
	Looked  *tried
}

type auditRow struct {
	N         int64
	Day, Time string
	Machine   string
	Who       string
	WhoID     int64
	Act       string
	Detail    string
	Digest    string
	Headline  string // of the article that it is about, as it is now
	Href      string

	of string // its id
}

// Says is the act in words.
func (r auditRow) Says() string { return deed(r.Act) }

func auditPage(v *visit) error {
	q := v.r.URL.Query()
	page := auditView{frame: v.frame("Audit log", "audit"), Act: q.Get("act"), Who: number(q.Get("who"))}
	var err error
	if page.N, page.Head, err = v.Audit.Head(v.ctx()); err != nil {
		return err
	}
	if page.Acts, err = v.Audit.Acts(v.ctx()); err != nil {
		return err
	}
	for _, act := range page.Acts {
		kind, _, _ := strings.Cut(act, ".")
		if n := len(page.Kinds); n == 0 || page.Kinds[n-1] != kind+"." {
			page.Kinds = append(page.Kinds, kind+".")
		}
	}
	list, err := v.Audit.List(v.ctx(), audit.Filter{Act: page.Act, Actor: page.Who, Before: number(q.Get("before")), Limit: auditAtOnce + 1})
	if err != nil {
		return err
	}
	if len(list) > auditAtOnce {
		list = list[:auditAtOnce]
		page.Next = "/newsroom/audit?" + url.Values{"act": {page.Act}, "who": {strconv.FormatInt(page.Who, 10)}, "before": {strconv.FormatInt(list[auditAtOnce-1].N, 10)}}.Encode()
	}
	for _, e := range list {
		page.Rows = append(page.Rows, v.auditRow(e))
	}
	if err := v.ofWhat(list, page.Rows); err != nil {
		return err
	}
	if page.Who != 0 && len(list) > 0 {
		page.WhoName = list[0].Who.Name
	}
	if q.Get("verify") != "" {
		page.Looked, err = v.verifyAudit()
	}
	if err != nil {
		return err
	}
	return v.show("audit", page)
}

func (v *visit) auditRow(e audit.Entry) auditRow {
	t := e.At.In(v.paper.Clock())
	return auditRow{N: e.N, Day: day(t), Time: t.Format("15:04:05"), Machine: e.At.Format("2006-01-02T15:04:05Z07:00"), Who: e.Who.Name, WhoID: e.Who.ID, Act: e.Act, Detail: e.Detail, Digest: e.Digest[:min(8, len(e.Digest))]}
}

func (v *visit) verifyAudit() (*tried, error) {
	n, _, err := v.Audit.Verify(v.ctx())
	if errors.Is(err, audit.ErrBroken) {
		return &tried{Says: "The record is not as it was written: " + strings.TrimPrefix(err.Error(), audit.ErrBroken.Error()+": ") + "."}, nil
	}
	if err != nil {
		return nil, err
	}
	return &tried{Well: true, Says: "All " + strconv.FormatInt(n, 10) + " entries are as they were written."}, nil
}
