package staff_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/staff"
)

// TestNobodyHasPowerThatIsNotInTheModel plays random sequences of all that can be done to get in, and compares after each step what every
// token ever given opens with what a model of a page says.
func TestNobodyHasPowerThatIsNotInTheModel(t *testing.T) {
	r := open(t, dbtest.Open(t, quickFile(t)))
	r.found()
	r.Staff.Unbounded()
	sequences := 0
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 { // rapid makes a hundred; each of them plays twenty
			sequences++
			m := &machine{room: r, rt: rt, n: sequences}
			m.begin()
			for range rapid.IntRange(1, 20).Draw(rt, "steps") {
				m.step()
			}
			m.compare()
			m.end()
		}
	})
	t.Logf("%d sequences", sequences)
}

// quickFile is a database in memory where the machine has such a file system: durability is not what is looked at here.
func quickFile(t *testing.T) string {
	was := dbtest.SQLite(t)
	dir, err := os.MkdirTemp("/dev/shm", "lede-")
	if err != nil {
		return was
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	text, err := os.ReadFile(was)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "paper.db")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// machine is one person's story, and what the model knows of it.
type machine struct {
	*room
	rt *rapid.T
	n  int

	id       int64
	state    string // "", invited, here, left
	roles    []staff.Role
	password string
	seed     string
	used     int64 // the last step of the app that was used
	codes    []string
	devices  []*ledetest.Device
	keyIDs   []int64
	gone     []*ledetest.Device
	links    map[string]staff.Kind // those that serve
	dead     []string              // links that serve no more
	browser  string
	mailed   string
	tokens   map[string]int64 // those that open, and their sessions
	closed   []string
}

func (m *machine) email() string { return fmt.Sprintf("p%d@paper.example", m.n) }

func (m *machine) want(err error, ok bool, what string) bool {
	m.rt.Helper()
	if (err == nil) != ok {
		m.rt.Fatalf("%s: %v, the model says %v (%+v)", what, err, ok, m.state)
	}
	return err == nil
}

// begin has most come before the story begins.
func (m *machine) begin() {
	m.links, m.tokens = map[string]staff.Kind{}, map[string]int64{}
	if rapid.IntRange(0, 3).Draw(m.rt, "come") > 0 {
		e := m.hire(m.email(), staff.Reporter)
		m.id, m.state, m.roles, m.password = e.Person.ID, "here", e.Person.Roles, good
		m.came(e)
	}
}

func (m *machine) step() {
	acts := []func(){m.invite, m.accept, m.signIn, m.signIn, m.mail, m.confirm, m.setApp, m.addKey, m.openKey, m.removeKey, m.leave, m.setRoles, m.renew, m.comeBack, m.comeBack, m.setPassword, m.signOut, m.again, m.replay, m.later}
	acts[rapid.IntRange(0, len(acts)-1).Draw(m.rt, "act")]()
}

func (m *machine) invite() {
	roles := []staff.Role{rapid.SampledFrom(staff.Roles()[1:]).Draw(m.rt, "role")}
	p, token, err := m.Staff.Invite(m.t.Context(), staff.Person{Email: m.email(), Name: "P", Roles: roles}, m.Now())
	if !m.want(err, m.state != "here", "invite") {
		return
	}
	m.endLinks()
	m.id, m.state, m.roles, m.links[token] = p.ID, "invited", roles, staff.Invitation
}

func (m *machine) endLinks() {
	for l := range m.links {
		m.dead = append(m.dead, l)
	}
	clear(m.links)
}

// link draws one that serves or one that does not.
func (m *machine) link() (string, staff.Kind) {
	all := slices.Clone(m.dead)
	for l := range m.links {
		all = append(all, l)
	}
	slices.Sort(all)
	all = append(all, "never-made-such-a-link")
	l := rapid.SampledFrom(all).Draw(m.rt, "link")
	return l, m.links[l]
}

func (m *machine) accept() {
	l, kind := m.link()
	e, err := m.Staff.Join(m.t.Context(), l, staff.Joining{Name: "P", Password: good}, m.Now())
	if m.want(err, kind == staff.Invitation && m.state == "invited", "accept") {
		m.state, m.password = "here", good
		m.endLinks()
		m.came(e)
	}
}

func (m *machine) came(e staff.Entry) { m.tokens[e.Token] = e.Session.ID }

func (m *machine) second() bool { return m.seed != "" || len(m.devices) > 0 }

// code draws a second factor and says whether it is good.
func (m *machine) code() (string, bool) {
	now := m.Now()
	switch rapid.IntRange(0, 3).Draw(m.rt, "code") {
	case 1:
		if m.seed != "" {
			return shows(m.t, m.seed, now), now.Unix()/30 > m.used
		}
	case 2:
		if len(m.codes) > 0 {
			return m.codes[0], true
		}
	case 3:
		return "zzzzz-zzzzz", false
	}
	return "", false
}

func (m *machine) spend(code string) {
	if len(m.codes) > 0 && code == m.codes[0] {
		m.codes = m.codes[1:]
	} else if code != "" && m.seed != "" {
		m.used = m.Now().Unix() / 30
	}
}

func (m *machine) signIn() {
	password := rapid.SampledFrom([]string{good, better, "wrong wrong wrong", ""}).Draw(m.rt, "password")
	code, right := m.code()
	e, err := m.Staff.SignIn(m.t.Context(), staff.Try{Email: m.email(), Password: password, Code: code}, m.Now())
	if errors.As(err, new(staff.Wait)) || errors.Is(err, staff.ErrNoCodes) {
		return
	}
	if m.want(err, m.state == "here" && m.password != "" && password == m.password && (right || !m.second()), "sign in") {
		if m.second() {
			m.spend(code)
		}
		m.came(e)
	}
}

func (m *machine) mail() {
	m.browser = m.ask(m.email())
	m.mailed = ""
	if mails := m.post(); len(mails) > 0 {
		if m.state != "here" {
			m.rt.Fatalf("mail goes to one who is %q", m.state)
		}
		m.mailed = linkIn.FindStringSubmatch(mails[len(mails)-1].Text)[1] // an asking from before the person came is answered now too
	}
}

func (m *machine) confirm() {
	browser := rapid.SampledFrom([]string{m.browser, "another"}).Draw(m.rt, "browser")
	code, right := m.code()
	e, err := m.Staff.Confirm(m.t.Context(), staff.Mailed{Browser: browser, Link: m.mailed, Second: code}, m.Now())
	if errors.Is(err, staff.ErrNoCodes) {
		return
	}
	if m.want(err, m.mailed != "" && browser == m.browser && m.state == "here" && (right || !m.second()), "confirm") {
		if m.second() {
			m.spend(code)
		}
		m.mailed = ""
		m.came(e)
	}
}

// inHand is somebody signed in, if the model knows one.
func (m *machine) inHand() (staff.Entry, bool) {
	for token := range m.tokens {
		p, se, err := m.Staff.Guest(m.t.Context(), token, m.Now())
		if err != nil {
			m.rt.Fatalf("a token of the model does not open: %v", err)
		}
		return staff.Entry{Token: token, Person: p, Session: se}, true
	}
	return staff.Entry{}, false
}

// only closes all sessions but that one.
func (m *machine) only(session int64) {
	for token, id := range m.tokens {
		if id != session {
			m.closed = append(m.closed, token)
			delete(m.tokens, token)
		}
	}
}

func (m *machine) setApp() {
	if e, in := m.inHand(); in {
		a, err := m.Staff.BeginApp(m.t.Context(), e.Person, m.Now())
		m.want(err, true, "begin the app")
		m.codes, err = m.Staff.FinishApp(m.t.Context(), e.Person, e.Session, a.State, shows(m.t, a.Secret, m.Now()), m.Now())
		m.want(err, true, "finish the app")
		m.seed, m.used = a.Secret, m.Now().Unix()/30
		m.only(e.Session.ID)
	}
}

func (m *machine) addKey() {
	if e, in := m.inHand(); in {
		d, codes := m.phone(e)
		if codes != nil {
			m.codes = codes
		}
		w, err := m.Staff.Ways(m.t.Context(), e.Person)
		m.want(err, true, "ways")
		m.devices, m.keyIDs = append(m.devices, d), append(m.keyIDs, w.Keys[len(w.Keys)-1].ID)
	}
}

func (m *machine) openKey() {
	all := append(slices.Clone(m.devices), m.gone...)
	if len(all) == 0 {
		return
	}
	i := rapid.IntRange(0, len(all)-1).Draw(m.rt, "device")
	e, err := m.openWith(all[i])
	if m.want(err, i < len(m.devices) && m.state == "here", "passkey") {
		m.came(e)
	}
}

func (m *machine) removeKey() {
	e, in := m.inHand()
	if !in || len(m.devices) == 0 {
		return
	}
	err := m.Staff.RemoveKey(m.t.Context(), e.Person, m.keyIDs[0], m.Now())
	if m.want(err, len(m.devices) > 1 || m.password != "", "remove a passkey") {
		m.gone = append(m.gone, m.devices[0])
		m.devices, m.keyIDs = m.devices[1:], m.keyIDs[1:]
		if !m.second() {
			m.codes = nil
		}
	}
}

func (m *machine) person() (staff.Person, bool) {
	if m.id == 0 {
		return staff.Person{}, false
	}
	p, err := m.Staff.Person(m.t.Context(), m.id)
	return p, m.want(err, true, "look at the person")
}

func (m *machine) leave() {
	if p, known := m.person(); known {
		m.want(m.Staff.Leave(m.t.Context(), p.ID, p.Version, m.Now()), true, "leave")
		m.state, m.password, m.seed, m.used, m.codes, m.mailed = "left", "", "", 0, nil, ""
		m.gone, m.devices, m.keyIDs = append(m.gone, m.devices...), nil, nil
		m.endLinks()
		m.only(0)
	}
}

func (m *machine) setRoles() {
	if p, known := m.person(); known {
		roles := []staff.Role{rapid.SampledFrom(staff.Roles()[1:]).Draw(m.rt, "new role")}
		if m.want(m.Staff.SetRoles(m.t.Context(), p.ID, p.Version, roles, m.Now()), m.state != "left", "give roles") {
			m.roles = roles
			m.only(0)
		}
	}
}

func (m *machine) renew() {
	l, token, err := m.Staff.Renew(m.t.Context(), m.email(), m.Now())
	if m.want(err, m.state == "here" || m.state == "invited", "renew") {
		m.endLinks()
		m.links[token] = l.Kind
	}
}

func (m *machine) comeBack() {
	l, kind := m.link()
	e, err := m.Staff.ComeBack(m.t.Context(), l, "", m.Now())
	if m.want(err, kind == staff.Return && m.state == "here", "come back") {
		m.endLinks()
		m.only(0)
		m.came(e)
	}
}

const better = "eleven herons sleep below the weir"

func (m *machine) setPassword() {
	if e, in := m.inHand(); in {
		m.want(m.Staff.SetPassword(m.t.Context(), e.Person, e.Session, better, m.Now()), true, "set the password")
		m.password = better
		m.only(e.Session.ID)
	}
}

func (m *machine) signOut() {
	if e, in := m.inHand(); in {
		m.want(m.Staff.SignOut(m.t.Context(), e.Person.ID, e.Session.ID, m.Now()), true, "sign out")
		m.closed = append(m.closed, e.Token)
		delete(m.tokens, e.Token)
	}
}

func (m *machine) again() {
	e, in := m.inHand()
	if !in || m.second() {
		return
	}
	again, err := m.Staff.ProveAgain(m.t.Context(), e.Person, e.Session, staff.Try{Password: good}, m.Now())
	if errors.As(err, new(staff.Wait)) {
		return
	}
	if m.want(err, m.password == good, "prove again") {
		m.closed = append(m.closed, e.Token)
		delete(m.tokens, e.Token)
		m.came(again)
	}
}

// replay tries a link that was mailed, spent or of another time, from the browser that asked.
func (m *machine) replay() {
	if m.mailed == "" {
		_, err := m.Staff.Confirm(m.t.Context(), staff.Mailed{Browser: m.browser, Code: "aaaaa-aaaaa"}, m.Now())
		m.want(err, false, "a guessed code")
	}
}

func (m *machine) later() {
	m.Pass(time.Duration(rapid.IntRange(1, 20).Draw(m.rt, "minutes")) * 31 * time.Second)
	if m.mailed != "" { // it may have ended meanwhile: ask the model no more of it
		m.mailed, m.browser = "", ""
	}
}

// compare looks at every token there ever was.
func (m *machine) compare() {
	for token := range m.tokens {
		p, in := m.in(token)
		if !in || p.ID != m.id || !slices.Equal(p.Roles, m.roles) {
			m.rt.Fatalf("a token of the model opens for %+v (%v), the model says %v", p, in, m.roles)
		}
	}
	for _, token := range append(m.closed, m.dead...) {
		if p, in := m.in(token); in {
			m.rt.Fatalf("a closed token opens for %+v", p)
		}
	}
	for _, l := range m.dead {
		if _, err := m.Staff.Look(m.t.Context(), l, m.Now()); !errors.Is(err, fault.NotFound) {
			m.rt.Fatalf("a dead link serves: %v", err)
		}
	}
}

// end takes the person out of the others' way.
func (m *machine) end() {
	m.leave()
	m.compare()
}
