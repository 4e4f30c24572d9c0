package staff

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// step is how long one code of an app lasts (RFC 6238); the one before and the one after are taken too.
const step = 30

var totpOptions = totp.ValidateOpts{Period: step, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

func codesOf(person int64) string { return fmt.Sprintf("codes of %d", person) }

// takeSecond takes the second factor of a person, if there is one.
func (s *Store) takeSecond(ctx context.Context, q db.Q, p Person, w ways, code string, now time.Time) error {
	if !w.second() {
		return nil
	}
	if code = plainCode(code); code == "" {
		if w.totp == "" {
			return ErrNeedsKey
		}
		return ErrNeedsCode
	}
	wrong, at, err := triedBefore(ctx, q, codesOf(p.ID), now)
	if err != nil {
		return err
	}
	if wrong >= codeTries && now.Sub(at) < forgotten {
		return ErrNoCodes
	}
	ok, err := s.takeCode(ctx, q, p, w, code, now)
	if err != nil {
		return err
	}
	if !ok {
		return ErrWrongCode
	}
	return forget(ctx, q, codesOf(p.ID))
}

// takeCode uses up a code of the app, or a recovery code.
func (s *Store) takeCode(ctx context.Context, q db.Q, p Person, w ways, code string, now time.Time) (bool, error) {
	if len(code) > 6 {
		res, err := q.ExecContext(ctx, `delete from recovery where person_id = $1 and hash = $2`, p.ID, s.recovery(p.ID, code))
		if err != nil {
			return false, err
		}
		n, err := res.RowsAffected()
		if n > 0 {
			err = audit.Add(ctx, q, now, "staff.recovery", "staff", p.ID, fmt.Sprintf("%s: one used, %d left", p.Name, w.codes-1))
		}
		return n > 0, err
	}
	if w.totp == "" {
		return false, nil
	}
	seed, err := s.key.Unseal(w.totp, seedOf(p.ID))
	if err != nil {
		return false, fmt.Errorf("the seed of person %d: %w", p.ID, err)
	}
	at, err := matching(string(seed), code, w.step, now)
	if err != nil || at == 0 {
		return false, err
	}
	_, err = q.ExecContext(ctx, `update person set totp_step = $2 where id = $1`, p.ID, at)
	return true, err
}

func seedOf(person int64) string { return fmt.Sprintf("totp %d", person) }

// matching is the step at which code is the app's, 0 if at none. One that is not after the last step used is used up.
func matching(seed, code string, last int64, now time.Time) (int64, error) {
	var found int64
	for at := now.Unix()/step - 1; at <= now.Unix()/step+1; at++ {
		right, err := totp.GenerateCodeCustom(seed, time.Unix(at*step, 0), totpOptions)
		if err != nil {
			return 0, err
		}
		if hmac.Equal([]byte(right), []byte(code)) && at > last {
			found = at
		}
	}
	return found, nil
}

// plainCode is a code as a machine wants it: without the spaces and hyphens that help the eye.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r > 127 {
			return -1
		}
		return r
	}, strings.ToLower(code))
}

// recovery is how a recovery code is kept.
func (s *Store) recovery(person int64, code string) string {
	return hex.EncodeToString(s.key.MAC("recovery", fmt.Append(nil, person, " "), []byte(code)))
}

// recoveryCodes are how many a person has at a time.
const recoveryCodes = 10

// readable are letters that nobody takes for others.
var readable = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz234567890").WithPadding(base32.NoPadding)

// randomCode is a code of n×5 bits, in groups of five characters.
func randomCode(groups int) string {
	b := make([]byte, (groups*25+7)/8)
	rand.Read(b)
	text := readable.EncodeToString(b)[:groups*5]
	parts := make([]string, groups)
	for i := range parts {
		parts[i] = text[i*5 : i*5+5]
	}
	return strings.Join(parts, "-")
}

