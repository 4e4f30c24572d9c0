package newsroom

import (
	"lede/paper"
)

const checklistPath = "/newsroom/paper/checklist"

// checkSettings are how the checklist takes what it finds.
func checkSettings() []setting {
	var all []setting
	for _, c := range paper.CheckLevels {
		all = append(all, setting{Name: "check-" + c.ID, Label: c.Name, Kind: "choice",
			Items: []item{{paper.CheckBlock, "Stops publication"}, {paper.CheckWarn, "Warns"}, {paper.CheckOff, "Is not looked at"}},
			get:   func(p paper.Paper) string { return paper.CheckLevel(p.Checks, c.ID) },
			put: func(p *paper.Paper, typed string) string {
				if typed == c.Level {
					typed = ""
				}
				p.Checks = with(p.Checks, c.ID, typed)
				return ""
			}})
	}
	return all
}

func checklistPage(v *visit) error {
	f, err := v.settingsForm("Checklist", checklistPath, checkSettings())
	if err != nil {
		return err
	}
	return v.show("checklist", f)
}

func setChecklist(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	settings := checkSettings()
	return v.save("Checklist", checklistPath, settings, typed(settings, sent), number(sent.Get("version")), func(status int, f settingsPage) error {
		return v.showAs(status, "checklist", f)
	})
}
