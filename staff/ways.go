package staff

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Ways are how a person can sign in, for the person to see.
type Ways struct {
	Password bool
	App      bool
	Codes    int // recovery codes left
	Keys     []Passkey
}

// Second tells whether a second factor is set up.
func (w Ways) Second() bool { return w.App || len(w.Keys) > 0 }

// Ways of a person.
func (s *Store) Ways(ctx context.Context, p Person) (Ways, error) {
	_, w, err := s.waysOf(ctx, s.db.Read(), p.Email)
	if err != nil {
		return Ways{}, err
	}
	out := Ways{Password: w.password != "", App: w.totp != "", Codes: w.codes}
	out.Keys, err = s.keys(ctx, p.ID)
	return out, err
}

// Alone are those here whose password alone lets them in.
func (s *Store) Alone(ctx context.Context) (map[int64]bool, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from person p where password <> '' and totp = '' and left_at is null
		and not exists (select 1 from passkey k where k.person_id = p.id)`)
	alone := map[int64]bool{}
	for _, id := range ids {
		alone[id] = true
	}
	return alone, err
}

func (s *Store) keys(ctx context.Context, person int64) ([]Passkey, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, name, added_at, used_at from passkey where person_id = $1 order by id`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Passkey
	for rows.Next() {
		var k Passkey
		var added int64
		var used sql.NullInt64
		if err := rows.Scan(&k.ID, &k.Name, &added, &used); err != nil {
			return nil, err
		}
		k.Added, k.Used = db.Time(added), timeOf(used)
		list = append(list, k)
	}
	return list, rows.Err()
}

// NameKey gives one of the person's passkeys a name.
func (s *Store) NameKey(ctx context.Context, p Person, key int64, name string) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update passkey set name = $3 where id = $1 and person_id = $2`, key, p.ID, keyName(name))
		return err
	})
}

// RemoveKey takes one of the person's passkeys away. The last way in stays: it is then a fault.Form.
func (s *Store) RemoveKey(ctx context.Context, p Person, key int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		res, err := q.ExecContext(ctx, `delete from passkey where id = $1 and person_id = $2`, key, p.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, w, err := s.waysOf(ctx, q, p.Email)
		if err != nil {
			return err
		}
		if w.keys == 0 && w.password == "" {
			return fault.Form{"passkey": "This passkey is your only way in. Add another one or choose a password first."}
		}
		if !w.second() {
			if _, err := q.ExecContext(ctx, `delete from recovery where person_id = $1`, p.ID); err != nil {
				return err
			}
		}
		return tell(ctx, q, now, "staff.passkey", p, "removed")
	})
}

// SetPassword gives the person another password, and ends all other sessions. What is wrong with it is a fault.Form.
func (s *Store) SetPassword(ctx context.Context, p Person, se Session, password string, now time.Time) error {
	_, w, err := s.waysOf(ctx, s.db.Read(), p.Email)
	if err != nil {
		return err
	}
	if err := mended(map[string]string{"password": checkPassword(password, w.second(), p.Name, p.Email, s.paperName(ctx))}); err != nil {
		return err
	}
	kept, err := s.kept(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := q.ExecContext(ctx, `update person set password = $2 where id = $1 and left_at is null`, p.ID, kept); err != nil {
			return err
		}
		if err := signOutOthers(ctx, q, p.ID, se.ID); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.password", "staff", p.ID, p.Name+": set")
	})
}

// RemovePassword leaves the person with passkeys alone. Without one it is a fault.Form.
func (s *Store) RemovePassword(ctx context.Context, p Person, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, w, err := s.waysOf(ctx, q, p.Email)
		if err != nil {
			return err
		}
		if w.keys == 0 {
			return fault.Form{"password": "The password is your only way in. Add a passkey first."}
		}
		if _, err := q.ExecContext(ctx, `update person set password = '' where id = $1`, p.ID); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.password", "staff", p.ID, p.Name+": removed")
	})
}

func isNoRow(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// isByline tells whether there is such a byline.
func isByline(ctx context.Context, q db.Q, id int64) bool {
	var n int
	err := q.QueryRowContext(ctx, `select count(*) from byline where id = $1 and into_id = 0`, id).Scan(&n)
	return err == nil && n == 1
}
