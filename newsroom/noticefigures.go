package newsroom

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/comment"
)

// figuresView are the figures of moderation by month.
type figuresView struct {
	frame
	Tabs []tab
	Head []string
	Rows [][]string
}

func noticeFigures(v *visit) error {
	rows, err := v.figureRows()
	if err != nil {
		return err
	}
	return v.show("noticefigures", figuresView{frame: v.frame("Figures of moderation", "comments"), Tabs: v.commentTabs(noticesPath), Head: figuresHead, Rows: rows})
}

// figuresHead names the columns, as the table and the file have them.
var figuresHead = []string{"Month", "Comments", "Held or refused by the guard", "Reports", "of illegal content", "Upheld", "Dismissed", "Median time to decide",
	"Refused or removed by moderators", "Spam", "Appeals", "Shown again", "Removed on appeal"}

func (v *visit) figureRows() ([][]string, error) {
	months, err := v.Comments.Months(v.ctx(), v.now)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, m := range months {
		rows = append(rows, figureRow(m))
	}
	return rows, nil
}

func figureRow(m comment.Month) []string {
	row := []string{m.Month.Format("2006-01")}
	for _, n := range []int{m.Comments, m.Guard, m.Reports, m.Unlawful, m.Upheld, m.Dismissed} {
		row = append(row, strconv.Itoa(n))
	}
	row = append(row, lasted(m.Median))
	for _, n := range []int{m.Refused, m.Spam, m.Appeals, m.Restored, m.Gone} {
		row = append(row, strconv.Itoa(n))
	}
	return row
}

// lasted is a time between two moments in words; "" for none.
func lasted(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Hour:
		return fmt.Sprintf("%d min", (d+time.Minute-1)/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}

func noticeFiguresCSV(v *visit) error {
	rows, err := v.figureRows()
	if err != nil {
		return err
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{figuresHead}, rows...)); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="moderation-`+v.now.Format("2006-01-02")+`.csv"`)
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write([]byte(b.String())) // whoever asked may be gone
	return nil
}
