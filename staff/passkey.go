package staff

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Passkeys are those of WebAuthn Level 3: kept by the person's device, found without a name, and checked by finger, face or PIN.
// What is asked of a browser is carried by the browser itself, sealed, and serves once.

// Party is whom passkeys are for: the paper at its address, or localhost.
type Party struct {
	Host   string // "example.org"
	Origin string // "https://example.org"
	Name   string
}

// Passkey is one of a person's, as it is listed.
type Passkey struct {
	ID    int64
	Name  string
	Added time.Time
	Used  time.Time // zero until it was used
}

// Question is what a browser is asked to do with a passkey: Options is for navigator.credentials, State comes back with the answer.
type Question struct {
	Options any    `json:"options"`
	State   string `json:"state"`
}

// NewKey is a passkey made and proven, not yet anybody's.
type NewKey struct {
	handle     string
	credential webauthn.Credential
	name       string
	challenge  string
}

var (
	errNoKey    = fault.Invalid("This passkey is not known here. Sign in with a password or a link, or with another passkey.")
	errStaleKey = fault.Invalid("This took too long, or the page was open twice. Try the passkey once more.")
)

func (p Party) relying() (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{RPID: p.Host, RPDisplayName: p.Name, RPOrigins: []string{p.Origin}, AttestationPreference: protocol.PreferNoAttestation})
	if err != nil {
		return nil, fault.Invalid("Passkeys need the paper's address, or localhost: %v.", err)
	}
	return w, nil
}

// holder is somebody to package webauthn.
type holder struct {
	handle, email, name string
	keys                []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.handle) }
func (h holder) WebAuthnName() string                       { return h.email }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// asked is what is sealed while a browser works on a question.
type asked struct {
	Session webauthn.SessionData
	At      time.Time
	For     string
}

const answerWithin = 5 * time.Minute

func (s *Store) sealQuestion(options any, data *webauthn.SessionData, use string, now time.Time) (Question, error) {
	data.Expires = time.Time{} // the time is kept in At, by the paper's clock
	text, err := json.Marshal(asked{*data, now, use})
	if err != nil {
		return Question{}, err
	}
	return Question{Options: options, State: s.key.Seal(text, "passkey")}, nil
}

func (s *Store) openQuestion(state, use string, now time.Time) (webauthn.SessionData, error) {
	var a asked
	text, err := s.key.Unseal(state, "passkey")
	if err != nil || json.Unmarshal(text, &a) != nil || a.For != use || now.Sub(a.At) > answerWithin || a.At.After(now.Add(time.Minute)) {
		return a.Session, errStaleKey
	}
	return a.Session, nil
}

// once uses a question up; the second answer to it is refused.
func once(ctx context.Context, q db.Q, challenge string, now time.Time) error {
	res, err := q.ExecContext(ctx, `insert into spent (what, ends_at) values ($1, $2) on conflict (what) do nothing`, hashed(challenge), db.Micros(now.Add(2*answerWithin)))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errStaleKey
	}
	return nil
}

const (
	toJoin = "join"
	toAdd  = "add"
	toOpen = "open"
)

// BeginJoin asks for a passkey of somebody who follows a setup link or an invitation.
func (s *Store) BeginJoin(ctx context.Context, p Party, token, email, name string, now time.Time) (Question, error) {
	l, err := s.Look(ctx, token, now)
	if err != nil {
		return Question{}, err
	}
	if l.Kind != Setup {
		email = l.Person.Email
	}
	if err := mended(map[string]string{"email": checkEmail(Fold(email)), "name": checkName(tidy(name))}); err != nil {
		return Question{}, err
	}
	return s.beginKey(p, holder{handle: secretBytes(32), email: Fold(email), name: tidy(name)}, toJoin+hashed(token), now)
}

// FinishJoin takes the passkey made for BeginJoin; Join then signs its owner in.
func (s *Store) FinishJoin(p Party, token, state string, answer []byte, device string, now time.Time) (*NewKey, error) {
	return s.finishKey(p, toJoin+hashed(token), state, answer, device, now)
}

func (s *Store) beginKey(p Party, h holder, use string, now time.Time) (Question, error) {
	w, err := p.relying()
	if err != nil {
		return Question{}, err
	}
	options, data, err := w.BeginRegistration(h, webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementRequired),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}),
		webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return Question{}, err
	}
	return s.sealQuestion(options.Response, data, use, now)
}

func (s *Store) finishKey(p Party, use, state string, answer []byte, device string, now time.Time) (*NewKey, error) {
	data, err := s.openQuestion(state, use, now)
	if err != nil {
		return nil, err
	}
	w, err := p.relying()
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, errStaleKey
	}
	credential, err := w.CreateCredential(holder{handle: string(data.UserID)}, data, parsed)
	if err != nil {
		return nil, fault.Invalid("The passkey could not be checked. Try once more, or choose a password.")
	}
	return &NewKey{handle: string(data.UserID), credential: *credential, name: device, challenge: data.Challenge}, nil
}

// add keeps the passkey as the person's.
func (k *NewKey) add(ctx context.Context, q db.Q, person int64, now time.Time) error {
	if err := once(ctx, q, k.challenge, now); err != nil {
		return err
	}
	record, err := json.Marshal(k.credential)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `insert into passkey (id, person_id, credential, record, name, added_at) values ($1, $2, $3, $4, $5, $6)`,
		db.NewID(), person, credentialID(k.credential.ID), string(record), k.name, db.Micros(now))
	return err
}

