package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Wait says that there were too many tries, and when the next one is taken. It is a person's to mend: by waiting, or with a passkey.
type Wait struct{ For time.Duration }

// Error says it in words.
func (w Wait) Error() string {
	return fmt.Sprintf("There were too many tries. Wait %s, or sign in with a passkey.", inWords(w.For))
}

func inWords(d time.Duration) string {
	if d > 90*time.Second {
		return fmt.Sprintf("%d minutes", (d+time.Minute-1)/time.Minute)
	}
	return fmt.Sprintf("%d seconds", max(1, (d+time.Second-1)/time.Second))
}

// Unwrap lets a Wait be found among what a person can mend.
func (w Wait) Unwrap() error { return fault.Invalid("%s", w.Error()) }

const (
	freeTries   = 5                // wrong passwords before one must wait
	longestWait = 15 * time.Minute // and never longer than this between two tries
	forgotten   = 24 * time.Hour   // tries older than this count no more
	alarming    = 10               // wrong passwords of which the person is told
	codeTries   = 10               // wrong codes in a day, for whoever has the password
	askTries    = 5                // mails in an hour to one address
)

// pause is how long to wait after so many wrong tries: 2, 4, 8 … seconds from the fifth on.
func pause(wrong int64) time.Duration {
	if wrong < freeTries {
		return 0
	}
	return min(longestWait, time.Second<<min(wrong-freeTries+1, 20))
}

// try counts a try at what before it is made, so that many at once are no way around, and says how many failed before it. Once
// too many have, it is a Wait and not counted. The same is done for what does not exist.
func try(ctx context.Context, q db.Q, what string, now time.Time) (int64, error) {
	times, at, err := triedBefore(ctx, q, what, now)
	if err != nil {
		return 0, err
	}
	if left := at.Add(pause(times)).Sub(now); left > 0 && times >= freeTries {
		return times, Wait{left}
	}
	return times, count(ctx, q, what, times+1, now)
}

// tryFew counts a try of which there may be few in a while; false when there were as many already.
func tryFew(ctx context.Context, q db.Q, what string, few int64, within time.Duration, now time.Time) (bool, error) {
	times, at, err := triedBefore(ctx, q, what, now)
	if err != nil {
		return false, err
	}
	if now.Sub(at) >= within {
		times = 0
	}
	if times >= few {
		return false, nil
	}
	return true, count(ctx, q, what, times+1, now)
}

func triedBefore(ctx context.Context, q db.Q, what string, now time.Time) (times int64, at time.Time, err error) {
	var us int64
	err = q.QueryRowContext(ctx, `select times, at from tried where what = $1`, what).Scan(&times, &us)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	if at = db.Time(us); now.Sub(at) > forgotten {
		times = 0
	}
	return times, at, err
}

func count(ctx context.Context, q db.Q, what string, times int64, now time.Time) error {
	if _, err := q.ExecContext(ctx, `delete from tried where at < $1`, db.Micros(now.Add(-forgotten))); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `insert into tried (what, times, at) values ($1, $2, $3) on conflict (what) do update set times = excluded.times, at = excluded.at`,
		what, times, db.Micros(now))
	return err
}

func forget(ctx context.Context, q db.Q, what string) error {
	_, err := q.ExecContext(ctx, `delete from tried where what = $1`, what)
	return err
}

// admit takes one try from that address, or is a Wait.
func (s *Store) admit(from netip.Addr, now time.Time) error {
	if d := s.crowd.Admit(from, now); d > 0 {
		return Wait{d}
	}
	return nil
}
