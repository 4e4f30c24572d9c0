package ad

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// Advertiser is who pays.
type Advertiser struct {
	ID, Version int64
	Since       time.Time
	Name        string
	Address     string // where the invoice goes, several lines
	Tax         string // number, as an invoice wants it
	Note        string // for the staff
	Link        string // random, 26 letters: what their own page is found by
	Over        bool   // nothing more is sold to them
	Contacts    []Contact
}

// Contact is whom one speaks to.
type Contact struct {
	Name, Mail, Phone string
	About             string // "accounts", "mornings only"
}

// mostContacts bounds whom one speaks to at one advertiser.
const mostContacts = 20

func (a Advertiser) tidy() Advertiser {
	a.Name, a.Tax, a.Address, a.Note = paper.Line(a.Name), paper.Line(a.Tax), tidyText(a.Address), tidyText(a.Note)
	var contacts []Contact
	for _, c := range a.Contacts {
		c = Contact{paper.Line(c.Name), strings.TrimSpace(c.Mail), paper.Line(c.Phone), paper.Line(c.About)}
		if c != (Contact{}) {
			contacts = append(contacts, c)
		}
	}
	a.Contacts = contacts
	return a
}

// tidyText is a text of several lines without what nobody sees.
func tidyText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = paper.Line(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// check says field by field what is to be mended; of the second contact, "contact-1-mail".
func (a Advertiser) check() error {
	f := fault.Form{}
	if a.Name == "" {
		f["name"] = "Say what the advertiser is called."
	}
	for field, in := range map[string]struct {
		text string
		most int
	}{"name": {a.Name, 100}, "address": {a.Address, 500}, "tax": {a.Tax, 60}, "note": {a.Note, 4000}} {
		tooLong(f, field, in.text, in.most)
	}
	if len(a.Contacts) > mostContacts {
		f["contacts"] = fmt.Sprintf("Up to %d people can be listed.", mostContacts)
	}
	for i, c := range a.Contacts {
		c.check(f, fmt.Sprintf("contact-%d-", i))
	}
	return f.Err()
}

func (c Contact) check(f fault.Form, at string) {
	if c.Name == "" {
		f[at+"name"] = "Say who this is."
	}
	tooLong(f, at+"name", c.Name, 100)
	tooLong(f, at+"about", c.About, 200)
	if a, err := mail.ParseAddress(c.Mail); c.Mail != "" && (err != nil || a.Address != c.Mail || len(c.Mail) > 254) {
		f[at+"mail"] = "This is no e-mail address. One looks like june@bellamys.example."
	}
	if len(c.Phone) > 40 || strings.Trim(c.Phone, "0123456789 +-()/.ext") != "" {
		f[at+"phone"] = "A telephone number has digits, spaces and + - ( ) / alone."
	}
}

func tooLong(f fault.Form, field, text string, most int) {
	if n := utf8.RuneCountInString(text); n > most {
		f[field] = fmt.Sprintf("These are %d characters; there is room for %d.", n, most)
	}
}

// foldedName is a name as it is compared: without accents, capitals and double spaces.
func foldedName(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if r == '’' {
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.Join(strings.Fields(bare), " ")
}

// SaveAdvertiser keeps a new advertiser, or another version of one; it must be made from the version that stands, else it is
// fault.Conflict. What is to be mended is a fault.Form.
func (s *Store) SaveAdvertiser(ctx context.Context, a Advertiser, by int64, now time.Time) (Advertiser, error) {
	a = a.tidy()
	if err := a.check(); err != nil {
		return a, err
	}
	link := rand.Text()
	id := db.NewID()
	saved := a
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		saved = a
		all, err := advertisersIn(ctx, q)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(o Advertiser) bool { return o.ID != a.ID && foldedName(o.Name) == foldedName(a.Name) }); i >= 0 {
			return fault.Form{"name": "There is an advertiser of this name already: " + all[i].Name + "."}
		}
		if a.ID == 0 {
			saved.ID, saved.Since, saved.Link, saved.Version = id, db.Time(db.Micros(now)), link, 1
			return addAdvertiser(ctx, q, saved, now)
		}
		saved.Version++
		return changeAdvertiser(ctx, q, saved, now)
	})
	if err != nil {
		return a, err
	}
	return saved, nil
}