func credentialID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// BeginKey asks for one more passkey of a person.
func (s *Store) BeginKey(ctx context.Context, p Party, who Person, now time.Time) (Question, error) {
	h, err := holderOf(ctx, s.db.Read(), `p.id = $1`, who.ID)
	if err != nil {
		return Question{}, err
	}
	return s.beginKey(p, h, toAdd+fmt.Sprint(who.ID), now)
}

// FinishKey keeps the passkey that BeginKey asked for. With the first of a person who has no app come ten recovery codes, shown this once.
func (s *Store) FinishKey(ctx context.Context, p Party, who Person, state string, answer []byte, name string, now time.Time) ([]string, error) {
	k, err := s.finishKey(p, toAdd+fmt.Sprint(who.ID), state, answer, keyName(name), now)
	if err != nil {
		return nil, err
	}
	fresh := tenCodes()
	var codes []string
	return codes, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		codes = nil
		_, w, err := s.waysOf(ctx, q, who.Email)
		if err != nil {
			return err
		}
		if err := k.add(ctx, q, who.ID, now); err != nil {
			return err
		}
		if w.codes == 0 {
			if err := s.newRecovery(ctx, q, who.ID, fresh); err != nil {
				return err
			}
			codes = fresh
		}
		return tell(ctx, q, now, "staff.passkey", who, "added "+k.name)
	})
}

// keyName is a passkey's name as it is kept.
func keyName(name string) string {
	name = tidy(name)
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60])
	}
	if name == "" {
		return "a passkey"
	}
	return name
}

// BeginOpen asks whoever comes for a passkey, without a name.
func (s *Store) BeginOpen(p Party, now time.Time) (Question, error) {
	w, err := p.relying()
	if err != nil {
		return Question{}, err
	}
	options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Question{}, err
	}
	return s.sealQuestion(options.Response, data, toOpen, now)
}

// opened is whose passkey answered, and the passkey as it is to be kept from now on.
type opened struct {
	holder     holder
	credential webauthn.Credential
	challenge  string
}

// open finds out whose passkey answered.
func (s *Store) open(ctx context.Context, p Party, state string, answer []byte, now time.Time) (opened, error) {
	var o opened
	data, err := s.openQuestion(state, toOpen, now)
	if err != nil {
		return o, err
	}
	w, err := p.relying()
	if err != nil {
		return o, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return o, errNoKey
	}
	var broken error
	_, credential, err := w.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		o.holder, broken = holderOf(ctx, s.db.Read(), `p.left_at is null and p.joined_at is not null and p.handle = $1`, string(handle))
		return o.holder, broken
	}, data, parsed)
	if broken != nil && !isNobody(broken) {
		return o, broken
	}
	if err != nil || credential.Authenticator.CloneWarning {
		return o, errNoKey
	}
	o.credential, o.challenge = *credential, data.Challenge
	return o, nil
}

// use notes that the passkey was used, and tells whose it is. One that was removed meanwhile opens nothing.
func (o opened) use(ctx context.Context, q db.Q, now time.Time) (Person, error) {
	if err := once(ctx, q, o.challenge, now); err != nil {
		return Person{}, err
	}
	record, err := json.Marshal(o.credential)
	if err != nil {
		return Person{}, err
	}
	res, err := q.ExecContext(ctx, `update passkey set record = $2, used_at = $3 where credential = $1 and person_id in
		(select id from person where handle = $4 and left_at is null)`, credentialID(o.credential.ID), string(record), db.Micros(now), o.holder.handle)
	if err != nil {
		return Person{}, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return Person{}, errNoKey
	}
	return person(ctx, q, `p.handle = $1`, o.holder.handle)
}

// Open signs in whoever's passkey answered the question. Wrong passwords, however many, do not stand in its way.
func (s *Store) Open(ctx context.Context, p Party, state string, answer []byte, device string, now time.Time) (Entry, error) {
	o, err := s.open(ctx, p, state, answer, now)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		who, err := o.use(ctx, q, now)
		if err != nil {
			return err
		}
		if e, err = begin(ctx, q, who, device, now); err != nil {
			return err
		}
		if err := forget(ctx, q, s.account(who.Email)); err != nil {
			return err
		}
		ctx = audit.As(ctx, audit.Actor{ID: who.ID, Name: who.Name})
		return audit.Add(ctx, q, now, "staff.signin", "staff", who.ID, "with a passkey, "+device)
	})
	return e, err
}

// OpenAgain proves with a passkey that it is still the same person. The session gets another token.
func (s *Store) OpenAgain(ctx context.Context, p Party, who Person, se Session, state string, answer []byte, now time.Time) (Entry, error) {
	o, err := s.open(ctx, p, state, answer, now)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		same, err := o.use(ctx, q, now)
		if err != nil {
			return err
		}
		if same.ID != who.ID {
			return errNoKey
		}
		e, err = renew(ctx, q, same, se, now)
		return err
	})
	return e, err
}

func holderOf(ctx context.Context, q db.Q, where string, arg any) (holder, error) {
	var h holder
	var id int64
	err := q.QueryRowContext(ctx, `select p.id, p.handle, p.email, p.name from person p where `+where, arg).Scan(&id, &h.handle, &h.email, &h.name)
	if isNoRow(err) {
		return h, fmt.Errorf("person: %w", fault.NotFound)
	}
	if err != nil {
		return h, err
	}
	rows, err := q.QueryContext(ctx, `select record from passkey where person_id = $1 order by id`, id)
	if err != nil {
		return h, err
	}
	defer rows.Close()
	for rows.Next() {
		var record string
		var c webauthn.Credential
		if err := rows.Scan(&record); err != nil {
			return h, err
		}
		if err := json.Unmarshal([]byte(record), &c); err != nil {
			return h, err
		}
		h.keys = append(h.keys, c)
	}
	return h, rows.Err()
}
