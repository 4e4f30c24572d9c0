package newsroom

import (
	"errors"
	"net/http"
	"strings"

	"lede/internal/fault"
)

// wrongPage says what is wrong and what to do.
type wrongPage struct {
	frame
	Says string
	Do   string
}

// refusal is what a script is told.
type refusal struct {
	Says   string     `json:"says"`
	Fields fault.Form `json:"fields,omitempty"`
}

// wrong answers what a person can do something about; all else is the business of package web.
func (v *visit) wrong(err error) error {
	status, page := v.tellWrong(err)
	if status == 0 {
		return err
	}
	if v.wantsJSON() {
		said := refusal{Says: strings.TrimSpace(page.Says + " " + page.Do)}
		errors.As(err, &said.Fields)
		return v.answer(status, said)
	}
	return v.showAs(status, "wrong", page)
}

func (v *visit) tellWrong(err error) (int, wrongPage) {
	switch {
	case errors.Is(err, fault.Forbidden):
		return http.StatusForbidden, v.wrongPage("You have no access to this.", v.whoMay())
	case errors.Is(err, fault.NotFound):
		return http.StatusNotFound, v.wrongPage("There is nothing here.", "It may have been removed, or the address is mistyped.")
	case errors.Is(err, fault.Conflict):
		return http.StatusConflict, v.wrongPage("Somebody changed this while you looked.", "Go back, load the page anew, and put your change in again.")
	case fault.IsInvalid(err):
		return http.StatusUnprocessableEntity, v.wrongPage("This cannot be done as it is.", err.Error())
	}
	return 0, wrongPage{}
}

func (v *visit) wrongPage(says, do string) wrongPage {
	return wrongPage{frame: v.frame(says, ""), Says: says, Do: do}
}
