package staff_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/ledetest"
	"lede/staff"
)

// room is a paper on whose staff somebody tries things.
type room struct {
	*ledetest.Paper
	t testing.TB
}

const good = "seven herons cross the weir"

func open(t testing.TB, d *db.DB) *room {
	r := &room{ledetest.Open(t, d), t}
	r.Staff.Cheapen()
	return r
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// found sets the paper up with its first publisher.
func (r *room) found() staff.Entry {
	r.t.Helper()
	token, err := r.Staff.SetUp(r.t.Context(), r.Now())
	r.must(err)
	e, err := r.Staff.Join(r.t.Context(), token, staff.Joining{Name: "Mara Lindqvist", Email: "Mara@Paper.example ", Password: good, Device: "a test"}, r.Now())
	r.must(err)
	return e
}

// hire has somebody come with a password.
func (r *room) hire(email string, roles ...staff.Role) staff.Entry {
	r.t.Helper()
	_, token, err := r.Staff.Invite(r.t.Context(), staff.Person{Email: email, Name: "Jonas Weber", Roles: roles}, r.Now())
	r.must(err)
	e, err := r.Staff.Join(r.t.Context(), token, staff.Joining{Name: "Jonas Weber", Password: good}, r.Now())
	r.must(err)
	return e
}

func (r *room) signIn(email, password, code string) (staff.Entry, error) {
	return r.Staff.SignIn(r.t.Context(), staff.Try{Email: email, Password: password, Code: code, Device: "a test"}, r.Now())
}

// in tells whether a token opens the newsroom, and for whom.
func (r *room) in(token string) (staff.Person, bool) {
	r.t.Helper()
	p, _, err := r.Staff.Guest(r.t.Context(), token, r.Now())
	if err != nil && !errors.Is(err, fault.NotFound) {
		r.t.Fatal(err)
	}
	return p, err == nil
}

// post answers all who asked and reads the mail that came of it, oldest first, which goes then.
func (r *room) post() []mail.Message {
	r.t.Helper()
	for _, id := range r.ids(`select id from asking where link is null`) {
		r.must(r.Staff.Answer(r.t.Context(), id, r.Now()))
	}
	var all []mail.Message
	for _, id := range r.ids(`select id from mail order by id`) {
		var sealed string
		r.must(r.DB.Read().QueryRowContext(r.t.Context(), `select sealed from mail where id = $1`, id).Scan(&sealed))
		plain, err := r.Secret.Unseal(sealed, "mail "+itoa(id))
		r.must(err)
		var m mail.Message
		r.must(json.Unmarshal(plain, &m))
		all = append(all, m)
		r.must(r.Mail.Deliver(r.t.Context(), id)) // to the log, which is discarded
	}
	return all
}

func itoa(id int64) string { b, _ := json.Marshal(id); return string(b) }

func (r *room) ids(query string) []int64 {
	r.t.Helper()
	rows, err := r.DB.Read().QueryContext(r.t.Context(), query)
	r.must(err)
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		r.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	r.must(rows.Err())
	return ids
}

var (
	linkIn = regexp.MustCompile(`/newsroom/sign-in/([A-Za-z0-9_-]{22})`)
	codeIn = regexp.MustCompile(`[a-z0-9]{5}-[a-z0-9]{5}`)
)

// app is an authenticator app, set up.
type app struct {
	secret string
	codes  []string
}

func (r *room) app(e staff.Entry) app {
	r.t.Helper()
	a, err := r.Staff.BeginApp(r.t.Context(), e.Person, r.Now())
	r.must(err)
	codes, err := r.Staff.FinishApp(r.t.Context(), e.Person, e.Session, a.State, shows(r.t, a.Secret, r.Now()), r.Now())
	r.must(err)
	r.Pass(31 * time.Second) // so that the app shows another code
	return app{a.Secret, codes}
}

func shows(t testing.TB, secret string, now time.Time) string {
	code, err := totp.GenerateCode(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

var here = staff.Party{Host: "localhost", Origin: "http://localhost:8080", Name: "The Narrows"}

// phone gives a person a passkey.
func (r *room) phone(e staff.Entry) (*ledetest.Device, []string) {
	r.t.Helper()
	q, err := r.Staff.BeginKey(r.t.Context(), here, e.Person, r.Now())
	r.must(err)
	d := ledetest.NewDevice(r.t, here.Origin, here.Host)
	codes, err := r.Staff.FinishKey(r.t.Context(), here, e.Person, q.State, d.Make(q.Options), "Mara’s phone", r.Now())
	r.must(err)
	return d, codes
}

func (r *room) openWith(d *ledetest.Device) (staff.Entry, error) {
	r.t.Helper()
	q, err := r.Staff.BeginOpen(here, r.Now())
	r.must(err)
	return r.Staff.Open(r.t.Context(), here, q.State, d.Open(q.Options), "a test", r.Now())
}
