package reader

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/crowd"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/secret"
	"lede/paper"
)

// Store keeps readers.
type Store struct {
	db     *db.DB
	key    *secret.Key
	mail   *mail.Box
	papers *paper.Store
	crowd  *crowd.Crowd
}

// NewStore keeps readers in d, their addresses under key; letters go through box.
func NewStore(d *db.DB, key *secret.Key, box *mail.Box, papers *paper.Store) *Store {
	return &Store{db: d, key: key, mail: box, papers: papers, crowd: crowd.New()}
}

// mark is a keyed digest of an address, by which it is found.
func (s *Store) mark(address string) string {
	return hex.EncodeToString(s.key.MAC("reader mail", []byte(strings.ToLower(address)))[:16])
}

func sealedAs(id int64) string { return fmt.Sprintf("reader %d", id) }

const columns = `r.id, r.version, r.name, r.sealed, r.lang, r.joined_at`

// scan reads a reader, and more before it.
func (s *Store) scan(row interface{ Scan(...any) error }, more ...any) (Reader, error) {
	var r Reader
	var sealed string
	var joined int64
	err := row.Scan(append(more, &r.ID, &r.Version, &r.Name, &sealed, &r.Lang, &joined)...)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("reader: %w", fault.NotFound)
	}
	if err != nil {
		return r, err
	}
	address, err := s.key.Unseal(sealed, sealedAs(r.ID))
	r.Mail, r.Joined = string(address), db.Time(joined)
	return r, err
}

// Get is the reader of an id; fault.NotFound if there is none.
func (s *Store) Get(ctx context.Context, id int64) (Reader, error) {
	return s.scan(s.db.Read().QueryRowContext(ctx, `select `+columns+` from reader r where r.id = $1`, id))
}

// ByMail is the reader of an address; fault.NotFound if there is none.
func (s *Store) ByMail(ctx context.Context, address string) (Reader, error) {
	return s.byMail(ctx, s.db.Read(), address)
}

func (s *Store) byMail(ctx context.Context, q db.Q, address string) (Reader, error) {
	return s.scan(q.QueryRowContext(ctx, `select `+columns+` from reader r where r.mail = $1`, s.mark(strings.TrimSpace(address))))
}

// Address is the address of an account; "" if there is none.
func (s *Store) Address(ctx context.Context, q db.Q, id int64) (string, error) {
	r, err := s.scan(q.QueryRowContext(ctx, `select `+columns+` from reader r where r.id = $1`, id))
	if errors.Is(err, fault.NotFound) {
		return "", nil
	}
	return r.Mail, err
}

// join makes an account for a proved address.
func (s *Store) join(ctx context.Context, q db.Q, address, lang string, now time.Time) (Reader, error) {
	r := Reader{ID: db.NewID(), Version: 1, Mail: address, Lang: lang, Joined: now}
	_, err := q.ExecContext(ctx, `insert into reader (id, version, name, mail, sealed, lang, joined_at) values ($1, $2, '', $3, $4, $5, $6)`,
		r.ID, r.Version, s.mark(address), s.key.Seal([]byte(address), sealedAs(r.ID)), lang, db.Micros(now))
	return r, err
}

// SetName gives a reader another name, which must be one line; it must be made from the version that stands, else it is fault.Conflict.
// Whether the paper keeps the name for itself the caller asks.
func (s *Store) SetName(ctx context.Context, id, version int64, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		res, err := q.ExecContext(ctx, `update reader set name = $3, version = version + 1 where id = $1 and version = $2`, id, version, name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("reader %d: %w", id, fault.Conflict))
		}
		return nil
	})
}

// Delete takes away all that is kept of an account, and of what was mailed to its address; what it wrote stands elsewhere. One that
// is not there is gone already.
func (s *Store) Delete(ctx context.Context, id int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var mark string
		err := q.QueryRowContext(ctx, `select mail from reader where id = $1`, id).Scan(&mark)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `delete from reader_link where mail = $1 or reader_id = $2`, mark, id); err != nil {
			return err
		}
		for _, of := range []string{`delete from reader_session where reader_id = $1`, `delete from reader where id = $1`} {
			if _, err := q.ExecContext(ctx, of, id); err != nil {
				return err
			}
		}
		return audit.Add(ctx, q, now, "reader.delete", "reader", id, "")
	})
}

// Forget takes away what was mailed to an address.
func (s *Store) Forget(ctx context.Context, address string) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from reader_link where mail = $1`, s.mark(address))
		return err
	})
}

// All gives every reader who has an account to take.
func (s *Store) All(ctx context.Context, take func(Reader)) error {
	rows, err := s.db.Read().QueryContext(ctx, `select `+columns+` from reader r`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := s.scan(rows)
		if err != nil {
			return err
		}
		take(r)
	}
	return rows.Err()
}
