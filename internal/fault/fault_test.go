package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestAnEmptyFormIsNoError(t *testing.T) {
	if err := (Form{}).Err(); err != nil {
		t.Fatalf("empty form: got %v, want nil", err)
	}
}

func TestAFormSaysWhatToMendInOrder(t *testing.T) {
	err := fmt.Errorf("reply: %w", Form{"name": "who are you?", "body": "say something"}.Err())
	if got, want := err.Error(), "reply: body: say something; name: who are you?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var f Form
	if !errors.As(err, &f) || f["name"] != "who are you?" {
		t.Errorf("the form is lost when wrapped: %v", f)
	}
	if !IsInvalid(err) {
		t.Error("a form can be mended by a person")
	}
}

func TestInvalidKeepsTheKindItWraps(t *testing.T) {
	err := fmt.Errorf("import: %w", Invalid("picture %s: %w", "a.jpg", NotFound))
	if !IsInvalid(err) || !errors.Is(err, NotFound) {
		t.Errorf("want an invalid that is also NotFound, got %v", err)
	}
	if IsInvalid(errors.New("disk on fire")) {
		t.Error("our own bug is nothing a person can mend")
	}
}

func TestMovedTellsWhereTo(t *testing.T) {
	var m Moved
	if err := fmt.Errorf("read: %w", Moved{To: "/2025/06/ferry"}); !errors.As(err, &m) || m.To != "/2025/06/ferry" {
		t.Errorf("got %+v, want the new place", m)
	}
}
