package paper

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Redirect leads from an address of the paper to where it stands now.
type Redirect struct {
	From   string
	To     string // a path, or an address elsewhere
	Since  time.Time
	ByHand bool // a person made it; the others the paper made as something moved, and keeps
}

// Redirects are those in which find stands, in either address, in alphabetical order after the given one: at most limit.
func (s *Store) Redirects(ctx context.Context, find, after string, limit int) ([]Redirect, error) {
	stands := `instr`
	if s.db.Kind() == db.Postgres {
		stands = `strpos`
	}
	rows, err := s.db.Read().QueryContext(ctx, `select path, moved_to, since, by_hand from address where moved_to <> '' and path > $1
		and (`+stands+`(path, $2) > 0 or `+stands+`(moved_to, $2) > 0) order by path limit $3`, after, strings.TrimSpace(find), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Redirect
	for rows.Next() {
		var r Redirect
		var since, hand int64
		if err := rows.Scan(&r.From, &r.To, &since, &hand); err != nil {
			return nil, err
		}
		r.Since, r.ByHand = db.Time(since), hand == 1
		list = append(list, r)
	}
	return list, rows.Err()
}

// Lead leads a path of the paper on to another address. What stands at the path keeps it: then it is a fault.Form.
func (s *Store) Lead(ctx context.Context, from, to string, now time.Time) error {
	from, to, err := checkRedirect(from, to)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := at(ctx, q, from); err == nil {
			return fault.Form{"from": "Something stands at this address. Change its own address, and it will lead on."}
		} else if !errors.Is(err, fault.NotFound) && !isMoved(err) {
			return err
		}
		if err := endless(ctx, q, from, to); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `insert into address (path, kind, of_id, moved_to, since, by_hand) values ($1, 'moved', 0, $2, $3, 1)
			on conflict (path) do update set moved_to = excluded.moved_to, since = excluded.since, by_hand = 1`, from, to, db.Micros(now))
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "redirect.set", "address", 0, from+" to "+to); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 1)
	})
}

// checkRedirect gives both addresses as they are kept.
func checkRedirect(from, to string) (string, string, error) {
	f := fault.Form{}
	old, err := url.Parse(Line(from))
	if err != nil || old.Scheme != "" && old.Host == "" || !strings.HasPrefix(old.Path, "/") || len(old.Path) > 500 {
		f["from"] = "The old address is a path of this paper, such as /2019/03/old-name."
	} else if old.RawQuery != "" {
		f["from"] = "What stands behind a ? cannot lead on: it is not part of an address here."
	} else if !mayLead(old.Path) {
		f["from"] = "The address " + old.Path + " is kept for the program."
	} else if from = strings.TrimRight(old.Path, "/"); from == "" {
		f["from"] = "The front page cannot lead elsewhere."
	}
	to = Line(to)
	if !IsPathOrWeb(to) {
		f["to"] = "The new address is a path such as /contact, or begins with https://."
	}
	return from, to, f.Err()
}

// ownFiles are the addresses with a point in them that the program answers; others, as /index.php, may lead on.
var ownFiles = []string{"favicon.ico", "robots.txt", "site.webmanifest", "sitemap.xml"}

func mayLead(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if strings.Contains(first, ".") {
		return !strings.HasPrefix(first, ".") && !slices.Contains(ownFiles, first)
	}
	return checkFree(path) == nil
}

// endless refuses a redirect that would lead back to where it began.
func endless(ctx context.Context, q db.Q, from, to string) error {
	for range 20 {
		if to == from {
			return fault.Form{"to": "This leads back to the old address."}
		}
		var moved fault.Moved
		_, err := at(ctx, q, to)
		if !errors.As(err, &moved) {
			if errors.Is(err, fault.NotFound) {
				return nil
			}
			return err
		}
		to = moved.To
	}
	return fault.Form{"to": "This leads on too often."}
}

// Unlead takes away a redirect that a person made. One that the paper made stays: an address given out is kept.
func (s *Store) Unlead(ctx context.Context, from string, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var to string
		var hand int64
		err := q.QueryRowContext(ctx, `select moved_to, by_hand from address where path = $1 and moved_to <> ''`, from).Scan(&to, &hand)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.NotFound
		}
		if err != nil {
			return err
		}
		if hand == 0 {
			return fault.Invalid("The paper made this redirect as something moved; it stays, so that old links go on working.")
		}
		if _, err := q.ExecContext(ctx, `delete from address where path = $1`, from); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "redirect.remove", "address", 0, from+" to "+to); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 1)
	})
}

// Readdress gives a thing another path; the former one leads to it from now on, and so does all that led there. A path that
// the thing once had it may have again.
func Readdress(ctx context.Context, q db.Q, from, to, kind string, id int64, now time.Time) error {
	var moved fault.Moved
	if _, err := at(ctx, q, to); errors.As(err, &moved) && moved.To == from {
		if _, err := q.ExecContext(ctx, `delete from address where path = $1`, to); err != nil {
			return err
		}
	}
	if err := Claim(ctx, q, to, kind, id, now); err != nil {
		return err
	}
	return Merge(ctx, q, from, to, now)
}

// Merge leads from, and all that led there, to another path.
func Merge(ctx context.Context, q db.Q, from, to string, now time.Time) error {
	if err := Move(ctx, q, from, to, now); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `update address set moved_to = $2 where moved_to = $1 and path <> $2`, from, to)
	return err
}
