package staff

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// PeopleChanged says that a person came, changed or left; its id is the person's.
const PeopleChanged = job.Event("staff.changed")

// personColumns are what scanPerson reads of person p, behind what the caller asks for first.
const personColumns = `p.id, p.version, p.email, p.name, p.roles, p.byline_id, p.lang, p.added_at, p.joined_at, p.left_at`

type row interface{ Scan(...any) error }

func scanPerson(r row, first ...any) (Person, error) {
	var p Person
	var roles string
	var added int64
	var joined, left sql.NullInt64
	if err := r.Scan(append(first, &p.ID, &p.Version, &p.Email, &p.Name, &roles, &p.Byline, &p.Lang, &added, &joined, &left)...); err != nil {
		return p, err
	}
	p.Added, p.Joined, p.Left = db.Time(added), timeOf(joined), timeOf(left)
	return p, json.Unmarshal([]byte(roles), &p.Roles)
}

func timeOf(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return db.Time(us.Int64)
}

// Person is the one of that id, also one who has left.
func (s *Store) Person(ctx context.Context, id int64) (Person, error) {
	return person(ctx, s.db.Read(), `p.id = $1`, id)
}

// PersonBy is the one of that e-mail address.
func (s *Store) PersonBy(ctx context.Context, email string) (Person, error) {
	return person(ctx, s.db.Read(), `p.email = $1`, Fold(email))
}

