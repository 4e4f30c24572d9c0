package staff_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/staff"
)

func TestSetUpLinkServesOnceAndNeverAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		old, err := r.Staff.SetUp(t.Context(), r.Now())
		r.must(err)
		token, err := r.Staff.SetUp(t.Context(), r.Now())
		r.must(err)
		j := staff.Joining{Name: "Mara Lindqvist", Email: "mara@paper.example", Password: good}
		if _, err := r.Staff.Join(t.Context(), old, j, r.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("the link of an earlier start: %v", err)
		}
		var f fault.Form
		if _, err := r.Staff.Join(t.Context(), token, staff.Joining{Email: "mara", Password: "short"}, r.Now()); !errors.As(err, &f) || len(f) != 3 {
			t.Errorf("an empty form: %v, want name, address and password", err)
		}
		e, err := r.Staff.Join(t.Context(), token, j, r.Now())
		r.must(err)
		if !e.Person.Has(staff.Publisher) || !e.Person.Here() {
			t.Errorf("the first person is %+v", e.Person)
		}
		if _, err := r.Staff.Join(t.Context(), token, j, r.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("a second time: %v", err)
		}
		if again, err := r.Staff.SetUp(t.Context(), r.Now()); err != nil || again != "" {
			t.Errorf("with somebody here there is a link %q (%v)", again, err)
		}
	})
}

func TestTwoWhoSetUpAtOnceAreOnePublisher(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		token, err := r.Staff.SetUp(t.Context(), r.Now())
		r.must(err)
		var wg sync.WaitGroup
		var in [4]error
		for i := range in {
			wg.Go(func() {
				_, in[i] = r.Staff.Join(t.Context(), token, staff.Joining{Name: "Mara", Email: string(rune('a'+i)) + "@paper.example", Password: good}, r.Now())
			})
		}
		wg.Wait()
		came := 0
		for _, err := range in {
			if err == nil {
				came++
			} else if !errors.Is(err, fault.NotFound) {
				t.Error(err)
			}
		}
		if all, err := r.Staff.People(t.Context()); err != nil || came != 1 || len(all) != 1 {
			t.Errorf("%d came, %d are there (%v); want one", came, len(all), err)
		}
	})
}

func TestPasswordOpensForItsOwnerOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		r.found()
		if _, err := r.signIn("mara@paper.example", "seven herons cross the wier", ""); !errors.Is(err, staff.ErrWrong) {
			t.Errorf("a wrong password: %v", err)
		}
		if _, err := r.signIn("nobody@paper.example", good, ""); !errors.Is(err, staff.ErrWrong) {
			t.Errorf("nobody: %v", err)
		}
		e, err := r.signIn(" MARA@paper.example", good, "")
		r.must(err)
		if p, in := r.in(e.Token); !in || p.Name != "Mara Lindqvist" {
			t.Errorf("signed in as %+v %v", p, in)
		}
		if _, in := r.in(e.Token + "x"); in {
			t.Error("another token opens too")
		}
	})
}

func TestSessionEndsIdleAndAfterAMonth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		r.Pass(11*time.Hour + 59*time.Minute)
		if _, in := r.in(e.Token); !in {
			t.Error("after 11:59 the session has ended")
		}
		r.Pass(12 * time.Hour)
		if _, in := r.in(e.Token); in {
			t.Error("after twelve idle hours the session goes on")
		}
		e, err := r.signIn("mara@paper.example", good, "")
		r.must(err)
		for range 61 {
			r.Pass(11*time.Hour + 50*time.Minute)
			if _, in := r.in(e.Token); in && r.Now().Sub(e.Session.Began) >= 30*24*time.Hour {
				t.Fatal("after a month the session goes on")
			}
		}
		if _, in := r.in(e.Token); in {
			t.Error("the session never ends")
		}
	})
}

func TestRevokedSessionIsOverAtTheNextRequestOnEveryNode(t *testing.T) {
	at := dbtest.SQLite(t)
	r, other := open(t, dbtest.Open(t, at)), staff.NewStore(dbtest.Open(t, at), nil, nil)
	here := r.found()
	there, err := r.signIn("mara@paper.example", good, "")
	r.must(err)
	if _, _, err := other.Guest(t.Context(), there.Token, r.Now()); err != nil {
		t.Fatal(err)
	}
	r.must(r.Staff.SignOutOthers(t.Context(), here.Person.ID, here.Session.ID, r.Now()))
	if _, _, err := other.Guest(t.Context(), there.Token, r.Now()); !errors.Is(err, fault.NotFound) {
		t.Errorf("the other node says %v", err)
	}
	if list, err := r.Staff.Sessions(t.Context(), here.Person.ID, r.Now()); err != nil || len(list) != 1 || list[0].ID != here.Session.ID {
		t.Errorf("sessions left: %v (%v)", list, err)
	}
	r.must(r.Staff.SignOut(t.Context(), here.Person.ID, here.Session.ID, r.Now()))
	if _, in := r.in(here.Token); in {
		t.Error("signed out and still in")
	}
}

