package paper_test

import (
	"errors"
	"strings"
	"testing"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/secret"
	"lede/ledetest"
	"lede/paper"
)

func TestMailPasswordIsKeptSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		s, err := p.Papers.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s.Mail = paper.Mail{Host: "smtp.example.org", Port: 587, Security: mail.StartTLS, User: "desk", From: "The Narrows <desk@example.org>"}.WithPassword(p.Secret, "sesame")
		if err := p.Papers.Set(t.Context(), s, p.Now()); err != nil {
			t.Fatal(err)
		}
		var kept string
		if err := d.Read().QueryRowContext(t.Context(), `select settings from paper`).Scan(&kept); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(kept, "sesame") {
			t.Errorf("it is kept in clear: %s", kept)
		}
		if s, err = p.Papers.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Mail.Settings(p.Secret)
		if err != nil || got.Password != "sesame" || got.Port != 587 {
			t.Errorf("opened it is %+v, %v", got, err)
		}
		if strings.Contains(got.String(), "sesame") || strings.Contains(got.LogValue().String(), "sesame") {
			t.Error("it is printed with its password")
		}
		if _, err := s.Mail.Settings(secret.New()); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("under another key: %v", err)
		}
	})
}

func TestMailSettingsThatCannotSendAreRefused(t *testing.T) {
	good := paper.Mail{Host: "smtp.example.org", Port: 587, Security: mail.StartTLS, User: "desk", Sealed: "x", From: "desk@example.org"}
	for field, change := range map[string]func(*paper.Mail){
		"":              func(*paper.Mail) {},
		"mail-host":     func(m *paper.Mail) { m.Host = "smtp.example.org:587" },
		"mail-port":     func(m *paper.Mail) { m.Port = 0 },
		"mail-security": func(m *paper.Mail) { m.Security = mail.Open },
		"mail-user":     func(m *paper.Mail) { m.User = "" },
		"mail-from":     func(m *paper.Mail) { m.From = "The Narrows" },
	} {
		p := paper.New()
		p.Mail = good
		change(&p.Mail)
		err := p.Check()
		var f fault.Form
		if field == "" && err != nil || field != "" && (!errors.As(err, &f) || len(f) != 1 || f[field] == "") {
			t.Errorf("%q: %v", field, err)
		}
	}
}

func TestSettingsAreRecordedByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		s, err := p.Papers.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s.Motto, s.Zone, s.Names = "All of it", "UTC", nil
		ctx := audit.As(t.Context(), audit.Actor{ID: 7, Name: "Ana"})
		if err := p.Papers.Set(ctx, s, p.Now()); err != nil {
			t.Fatal(err)
		}
		list, err := p.Audit.List(t.Context(), audit.Filter{Act: "paper.set", Limit: 1})
		if err != nil || len(list) != 1 || list[0].Who.Name != "Ana" || list[0].Detail != "motto, names, zone" {
			t.Errorf("it is recorded as %+v, %v", list, err)
		}
	})
}