func person(ctx context.Context, q db.Q, where string, arg any) (Person, error) {
	p, err := scanPerson(q.QueryRowContext(ctx, `select `+personColumns+` from person p where `+where, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("person: %w", fault.NotFound)
	}
	return p, err
}

// People are all who were ever invited: those here by name, then the invited, then those who left.
func (s *Store) People(ctx context.Context) ([]Person, error) { return people(ctx, s.db.Read()) }

func people(ctx context.Context, q db.Q) ([]Person, error) {
	rows, err := q.QueryContext(ctx, `select `+personColumns+` from person p order by p.name, p.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Person
	for rows.Next() {
		p, err := scanPerson(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b Person) int { return a.place() - b.place() })
	return list, rows.Err()
}

func (p Person) place() int {
	switch {
	case p.Here():
		return 0
	case p.Invited():
		return 1
	}
	return 2
}

// Publishers are those here who may do everything.
func (s *Store) Publishers(ctx context.Context) ([]Person, error) {
	all, err := s.People(ctx)
	return slices.DeleteFunc(all, func(p Person) bool { return !p.Here() || !p.Has(Publisher) }), err
}

// Empty tells whether nobody has come yet.
func (s *Store) Empty(ctx context.Context) (bool, error) { return empty(ctx, s.db.Read()) }

func empty(ctx context.Context, q db.Q) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `select count(*) from person where joined_at is not null`).Scan(&n)
	return n == 0, err
}

// Invite asks somebody in, or back in. The link that comes back serves once, for seven days; an earlier one serves no longer.
// What is wrong with address, name or roles is a fault.Form.
func (s *Store) Invite(ctx context.Context, p Person, now time.Time) (Person, string, error) {
	p.Email, p.Name, p.Roles = Fold(p.Email), tidy(p.Name), slices.Clone(p.Roles)
	if err := mended(map[string]string{"email": checkEmail(p.Email), "name": checkName(p.Name), "roles": checkRoles(p.Roles)}); err != nil {
		return p, "", err
	}
	p.Roles = inOrder(p.Roles)
	token := secretBytes(16)
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		kept, err := s.invite(ctx, q, p, now)
		if err != nil {
			return err
		}
		p = kept
		if err := newLink(ctx, q, token, Invitation, p.ID, now); err != nil {
			return err
		}
		return tell(ctx, q, now, "staff.invite", p, rolesInWords(p.Roles))
	})
	return p, token, err
}

// invite keeps the person. One who is here already is not invited again.
func (s *Store) invite(ctx context.Context, q db.Q, p Person, now time.Time) (Person, error) {
	roles, err := json.Marshal(p.Roles)
	if err != nil {
		return p, err
	}
	was, err := person(ctx, q, `p.email = $1`, p.Email)
	switch {
	case errors.Is(err, fault.NotFound):
		p.ID, p.Version, p.Added, p.Joined, p.Left = db.NewID(), 1, now, time.Time{}, time.Time{}
		_, err = q.ExecContext(ctx, `insert into person (id, version, email, name, roles, byline_id, lang, handle, added_at) values ($1, 1, $2, $3, $4, $5, $6, $7, $8)`,
			p.ID, p.Email, p.Name, string(roles), p.Byline, p.Lang, secretBytes(32), db.Micros(now))
		return p, err
	case err != nil:
		return p, err
	case was.Here():
		return p, fault.Form{"email": was.Name + " is here already. Change the roles there."}
	}
	p.ID, p.Version, p.Byline, p.Added, p.Joined, p.Left = was.ID, was.Version+1, was.Byline, now, time.Time{}, time.Time{}
	_, err = q.ExecContext(ctx, `update person set version = version + 1, name = $2, roles = $3, added_at = $4, joined_at = null, left_at = null where id = $1`,
		p.ID, p.Name, string(roles), db.Micros(now))
	return p, err
}

// SetRoles gives the person these roles and no others, and ends the person's sessions. It is a fault.Conflict when somebody changed
// the person meanwhile, and a fault.Form when nobody would be publisher.
func (s *Store) SetRoles(ctx context.Context, id, version int64, roles []Role, now time.Time) error {
	if err := mended(map[string]string{"roles": checkRoles(roles)}); err != nil {
		return err
	}
	text, err := json.Marshal(inOrder(roles))
	if err != nil {
		return err
	}
	return s.change(ctx, id, version, func(ctx context.Context, q db.Q, p Person) error {
		if !p.Left.IsZero() {
			return fmt.Errorf("person: %w", fault.NotFound)
		}
		if _, err := q.ExecContext(ctx, `update person set roles = $2 where id = $1`, id, string(text)); err != nil {
			return err
		}
		if err := someoneMay(ctx, q, "roles"); err != nil {
			return err
		}
		if err := signOutOthers(ctx, q, id, 0); err != nil {
			return err
		}
		return tell(ctx, q, now, "staff.roles", p, rolesInWords(p.Roles)+" → "+rolesInWords(inOrder(roles)))
	})
}

// Leave lets a person go: every session, link and way to sign in is gone with the call; the byline and what was written stay.
func (s *Store) Leave(ctx context.Context, id, version int64, now time.Time) error {
	return s.change(ctx, id, version, func(ctx context.Context, q db.Q, p Person) error {
		if !p.Left.IsZero() {
			return nil
		}
		if _, err := q.ExecContext(ctx, `update person set left_at = $2, password = '', totp = '', totp_step = 0 where id = $1`, id, db.Micros(now)); err != nil {
			return err
		}
		if p.Here() {
			if err := someoneMay(ctx, q, "person"); err != nil {
				return err
			}
		}
		for _, of := range []string{`session`, `passkey`, `recovery`, `link`, `asking`} {
			if _, err := q.ExecContext(ctx, `delete from `+of+` where person_id = $1`, id); err != nil {
				return err
			}
		}
		return tell(ctx, q, now, "staff.leave", p, "")
	})
}

// Describe keeps how the person is called, printed and writes.
func (s *Store) Describe(ctx context.Context, p Person, now time.Time) error {
	p.Name, p.Lang = tidy(p.Name), tidy(p.Lang)
	if err := mended(map[string]string{"name": checkName(p.Name)}); err != nil {
		return err
	}
	return s.change(ctx, p.ID, p.Version, func(ctx context.Context, q db.Q, was Person) error {
		if p.Byline != 0 && !isByline(ctx, q, p.Byline) {
			return fault.Form{"byline": "There is no such byline."}
		}
		if _, err := q.ExecContext(ctx, `update person set name = $2, byline_id = $3, lang = $4 where id = $1`, p.ID, p.Name, p.Byline, p.Lang); err != nil {
			return err
		}
		if p.Name == was.Name && p.Byline == was.Byline {
			return nil
		}
		return tell(ctx, q, now, "staff.describe", p, "was "+was.Name)
	})
}

// change changes the person of that version, else it is a fault.Conflict.
func (s *Store) change(ctx context.Context, id, version int64, do func(context.Context, db.Q, Person) error) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		p, err := person(ctx, q, `p.id = $1`, id)
		if err != nil {
			return err
		}
		if p.Version != version {
			return fmt.Errorf("person %d: %w", id, fault.Conflict)
		}
		if _, err := q.ExecContext(ctx, `update person set version = version + 1 where id = $1`, id); err != nil {
			return err
		}
		return do(ctx, q, p)
	})
}

// someoneMay refuses what would leave the paper without a publisher who has come.
func someoneMay(ctx context.Context, q db.Q, field string) error {
	all, err := people(ctx, q)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(p Person) bool { return p.Here() && p.Has(Publisher) }) {
		return nil
	}
	return fault.Form{field: "Nobody would be publisher then. Make somebody else publisher first."}
}

// tell records in the audit log what was done to a person, and tells who listens.
func tell(ctx context.Context, q db.Q, now time.Time, act string, p Person, detail string) error {
	if err := audit.Add(ctx, q, now, act, "staff", p.ID, strings.TrimSuffix(p.Name+": "+detail, ": ")); err != nil {
		return err
	}
	return PeopleChanged.Add(ctx, q, p.ID)
}

func rolesInWords(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}
