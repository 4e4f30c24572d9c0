package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// figure is one line of the table.
type figure struct {
	name, target, measured string
	verdict                string
}

const (
	held      = "held"
	notHeld   = "NOT HELD"
	unknown   = "not measured"
	forNotice = "" // a figure without a target
)

func holds(ok bool) string {
	if ok {
		return held
	}
	return notHeld
}

// table sets figures as Markdown that also reads well as it is.
func table(list []figure) string {
	rows := [][]string{{"Figure", "Target", "Measured", ""}}
	for _, f := range list {
		rows = append(rows, []string{f.name, f.target, f.measured, f.verdict})
	}
	wide := make([]int, 4)
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			b.WriteString("| " + cell + strings.Repeat(" ", wide[i]-len([]rune(cell))+1))
		}
		b.WriteString("|\n")
		if n == 0 {
			for i := range row {
				b.WriteString("|" + strings.Repeat("-", wide[i]+2))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

// The table stands between these two lines of a document.
const (
	tableBegins = "<!-- measured: begin -->"
	tableEnds   = "<!-- measured: end -->"
)

// write puts text in place of what stands between the marks in file.
func write(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(old), tableBegins)
	_, after, ended := strings.Cut(rest, tableEnds)
	if !begun || !ended {
		return fmt.Errorf("%s has no place for the table: it wants the lines %s and %s", file, tableBegins, tableEnds)
	}
	return os.WriteFile(file, []byte(before+tableBegins+"\n"+text+tableEnds+after), 0o644)
}

// number is what can be ranked.
type number interface{ ~int64 | ~float64 }

// quantile is the value below which the part q of list lies (nearest rank). list must hold something.
func quantile[T number](list []T, q float64) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// median is the middle of list, which must hold something; of two middles the mean.
func median[T number](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

// spread is a median with the least and the most: "0.93 (0.91–0.95)".
func spread(list []float64) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", median(list), slices.Min(list), slices.Max(list))
}

func ms(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", d.Seconds()*1e3)
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
}
