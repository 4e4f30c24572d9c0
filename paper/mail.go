package paper

import (
	"fmt"
	netmail "net/mail"
	"strings"

	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/secret"
)

// Mail is the server that takes the paper's mail. Without a host there is none, and mail goes to the log.
type Mail struct {
	Host     string `json:"host,omitempty"`
	Port     int    `json:"port,omitempty"`
	Security string `json:"security,omitempty"` // none, starttls, tls
	User     string `json:"user,omitempty"`
	Sealed   string `json:"sealed,omitempty"` // the password, under the paper's key
	From     string `json:"from,omitempty"`   // whom mail comes from: "The Narrows <desk@example.org>"
}

// sealedAs is what the password is sealed as.
const sealedAs = "paper mail password"

// WithPassword is m with another password; "" for none.
func (m Mail) WithPassword(key *secret.Key, password string) Mail {
	m.Sealed = ""
	if password != "" {
		m.Sealed = key.Seal([]byte(password), sealedAs)
	}
	return m
}

// Settings are what a mail is sent with. A password sealed under another key is an error that says what to do.
func (m Mail) Settings(key *secret.Key) (mail.Settings, error) {
	s := mail.Settings{Host: m.Host, Port: m.Port, Security: m.Security, User: m.User, From: m.From}
	if m.Sealed == "" {
		return s, nil
	}
	password, err := key.Unseal(m.Sealed, sealedAs)
	if err != nil {
		return s, fmt.Errorf("the password for mail was kept under another key; set it again in the newsroom: %w", err)
	}
	s.Password = string(password)
	return s, nil
}

// check adds to f what must be mended before mail can be sent.
func (m Mail) check(f fault.Form) {
	if m == (Mail{}) {
		return
	}
	if m.Host == "" || strings.ContainsAny(m.Host, "/:@ ") {
		f["mail-host"] = "The server is written as smtp.example.org, without a port."
	}
	if m.Port < 1 || m.Port > 65535 {
		f["mail-port"] = "The port is a number: 587 for STARTTLS, 465 for TLS."
	}
	switch m.Security {
	case mail.StartTLS, mail.TLS:
	case mail.Open:
		if m.User != "" {
			f["mail-security"] = "A password is not sent over an open line: choose STARTTLS or TLS, or no user."
		}
	default:
		f["mail-security"] = "The connection is none, starttls or tls."
	}
	if m.User == "" && m.Sealed != "" {
		f["mail-user"] = "A password needs a user."
	}
	if a, err := netmail.ParseAddress(m.From); err != nil || !strings.Contains(a.Address, "@") {
		f["mail-from"] = "The sender is written as desk@example.org, or The Narrows <desk@example.org>."
	}
}
