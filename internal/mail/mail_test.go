package mail_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/job"
	"lede/internal/mail"
	"lede/internal/secret"
)

// post is a box with its jobs, a clock that only the test moves, and what it logs.
type post struct {
	*mail.Box
	t        *testing.T
	d        *db.DB
	jobs     *job.Runner
	settings mail.Settings
	now      time.Time
	log      bytes.Buffer
}

func open(t *testing.T, d *db.DB) *post {
	p := &post{t: t, d: d, now: time.Date(2026, 6, 17, 12, 0, 0, 0, time.UTC)}
	log := slog.New(slog.NewTextHandler(&p.log, nil))
	p.jobs = job.New(d, log, func() time.Time { return p.now })
	p.Box = mail.New(d, secret.New(), func(context.Context) (mail.Settings, error) { return p.settings, nil }, log)
	job.On(p.jobs, mail.Queued, "mail", p.Deliver)
	return p
}

func (p *post) through(s *server, security string) {
	p.Believe(s.roots)
	p.settings = mail.Settings{Host: "127.0.0.1", Port: s.port(), Security: security, From: "The Narrows <desk@example.org>"}
	if security != mail.Open {
		p.settings.User, p.settings.Password = "desk", "sesame"
	}
}

var link = mail.Message{To: "ana@example.org", Subject: "Your link\r\nBcc: eve@example.org", Text: "Come in: https://example.org/newsroom?t=canary\n\n.\nIt holds for 15 minutes – once."}

func (p *post) add(m mail.Message) {
	p.t.Helper()
	err := p.d.Tx(p.t.Context(), func(ctx context.Context, q db.Q) error { return p.Add(ctx, q, m, p.now) })
	if err != nil {
		p.t.Fatal(err)
	}
}

// pass lets time go by and the jobs work.
func (p *post) pass(d time.Duration) {
	p.t.Helper()
	p.now = p.now.Add(d)
	if err := p.jobs.Drain(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) waits(want int) {
	p.t.Helper()
	if n, err := p.Waiting(p.t.Context()); n != want || err != nil {
		p.t.Errorf("%d mails wait, wanted %d; %v", n, want, err)
	}
}

func TestMailGoesThroughEveryKindOfServer(t *testing.T) {
	for _, security := range []string{mail.Open, mail.StartTLS, mail.TLS} {
		t.Run(security, func(t *testing.T) {
			p, s := open(t, dbtest.Open(t, dbtest.SQLite(t))), serve(t, security == mail.TLS)
			p.through(s, security)
			p.add(link)
			p.pass(0)
			p.waits(0)
			if len(s.taken) != 1 {
				t.Fatalf("the server took %d mails; the log says %s", len(s.taken), &p.log)
			}
			for _, part := range []string{"To: <ana@example.org>", `From: "The Narrows" <desk@example.org>`, "Subject: Your link Bcc: eve@example.org", "t=3Dcanary", "=E2=80=93 once", "Auto-Submitted: auto-generated", "@example.org>"} {
				if !strings.Contains(s.taken[0], part) {
					t.Errorf("the mail lacks %q:\n%s", part, s.taken[0])
				}
			}
			if strings.Contains(s.taken[0], "\nBcc:") {
				t.Error("a subject became a header")
			}
			if closed := security != mail.Open; s.secure != closed || closed && s.auth != "|desk|sesame" {
				t.Errorf("closed is %v, signed in with %q", s.secure, s.auth)
			}
		})
	}
}

func TestMailWaitsForAServerThatPutsItOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := open(t, d), serve(t, false)
		p.through(s, mail.StartTLS)
		s.answer("RCPT", "451 come back later", "250 ok")
		s.answer("DATA", "452 full", "250 taken")
		p.add(link)
		p.pass(0)
		p.waits(1)
		p.pass(time.Minute)
		p.waits(1)
		p.pass(time.Minute)
		p.waits(0)
		if len(s.taken) != 1 {
			t.Errorf("the server took %d mails", len(s.taken))
		}
		if strings.Contains(p.log.String(), "canary") || strings.Contains(p.log.String(), "sesame") {
			t.Errorf("the log tells too much: %s", &p.log)
		}
	})
}

func TestMailRefusedForGoodIsGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := open(t, d), serve(t, false)
		p.through(s, mail.StartTLS)
		s.answer("RCPT", "550 5.1.1 nobody here")
		p.add(link)
		p.pass(0)
		p.waits(0)
		p.pass(time.Hour)
		if len(s.taken) != 0 || !strings.Contains(p.log.String(), "refused for good") || !strings.Contains(p.log.String(), "nobody here") {
			t.Errorf("taken %d; the log says %s", len(s.taken), &p.log)
		}
		if strings.Contains(p.log.String(), "canary") {
			t.Errorf("the log holds the link: %s", &p.log)
		}
	})
}

func TestWhatCanBeMendedInTheSettingsIsTriedAgain(t *testing.T) {
	for name, answer := range map[string][2]string{
		"a wrong password":   {"AUTH", "535 who are you"},
		"an unwanted sender": {"MAIL", "530 sign in first"},
		"a server that ails": {"greeting", "554 not today"},
	} {
		t.Run(name, func(t *testing.T) {
			p, s := open(t, dbtest.Open(t, dbtest.SQLite(t))), serve(t, false)
			p.through(s, mail.StartTLS)
			s.answer(answer[0], answer[1])
			p.add(link)
			p.pass(0)
			p.waits(1)
			if strings.Contains(p.log.String(), "sesame") {
				t.Errorf("the log holds the password: %s", &p.log)
			}
			p.pass(time.Minute)
			p.waits(0)
		})
	}
}

func TestNothingIsSaidToAServerThatIsNotWhoItSays(t *testing.T) {
	p, s := open(t, dbtest.Open(t, dbtest.SQLite(t))), serve(t, false)
	p.through(s, mail.StartTLS)
	p.Believe(serve(t, false).roots)
	p.add(link)
	p.pass(0)
	p.waits(1)
	if s.auth != "" || len(s.taken) != 0 {
		t.Errorf("it was told %q", s.auth)
	}
}

func TestWithoutAServerMailIsInTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.add(link)
		p.pass(0)
		p.waits(0)
		for _, part := range []string{"mail is not set up", "ana@example.org", "canary"} {
			if !strings.Contains(p.log.String(), part) {
				t.Errorf("the log lacks %q: %s", part, &p.log)
			}
		}
	})
}

func TestMailIsSealedWhereItWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.add(link)
		var sealed string
		if err := d.Read().QueryRowContext(t.Context(), `select sealed from mail`).Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(sealed, "canary") || strings.Contains(sealed, "ana@") {
			t.Errorf("it can be read: %s", sealed)
		}
		other := mail.New(d, secret.New(), func(context.Context) (mail.Settings, error) { return mail.Settings{}, nil }, slog.New(slog.DiscardHandler))
		var id int64
		if err := d.Read().QueryRowContext(t.Context(), `select id from mail`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		if err := other.Deliver(t.Context(), id); err != nil {
			t.Errorf("under another key: %v", err)
		}
		p.waits(0)
	})
}

func TestStaleMailIsDropped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.add(link)
		if err := p.Clear(t.Context(), p.now.Add(2*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		p.waits(1)
		if err := p.Clear(t.Context(), p.now.Add(4*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		p.waits(0)
	})
}

func TestMailToNobodyIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		for _, to := range []string{"", "ana", "ana@example.org\r\nRCPT TO:<eve@example.org>"} {
			err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error { return p.Add(ctx, q, mail.Message{To: to}, p.now) })
			if err == nil {
				t.Errorf("a mail to %q is taken", to)
			}
		}
		p.waits(0)
	})
}
