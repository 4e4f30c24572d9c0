package staff_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/staff"
)

func TestPasswordAloneIsEnoughOnlyUntilThereIsMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		a := r.app(r.found())
		if _, err := r.signIn("mara@paper.example", good, ""); !errors.Is(err, staff.ErrNeedsCode) {
			t.Errorf("without a code: %v", err)
		}
		if _, err := r.signIn("mara@paper.example", "wrong wrong wrong", shows(t, a.secret, r.Now())); !errors.Is(err, staff.ErrWrong) {
			t.Errorf("the code alone: %v", err)
		}
		code := shows(t, a.secret, r.Now())
		if _, err := r.signIn("mara@paper.example", good, code[:3]+" "+code[3:]); err != nil {
			t.Errorf("with the code: %v", err)
		}
		if _, err := r.signIn("mara@paper.example", good, code); !errors.Is(err, staff.ErrWrongCode) {
			t.Errorf("the same code again: %v", err)
		}
	})
}

func TestRecoveryCodeServesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		a := r.app(e)
		if len(a.codes) != 10 {
			t.Fatalf("%d codes", len(a.codes))
		}
		if _, err := r.signIn("mara@paper.example", good, strings.ToUpper(a.codes[3])); err != nil {
			t.Errorf("the first time: %v", err)
		}
		if _, err := r.signIn("mara@paper.example", good, a.codes[3]); !errors.Is(err, staff.ErrWrongCode) {
			t.Errorf("the second time: %v", err)
		}
		if w, err := r.Staff.Ways(t.Context(), e.Person); err != nil || w.Codes != 9 || !w.App {
			t.Errorf("%+v %v", w, err)
		}
		fresh, err := r.Staff.Recovery(t.Context(), e.Person, r.Now())
		r.must(err)
		if _, err := r.signIn("mara@paper.example", good, a.codes[4]); !errors.Is(err, staff.ErrWrongCode) {
			t.Errorf("an old code after new ones: %v", err)
		}
		if _, err := r.signIn("mara@paper.example", good, fresh[0]); err != nil {
			t.Errorf("a new code: %v", err)
		}
	})
}

func TestWrongCodesAreBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		a := r.app(e)
		device, _ := r.phone(e)
		tried := 0
		for range 200 {
			_, err := r.signIn("mara@paper.example", good, "000000")
			if errors.Is(err, staff.ErrWrongCode) {
				tried++
			} else if !errors.Is(err, staff.ErrNoCodes) && !errors.As(err, new(staff.Wait)) {
				t.Fatal(err)
			}
			r.Pass(time.Minute)
		}
		if tried != 10 {
			t.Errorf("%d wrong codes were taken in 200 minutes, want 10", tried)
		}
		if _, err := r.openWith(device); err != nil {
			t.Errorf("the passkey: %v", err)
		}
		r.Pass(25 * time.Hour)
		if _, err := r.signIn("mara@paper.example", good, shows(t, a.secret, r.Now())); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

func TestAppIsSetUpByItsFirstCodeOnly(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	e := r.found()
	other := r.hire("jonas@paper.example", staff.Editor)
	a, err := r.Staff.BeginApp(t.Context(), e.Person, r.Now())
	r.must(err)
	var f fault.Form
	if _, err := r.Staff.FinishApp(t.Context(), e.Person, e.Session, a.State, "123456", r.Now()); !errors.As(err, &f) || f["code"] == "" {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := r.Staff.FinishApp(t.Context(), other.Person, other.Session, a.State, shows(t, a.Secret, r.Now()), r.Now()); !fault.IsInvalid(err) {
		t.Errorf("somebody else's seed: %v", err)
	}
	if _, err := r.Staff.FinishApp(t.Context(), e.Person, e.Session, a.State, shows(t, a.Secret, r.Now().Add(time.Hour)), r.Now().Add(time.Hour)); !fault.IsInvalid(err) {
		t.Errorf("an hour later: %v", err)
	}
	if !strings.Contains(a.URI, "The%20Narrows") || !strings.Contains(a.URI, "mara@paper.example") {
		t.Errorf("the app is told %s", a.URI)
	}
}

func TestSeedsAndCodesAreNotInTheDatabase(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	e := r.found()
	a := r.app(e)
	var kept string
	r.must(r.DB.Read().QueryRowContext(t.Context(), `select totp || password from person`).Scan(&kept))
	hashes := ""
	for _, q := range []string{`select group_concat(hash) from recovery`, `select group_concat(hash) from session`} {
		var h string
		r.must(r.DB.Read().QueryRowContext(t.Context(), q).Scan(&h))
		hashes += h
	}
	for _, secret := range []string{a.secret, strings.ReplaceAll(a.codes[0], "-", ""), e.Token, good} {
		if strings.Contains(kept+hashes, secret) {
			t.Errorf("%s stands in the database", secret)
		}
	}
	if !strings.Contains(kept, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Errorf("the password is kept as %s", kept)
	}
}

func TestPasswordIsKeptAnewWhenTheCostHasChanged(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	r.found()
	r.Staff.Dear()
	if _, err := r.signIn("mara@paper.example", good, ""); err != nil {
		t.Fatal(err)
	}
	var kept string
	r.must(r.DB.Read().QueryRowContext(t.Context(), `select password from person`).Scan(&kept))
	if !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the password is kept as %s", kept)
	}
	if _, err := r.signIn("mara@paper.example", good, ""); err != nil {
		t.Error(err)
	}
}

func TestPasskeysOpenAreCountedAndRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		device, codes := r.phone(e)
		second, none := r.phone(e)
		if len(codes) != 10 || none != nil {
			t.Errorf("recovery codes %v, then %v; want ten, then none", codes, none)
		}
		in, err := r.openWith(device)
		r.must(err)
		if in.Person.ID != e.Person.ID {
			t.Errorf("in as %+v", in.Person)
		}
		if _, err := r.signIn("mara@paper.example", good, ""); !errors.Is(err, staff.ErrNeedsKey) {
			t.Errorf("the password alone: %v", err)
		}
		if _, err := r.signIn("mara@paper.example", good, codes[0]); err != nil {
			t.Errorf("with a recovery code: %v", err)
		}
		w, err := r.Staff.Ways(t.Context(), e.Person)
		if err != nil || len(w.Keys) != 2 || w.Keys[0].Used.IsZero() || !w.Keys[1].Used.IsZero() || w.Keys[0].Name != "Mara’s phone" {
			t.Fatalf("%+v %v", w, err)
		}
		r.must(r.Staff.NameKey(t.Context(), e.Person, w.Keys[1].ID, "The office machine"))
		r.must(r.Staff.RemoveKey(t.Context(), e.Person, w.Keys[0].ID, r.Now()))
		if _, err := r.openWith(device); err == nil {
			t.Error("the removed passkey opens")
		}
		if _, err := r.openWith(second); err != nil {
			t.Error(err)
		}
		r.must(r.Staff.RemovePassword(t.Context(), e.Person, r.Now()))
		var f fault.Form
		if err := r.Staff.RemoveKey(t.Context(), e.Person, w.Keys[1].ID, r.Now()); !errors.As(err, &f) {
			t.Errorf("the only way in goes: %v", err)
		}
	})
}

func TestAnswersOfPasskeysServeOnceAndHereOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		device, _ := r.phone(e)
		q, err := r.Staff.BeginOpen(here, r.Now())
		r.must(err)
		answer := device.Open(q.Options)
		if _, err := r.Staff.Open(t.Context(), here, q.State, answer, "", r.Now().Add(6*time.Minute)); !fault.IsInvalid(err) {
			t.Errorf("six minutes later: %v", err)
		}
		if _, err := r.Staff.Open(t.Context(), staff.Party{Host: "evil.example", Origin: "https://evil.example", Name: "x"}, q.State, answer, "", r.Now()); !fault.IsInvalid(err) {
			t.Errorf("elsewhere: %v", err)
		}
		other, err := r.Staff.BeginOpen(here, r.Now())
		r.must(err)
		if _, err := r.Staff.Open(t.Context(), here, other.State, answer, "", r.Now()); !fault.IsInvalid(err) {
			t.Errorf("to another question: %v", err)
		}
		if _, err := r.Staff.Open(t.Context(), here, q.State, answer, "", r.Now()); err != nil {
			t.Errorf("as it should be: %v", err)
		}
		if _, err := r.Staff.Open(t.Context(), here, q.State, answer, "", r.Now()); !fault.IsInvalid(err) {
			t.Errorf("a second time: %v", err)
		}
		device.Used = 0
		if _, err := r.openWith(device); !fault.IsInvalid(err) {
			t.Errorf("a copied passkey, by its counter: %v", err)
		}
	})
}

func TestPasskeyAloneIsEnoughToCome(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	token, err := r.Staff.SetUp(t.Context(), r.Now())
	r.must(err)
	q, err := r.Staff.BeginJoin(t.Context(), here, token, "mara@paper.example", "Mara", r.Now())
	r.must(err)
	device := ledetestDevice(t)
	key, err := r.Staff.FinishJoin(here, token, q.State, device.Make(q.Options), "Chrome on Mac", r.Now())
	r.must(err)
	if _, err := r.Staff.FinishJoin(here, "another", q.State, device.Make(q.Options), "", r.Now()); err == nil {
		t.Error("the passkey serves for another link")
	}
	e, err := r.Staff.Join(t.Context(), token, staff.Joining{Name: "Mara", Email: "mara@paper.example", Key: key}, r.Now())
	r.must(err)
	if in, err := r.openWith(device); err != nil || in.Person.ID != e.Person.ID {
		t.Errorf("%v %v", in, err)
	}
	if _, err := r.signIn("mara@paper.example", "", ""); !errors.Is(err, staff.ErrWrong) {
		t.Errorf("an empty password: %v", err)
	}
}
