package doc

import (
	"errors"
	"fmt"
	"strings"
)

const (
	maxMarkers    = 100     // of quotations and lists in each other, on one line
	maxDelimiters = 10_000  // signs that may begin or end a mark, in lines without an empty one between: the work is their square
	maxSigns      = 200_000 // such signs in the whole text
)

// guardMarkdown refuses texts that nobody writes and whose reading would take time or memory out of all
// proportion to their length: the parser of Markdown has no bounds of its own.
func guardMarkdown(md string) error {
	delimiters, signs, columns, cells := 0, 0, 0, 0
	for line := range strings.Lines(md) {
		rest, markers := containers(line)
		if markers > maxMarkers {
			return fmt.Errorf("more than %d lists or quotations in each other", maxMarkers)
		}
		if strings.TrimSpace(rest) == "" {
			delimiters, columns = 0, 0
			continue
		}
		if strings.Trim(rest, "|:- \t\r\n") == "" {
			columns = max(columns, strings.Count(rest, "|")+1)
		}
		if cells += columns; cells > 2*MaxNodes {
			return fmt.Errorf("the tables have more than %d cells", 2*MaxNodes)
		}
		for i := range len(rest) {
			if strings.IndexByte("`*_[]~^", rest[i]) >= 0 {
				delimiters++
				signs++
			}
		}
		if delimiters > maxDelimiters || signs > maxSigns {
			return errors.New("there are too many signs of Markdown")
		}
	}
	return nil
}

// containers cuts off the marks of quotations and lists at the start of a line, and counts them.
func containers(line string) (rest string, markers int) {
	for {
		rest = strings.TrimLeft(line, " \t")
		n := 0
		for n < len(rest) && n < 9 && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		switch {
		case n == 0 && strings.HasPrefix(rest, ">"):
			line = rest[1:]
		case n+1 < len(rest) && strings.IndexByte("-+*.)", rest[n]) >= 0 && (rest[n+1] == ' ' || rest[n+1] == '\t'):
			line = rest[n+1:]
		default:
			return rest, markers
		}
		markers++
	}
}