func addAdvertiser(ctx context.Context, q db.Q, a Advertiser, now time.Time) error {
	_, err := q.ExecContext(ctx, `insert into advertiser (id, version, at, name, address, tax, note, link, over) values ($1, 1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, db.Micros(now), a.Name, a.Address, a.Tax, a.Note, a.Link, bit(a.Over))
	if err != nil {
		return err
	}
	if err := setContacts(ctx, q, a); err != nil {
		return err
	}
	return audit.Add(ctx, q, now, "ad.buyer.add", "advertiser", a.ID, a.Name)
}

func changeAdvertiser(ctx context.Context, q db.Q, a Advertiser, now time.Time) error {
	done, err := q.ExecContext(ctx, `update advertiser set version = version + 1, name = $1, address = $2, tax = $3, note = $4, over = $5 where id = $6 and version = $7`,
		a.Name, a.Address, a.Tax, a.Note, bit(a.Over), a.ID, a.Version-1)
	if err := changed(done, err); err != nil {
		return err
	}
	if err := setContacts(ctx, q, a); err != nil {
		return err
	}
	return audit.Add(ctx, q, now, "ad.buyer.set", "advertiser", a.ID, a.Name)
}

func setContacts(ctx context.Context, q db.Q, a Advertiser) error {
	if _, err := q.ExecContext(ctx, `delete from contact where advertiser_id = $1`, a.ID); err != nil {
		return err
	}
	for i, c := range a.Contacts {
		_, err := q.ExecContext(ctx, `insert into contact (id, advertiser_id, name, mail, phone, about, place) values ($1, $2, $3, $4, $5, $6, $7)`,
			db.NewID(), a.ID, c.Name, c.Mail, c.Phone, c.About, i)
		if err != nil {
			return err
		}
	}
	return nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

const advertiserColumns = `select id, version, at, name, address, tax, note, link, over from advertiser`

func scanAdvertiser(row interface{ Scan(...any) error }) (Advertiser, error) {
	var a Advertiser
	var at int64
	var over int
	err := row.Scan(&a.ID, &a.Version, &at, &a.Name, &a.Address, &a.Tax, &a.Note, &a.Link, &over)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.NotFound
	}
	a.Since, a.Over = db.Time(at), over != 0
	return a, err
}

// Advertiser is one of them, with whom one speaks to.
func (s *Store) Advertiser(ctx context.Context, id int64) (Advertiser, error) {
	a, err := scanAdvertiser(s.db.Read().QueryRowContext(ctx, advertiserColumns+` where id = $1`, id))
	if err != nil {
		return a, err
	}
	rows, err := s.db.Read().QueryContext(ctx, `select name, mail, phone, about from contact where advertiser_id = $1 order by place`, id)
	if err != nil {
		return a, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Contact
		if err := rows.Scan(&c.Name, &c.Mail, &c.Phone, &c.About); err != nil {
			return a, err
		}
		a.Contacts = append(a.Contacts, c)
	}
	return a, rows.Err()
}

// Advertisers are those whose name holds find, all for ""; by name, without whom one speaks to.
func (s *Store) Advertisers(ctx context.Context, find string) ([]Advertiser, error) {
	all, err := advertisersIn(ctx, s.db.Read())
	find = foldedName(find)
	return slices.DeleteFunc(all, func(a Advertiser) bool { return !strings.Contains(foldedName(a.Name), find) }), err
}

// AdvertiserNamed is the one of that name, without regard to capitals and accents; fault.NotFound without one.
func (s *Store) AdvertiserNamed(ctx context.Context, name string) (Advertiser, error) {
	all, err := advertisersIn(ctx, s.db.Read())
	if err != nil {
		return Advertiser{}, err
	}
	for _, a := range all {
		if foldedName(a.Name) == foldedName(name) {
			return s.Advertiser(ctx, a.ID)
		}
	}
	return Advertiser{}, fault.NotFound
}

func advertisersIn(ctx context.Context, q db.Q) ([]Advertiser, error) {
	rows, err := q.QueryContext(ctx, advertiserColumns)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Advertiser
	for rows.Next() {
		a, err := scanAdvertiser(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b Advertiser) int { return cmp.Compare(foldedName(a.Name), foldedName(b.Name)) })
	return all, rows.Err()
}

// Order is what an advertiser and the paper agreed.
type Order struct {
	ID, Version int64
	Made        time.Time
	By          int64
	Changed     time.Time
	Number      string // "2026-118", given once
	Advertiser  int64
	Stage       Stage // never Paused
	Booked      time.Time
	BookedBy    int64
	Reference   string // the advertiser's own number
	Terms       string // what was agreed beside the bookings, for the confirmation
	Note        string // for the staff
}

func (o Order) check() error {
	f := fault.Form{}
	tooLong(f, "reference", o.Reference, 100)
	tooLong(f, "terms", o.Terms, 4000)
	tooLong(f, "note", o.Note, 4000)
	return f.Err()
}

// SaveOrder makes an order of an advertiser, a draft with the next number of the year, or keeps its reference, terms and note; they
// must be made from the version that stands, else it is fault.Conflict.
func (s *Store) SaveOrder(ctx context.Context, o Order, by int64, now time.Time) (Order, error) {
	o.Reference, o.Terms, o.Note = paper.Line(o.Reference), tidyText(o.Terms), tidyText(o.Note)
	if err := o.check(); err != nil {
		return o, err
	}
	id := db.NewID()
	saved := o
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if o.ID == 0 {
			saved, err = addOrder(ctx, q, o, id, by, now)
			return err
		}
		done, err := q.ExecContext(ctx, `update ad_order set version = version + 1, changed_at = $1, reference = $2, terms = $3, note = $4 where id = $5 and version = $6`,
			db.Micros(now), o.Reference, o.Terms, o.Note, o.ID, o.Version)
		if err := changed(done, err); err != nil {
			return err
		}
		if saved, err = orderIn(ctx, q, o.ID); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "ad.order.set", "order", o.ID, saved.Number)
	})
	if err != nil {
		return o, err
	}
	return saved, nil
}

func addOrder(ctx context.Context, q db.Q, o Order, id, by int64, now time.Time) (Order, error) {
	buyer, err := scanAdvertiser(q.QueryRowContext(ctx, advertiserColumns+` where id = $1`, o.Advertiser))
	if errors.Is(err, fault.NotFound) {
		return o, fault.Form{"advertiser": "Say who the order is for."}
	}
	if err != nil {
		return o, err
	}
	if buyer.Over {
		return o, fault.Form{"advertiser": "Nothing more is sold to " + buyer.Name + ". Change that on their page first."}
	}
	o.ID, o.Version, o.By, o.Stage = id, 1, by, Draft
	o.Made, o.Changed = db.Time(db.Micros(now)), db.Time(db.Micros(now))
	if o.Number, err = nextNumber(ctx, q, now); err != nil {
		return o, err
	}
	_, err = q.ExecContext(ctx, `insert into ad_order (id, version, at, by_id, changed_at, number, advertiser_id, stage, reference, terms, note)
		values ($1, 1, $2, $3, $2, $4, $5, $6, $7, $8, $9)`, o.ID, db.Micros(now), by, o.Number, o.Advertiser, o.Stage, o.Reference, o.Terms, o.Note)
	if err != nil {
		return o, err
	}
	return o, audit.Add(ctx, q, now, "ad.order.add", "order", o.ID, o.Number+" for "+buyer.Name)
}

// nextNumber counts the orders of a year by the paper's clock: "2026-1", "2026-2".
func nextNumber(ctx context.Context, q db.Q, now time.Time) (string, error) {
	p, err := paper.Within(ctx, q)
	if err != nil {
		return "", err
	}
	year := strconv.Itoa(now.In(p.Clock()).Year())
	rows, err := q.QueryContext(ctx, `select number from ad_order where at > $1`, db.Micros(now.AddDate(-1, 0, -7)))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	last := 0
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			return "", err
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(number, year+"-")); err == nil {
			last = max(last, n)
		}
	}
	return fmt.Sprintf("%s-%d", year, last+1), rows.Err()
}

const orderColumns = `select id, version, at, by_id, changed_at, number, advertiser_id, stage, booked_at, booked_by, reference, terms, note from ad_order`

func scanOrder(row interface{ Scan(...any) error }) (Order, error) {
	var o Order
	var at, changedAt int64
	var booked sql.NullInt64
	err := row.Scan(&o.ID, &o.Version, &at, &o.By, &changedAt, &o.Number, &o.Advertiser, &o.Stage, &booked, &o.BookedBy, &o.Reference, &o.Terms, &o.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return o, fault.NotFound
	}
	o.Made, o.Changed = db.Time(at), db.Time(changedAt)
	if booked.Valid {
		o.Booked = db.Time(booked.Int64)
	}
	return o, err
}

func orderIn(ctx context.Context, q db.Q, id int64) (Order, error) {
	return scanOrder(q.QueryRowContext(ctx, orderColumns+` where id = $1`, id))
}

// Order is one of them.
func (s *Store) Order(ctx context.Context, id int64) (Order, error) {
	return orderIn(ctx, s.db.Read(), id)
}

// OrderFilter chooses orders; what is empty leaves none out.
type OrderFilter struct {
	Advertiser int64
	Stage      Stage
	Limit      int // 0 for all
}

// Orders are those that f chooses, the newest first.
func (s *Store) Orders(ctx context.Context, f OrderFilter) ([]Order, error) {
	rows, err := s.db.Read().QueryContext(ctx, orderColumns+` where (cast($1 as bigint) = 0 or advertiser_id = $1) and (cast($2 as text) = '' or stage = $2)
		order by at desc, id desc limit $3`, f.Advertiser, f.Stage, cmp.Or(f.Limit, 1_000_000))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Order
	for rows.Next() {
		o, err := scanOrder(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, rows.Err()
}