// newRecovery gives a person new recovery codes in place of the old ones.
func (s *Store) newRecovery(ctx context.Context, q db.Q, person int64, codes []string) error {
	if _, err := q.ExecContext(ctx, `delete from recovery where person_id = $1`, person); err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := q.ExecContext(ctx, `insert into recovery (person_id, hash) values ($1, $2)`, person, s.recovery(person, plainCode(code))); err != nil {
			return err
		}
	}
	return nil
}

func tenCodes() []string {
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = randomCode(2)
	}
	return codes
}

// Recovery gives a person ten new recovery codes, shown this once; the old ones serve no more.
func (s *Store) Recovery(ctx context.Context, p Person, now time.Time) ([]string, error) {
	codes := tenCodes()
	return codes, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := s.newRecovery(ctx, q, p.ID, codes); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.recovery", "staff", p.ID, p.Name+": new codes")
	})
}

// App is the setting-up of an authenticator app. State comes back with the first code and holds the seed sealed.
type App struct {
	Secret string // to be typed where no camera is
	URI    string // what the QR code says
	State  string
}

// BeginApp makes a seed for the person's app. Nothing is kept until FinishApp.
func (s *Store) BeginApp(ctx context.Context, p Person, now time.Time) (App, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(s.paperName(ctx), ":", " "), AccountName: strings.ReplaceAll(p.Email, ":", " "), SecretSize: 20})
	if err != nil {
		return App{}, err
	}
	return s.app(p, k, now), nil
}

func (s *Store) app(p Person, k *otp.Key, now time.Time) App {
	return App{Secret: k.Secret(), URI: k.URL(), State: s.key.Seal(fmt.Appendf(nil, "%d %s", now.Unix(), k.URL()), "app of "+fmt.Sprint(p.ID))}
}

// ReadApp is the App of which state is, so that it can be shown again.
func (s *Store) ReadApp(p Person, state string, now time.Time) (App, error) {
	stale := fault.Invalid("This took too long. Begin again.")
	plain, err := s.key.Unseal(state, "app of "+fmt.Sprint(p.ID))
	if err != nil {
		return App{}, stale
	}
	var at int64
	var uri string
	if _, err := fmt.Sscanf(string(plain), "%d %s", &at, &uri); err != nil || now.Sub(time.Unix(at, 0)) > 30*time.Minute {
		return App{}, stale
	}
	k, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return App{}, stale
	}
	return App{Secret: k.Secret(), URI: uri, State: state}, nil
}

// FinishApp sets the app up, once it has shown a right code, and gives ten recovery codes, shown this once. A wrong code is a
// fault.Form. All other sessions end.
func (s *Store) FinishApp(ctx context.Context, p Person, se Session, state, code string, now time.Time) ([]string, error) {
	a, err := s.ReadApp(p, state, now)
	if err != nil {
		return nil, err
	}
	at, err := matching(a.Secret, plainCode(code), 0, now)
	if err != nil {
		return nil, err
	}
	if at == 0 {
		return nil, fault.Form{"code": "This is not the code that the app shows now. Look at the clock of the phone too."}
	}
	codes := tenCodes()
	return codes, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := q.ExecContext(ctx, `update person set totp = $2, totp_step = $3 where id = $1`, p.ID, s.key.Seal([]byte(a.Secret), seedOf(p.ID)), at); err != nil {
			return err
		}
		if err := s.newRecovery(ctx, q, p.ID, codes); err != nil {
			return err
		}
		if err := signOutOthers(ctx, q, p.ID, se.ID); err != nil {
			return err
		}
		return tell(ctx, q, now, "staff.app", p, "set up")
	})
}

// RemoveApp takes the app away; without a passkey the password alone is enough again.
func (s *Store) RemoveApp(ctx context.Context, p Person, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := q.ExecContext(ctx, `update person set totp = '', totp_step = 0 where id = $1`, p.ID); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `delete from recovery where person_id = $1 and not exists (select 1 from passkey where person_id = $1)`, p.ID); err != nil {
			return err
		}
		return tell(ctx, q, now, "staff.app", p, "removed")
	})
}
