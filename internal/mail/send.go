package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// How a connection to the server is closed to others.
const (
	Open     = "none"     // not at all: for a server on this machine
	StartTLS = "starttls" // from the first word after the greeting on
	TLS      = "tls"      // from the beginning
)

// Settings are those of an SMTP server.
type Settings struct {
	Host     string // "" when there is none
	Port     int
	Security string
	User     string // "" to send without signing in
	Password string
	From     string // "The Narrows <desk@example.org>"
}

// LogValue keeps the password out of every log.
func (s Settings) LogValue() slog.Value {
	return slog.GroupValue(slog.String("host", s.Host), slog.Int("port", s.Port), slog.String("security", s.Security), slog.String("user", s.User), slog.String("from", s.From))
}

// String keeps the password out of whatever prints settings.
func (s Settings) String() string { return fmt.Sprintf("%s:%d (%s)", s.Host, s.Port, s.Security) }

// patient is how long one conversation with a server may take.
const patient = 30 * time.Second

func (b *Box) send(ctx context.Context, s Settings, m Message, id int64) error {
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	msg, err := written(s, m, id)
	if err != nil {
		return err
	}
	client, err := b.client(s)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() {
		return nil // what went wrong afterwards, as the server hung up, is not worth a second copy
	}
	return err
}

func (b *Box) client(s Settings) (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(patient),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: b.roots, MinVersion: tls.VersionTLS12})}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Open:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// written is m as it goes out. Its Message-ID is made of id, so that a mailbox that gets it twice shows it once.
func written(s Settings, m Message, id int64) (*gomail.Msg, error) {
	from, err := netmail.ParseAddress(s.From)
	if err != nil {
		return nil, fmt.Errorf("the sender's address: %w", err)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(from.String()), msg.To(m.To)); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.Subject(oneLine(m.Subject))
	msg.SetMessageIDWithValue(fmt.Sprintf("%d@%s", id, domain))
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answers from holiday robots
	if m.Off != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+oneLine(m.Off)+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}

// forGood tells whether a server has refused the mail itself, with an answer of 5xx to whom it is for or to what it says. Whatever
// else keeps it from going (no connection, a wrong password or sender, a full server) may be mended in the settings.
func forGood(err error) bool {
	var refused *gomail.SendError
	return errors.As(err, &refused) && refused.ErrorCode() >= 500 && refused.Reason != gomail.ErrSMTPMailFrom
}