func TestOthersSessionsAreNotOnesOwnToEnd(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	mara := r.found()
	jonas := r.hire("jonas@paper.example", staff.Editor)
	r.must(r.Staff.SignOut(t.Context(), jonas.Person.ID, mara.Session.ID, r.Now()))
	if _, in := r.in(mara.Token); !in {
		t.Error("Jonas signed Mara out")
	}
}

func TestRolesAndLeavingEndSessionsAndNobodyElseDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		mara := r.found()
		jonas := r.hire("jonas@paper.example", staff.Reporter)
		if err := r.Staff.SetRoles(t.Context(), jonas.Person.ID, 99, []staff.Role{staff.Editor}, r.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		r.must(r.Staff.SetRoles(t.Context(), jonas.Person.ID, jonas.Person.Version, []staff.Role{staff.Moderator, staff.Editor, staff.Editor}, r.Now()))
		if _, in := r.in(jonas.Token); in {
			t.Error("the session outlives its roles")
		}
		e, err := r.signIn("jonas@paper.example", good, "")
		r.must(err)
		if len(e.Person.Roles) != 2 || e.Person.Roles[0] != staff.Editor {
			t.Errorf("roles are %v", e.Person.Roles)
		}
		_, keys := r.phone(e)
		r.must(r.Staff.Leave(t.Context(), e.Person.ID, e.Person.Version, r.Now()))
		if _, in := r.in(e.Token); in {
			t.Error("left and still in")
		}
		if _, err := r.signIn("jonas@paper.example", good, keys[0]); !errors.Is(err, staff.ErrWrong) {
			t.Errorf("left and signs in: %v", err)
		}
		if _, in := r.in(mara.Token); !in {
			t.Error("Mara is out too")
		}
		var f fault.Form
		if err := r.Staff.Leave(t.Context(), mara.Person.ID, mara.Person.Version, r.Now()); !errors.As(err, &f) {
			t.Errorf("the last publisher leaves: %v", err)
		}
		if err := r.Staff.SetRoles(t.Context(), mara.Person.ID, mara.Person.Version, []staff.Role{staff.Editor}, r.Now()); !errors.As(err, &f) || f["roles"] == "" {
			t.Errorf("nobody is publisher any more: %v", err)
		}
	})
}

func TestWhoeverComesBackHasNothingOfBefore(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	r.found()
	jonas := r.hire("jonas@paper.example", staff.Editor)
	device, _ := r.phone(jonas)
	r.must(r.Staff.Leave(t.Context(), jonas.Person.ID, jonas.Person.Version, r.Now()))
	back := r.hire("jonas@paper.example", staff.Contributor)
	if back.Person.ID != jonas.Person.ID || back.Person.Has(staff.Editor) {
		t.Errorf("came back as %+v", back.Person)
	}
	if _, err := r.openWith(device); err == nil {
		t.Error("the passkey of before opens again")
	}
}

func TestInvitationServesSevenDays(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	r.found()
	p, first, err := r.Staff.Invite(t.Context(), staff.Person{Email: "jonas@paper.example", Name: "Jonas", Roles: []staff.Role{staff.Editor}}, r.Now())
	r.must(err)
	if _, err := r.signIn(p.Email, "", ""); !errors.Is(err, staff.ErrWrong) {
		t.Errorf("invited and in: %v", err)
	}
	l, second, err := r.Staff.Renew(t.Context(), p.Email, r.Now())
	if err != nil || l.Kind != staff.Invitation {
		t.Fatal(l, err)
	}
	if _, err := r.Staff.Look(t.Context(), first, r.Now()); !errors.Is(err, fault.NotFound) {
		t.Errorf("the replaced link: %v", err)
	}
	r.Pass(7*24*time.Hour - time.Second)
	if _, err := r.Staff.Look(t.Context(), second, r.Now()); err != nil {
		t.Error(err)
	}
	r.Pass(2 * time.Second)
	if _, err := r.Staff.Join(t.Context(), second, staff.Joining{Name: "Jonas", Password: good}, r.Now()); !errors.Is(err, fault.NotFound) {
		t.Errorf("after seven days: %v", err)
	}
}

func TestAWayBackInEndsWhatWasOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		r.app(e)
		l, token, err := r.Staff.Renew(t.Context(), "mara@paper.example", r.Now())
		if err != nil || l.Kind != staff.Return {
			t.Fatal(l, err)
		}
		back, err := r.Staff.ComeBack(t.Context(), token, "a test", r.Now())
		r.must(err)
		if _, in := r.in(e.Token); in {
			t.Error("what was open stays open")
		}
		if _, in := r.in(back.Token); !in || !back.Session.Fresh(r.Now()) {
			t.Error("the way back does not lead in")
		}
		if _, err := r.Staff.ComeBack(t.Context(), token, "a test", r.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("a second time: %v", err)
		}
		if _, _, err := r.Staff.Renew(t.Context(), "nobody@paper.example", r.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("a way back for nobody: %v", err)
		}
	})
}

func TestProvingAgainChangesTheToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		r.Pass(11 * time.Minute)
		if e.Session.Fresh(r.Now()) {
			t.Error("eleven minutes are fresh")
		}
		if _, err := r.Staff.ProveAgain(t.Context(), e.Person, e.Session, staff.Try{Password: "wrong wrong wrong"}, r.Now()); !errors.Is(err, staff.ErrWrong) {
			t.Errorf("a wrong proof: %v", err)
		}
		again, err := r.Staff.ProveAgain(t.Context(), e.Person, e.Session, staff.Try{Password: good}, r.Now())
		r.must(err)
		if _, in := r.in(e.Token); in {
			t.Error("the old token serves on")
		}
		if _, se, err := r.Staff.Guest(t.Context(), again.Token, r.Now()); err != nil || !se.Fresh(r.Now()) || se.ID != e.Session.ID {
			t.Errorf("%+v %v", se, err)
		}
	})
}

// tryWrong tries wrong passwords for so long, waiting as told, and says how many were looked at.
func (r *room) tryWrong(email string, long time.Duration) (looked int) {
	r.t.Helper()
	for end := r.Now().Add(long); r.Now().Before(end); {
		_, err := r.signIn(email, "wrong wrong wrong", "")
		var wait staff.Wait
		switch {
		case errors.Is(err, staff.ErrWrong):
			looked++
		case errors.As(err, &wait) && fault.IsInvalid(err):
			r.Pass(wait.For)
		default:
			r.t.Fatal(err)
		}
	}
	return looked
}

func TestWrongPasswordsMustWaitLongerAndLonger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		r.found()
		for _, email := range []string{"mara@paper.example", "nobody@paper.example"} {
			if looked := r.tryWrong(email, time.Hour); looked < 14 || looked > 17 {
				t.Errorf("%s could be tried %d times in an hour, want about 15", email, looked)
			}
		}
	})
}

func TestManyTriesAtOnceAreCountedBeforeTheyAreMade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		r.found()
		var wg sync.WaitGroup
		var mu sync.Mutex
		wrong := 0
		for range 40 {
			wg.Go(func() {
				if _, err := r.signIn("mara@paper.example", "wrong wrong wrong", ""); errors.Is(err, staff.ErrWrong) {
					mu.Lock()
					wrong++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if wrong != 5 {
			t.Errorf("%d of 40 at once were tried, want 5", wrong)
		}
	})
}

func TestPersonIsToldOfManyWrongPasswordsAndAPasskeyOpensStill(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	device, _ := r.phone(r.found())
	r.tryWrong("mara@paper.example", 2*time.Hour)
	if r.ids(`select count(*) from event where name = 'staff.alarmed'`)[0] != 1 {
		t.Error("there is no alarm, or more than one")
	}
	r.must(r.Staff.Alarm(t.Context(), r.ids(`select id from person`)[0], r.Now()))
	if all := r.post(); len(all) != 1 || all[0].To != "mara@paper.example" || !strings.Contains(all[0].Text, "Ten wrong passwords") {
		t.Errorf("mail: %+v", all)
	}
	if _, err := r.openWith(device); err != nil {
		t.Errorf("the passkey: %v", err)
	}
}

func TestOneNeighbourhoodCannotTryForAll(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	from := func(a string) error {
		_, err := r.Staff.SignIn(t.Context(), staff.Try{Email: a + "@x.example", Password: "wrong", From: netip.MustParseAddr(a)}, r.Now())
		return err
	}
	for i := range 40 {
		if err := from("192.0.2." + itoa(int64(i))); i >= 30 && !errors.As(err, new(staff.Wait)) {
			t.Fatalf("try %d from one /24: %v", i, err)
		}
	}
	if err := from("198.51.100.7"); !errors.Is(err, staff.ErrWrong) {
		t.Errorf("another neighbourhood: %v", err)
	}
}
