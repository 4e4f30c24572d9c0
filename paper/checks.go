package paper

import (
	"slices"

	"lede/internal/fault"
)

// What a check of the list before publication does when it finds something.
const (
	CheckBlock = "block"
	CheckWarn  = "warn"
	CheckOff   = "off"
)

// CheckLevels is what each check does while the paper says nothing else, in the order in which they are shown: only what was left to be
// filled in and rights that ended stop publication.
var CheckLevels = []struct{ ID, Name, Level string }{
	{"tk", "TK marks left", CheckBlock},
	{"rights", "Rights of pictures ended", CheckBlock},
	{"alt", "Pictures without alternative text", CheckWarn},
	{"byline", "No byline", CheckWarn},
	{"links", "Links that do not answer", CheckWarn},
	{"headline", "A headline that is cut elsewhere", CheckWarn},
	{"summary", "No summary", CheckWarn},
	{"picture", "No picture", CheckWarn},
}

// CheckLevel is what the check of id does under the paper's settings.
func CheckLevel(set map[string]string, id string) string {
	if level := set[id]; level != "" {
		return level
	}
	for _, c := range CheckLevels {
		if c.ID == id {
			return c.Level
		}
	}
	return CheckWarn
}

func checkLevels(set map[string]string, f fault.Form) {
	for id, level := range set {
		known := false
		for _, c := range CheckLevels {
			known = known || c.ID == id
		}
		if !known || !slices.Contains([]string{CheckBlock, CheckWarn, CheckOff}, level) {
			f["checks"] = "A check blocks, warns, or is off."
		}
	}
}
