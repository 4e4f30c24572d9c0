package newsroom

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) mailRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/mail", act: staff.Read, on: staff.Paper, handle: mailPage},
		proved(route{pattern: "POST /newsroom/mail", act: staff.Write, on: staff.Paper, handle: setMail}),
		{pattern: "POST /newsroom/mail/test", act: staff.Write, on: staff.Paper, handle: tryMail, options: []web.RouteOption{web.Deadline(time.Minute)}},
	}
}

const mailPath = "/newsroom/mail"

// mailSettings are those of the server that takes the paper's mail, but for the password.
func mailSettings() []setting {
	of := func(get func(*paper.Mail) *string) func(*paper.Paper) *string {
		return func(p *paper.Paper) *string { return get(&p.Mail) }
	}
	return []setting{
		line("mail-host", "Server", "As smtp.example.org. Empty: mail goes to the server's log instead.", of(func(m *paper.Mail) *string { return &m.Host })),
		{Name: "mail-port", Label: "Port", Hint: "587 for STARTTLS, 465 for TLS.",
			get: func(p paper.Paper) string {
				if p.Mail.Port == 0 {
					return ""
				}
				return strconv.Itoa(p.Mail.Port)
			},
			put: func(p *paper.Paper, typed string) string { p.Mail.Port = int(number(typed)); return "" }},
		chosen("mail-security", "Connection", "", of(func(m *paper.Mail) *string { return &m.Security }),
			item{"", "choose"}, item{mail.StartTLS, "STARTTLS"}, item{mail.TLS, "TLS"}, item{mail.Open, "Open, for a server on this machine"}),
		line("mail-user", "User", "Empty if the server wants none.", of(func(m *paper.Mail) *string { return &m.User })),
		line("mail-from", "Sender", "As The Narrows <desk@example.org>.", of(func(m *paper.Mail) *string { return &m.From })),
	}
}

// passwordSetting is kept sealed and never shown: what is left empty stays as it is.
func (v *visit) passwordSetting() setting {
	return setting{Name: "mail-password", Label: "Password", Kind: "password",
		Hint: "Kept sealed, and shown to nobody. Left empty, it stays as it is.",
		get:  func(paper.Paper) string { return "" },
		put: func(p *paper.Paper, typed string) string {
			p.Mail = p.Mail.WithPassword(v.Secret, typed)
			return ""
		}}
}

// forgetSetting takes the password away.
func forgetSetting() setting {
	return setting{Name: "mail-forget", Label: "Forget the password", Kind: "tick",
		get: func(paper.Paper) string { return "" },
		put: func(p *paper.Paper, typed string) string {
			if typed == "yes" {
				p.Mail.Sealed = ""
			}
			return ""
		}}
}

// emptied makes no server of one without a name.
func emptied() setting {
	return setting{Name: "mail-none", get: func(paper.Paper) string { return "" }, put: func(p *paper.Paper, _ string) string {
		p.Mail = paper.Mail{}
		return ""
	}}
}

// mailView is the page of mail.
type mailView struct {
	settingsPage
	HasPassword bool
	Set         bool
	To          string
	Waiting     int
	Tried       *tried
}

// tried is how the test went.
type tried struct {
	Well bool
	Says string
}

func (v *visit) mailSettings() []setting {
	return append(mailSettings(), v.passwordSetting(), forgetSetting())
}

func (v *visit) mailView(f settingsPage) (mailView, error) {
	m := mailView{settingsPage: f, HasPassword: v.paper.Mail.Sealed != "", Set: v.paper.Mail.Host != "", To: v.person.Email}
	var err error
	m.Waiting, err = v.Mail.Waiting(v.ctx())
	for i := range m.fields {
		if m.fields[i].Kind == "password" {
			m.fields[i].Value = "" // what was typed is not sent back
		}
	}
	return m, err
}

func mailPage(v *visit) error { return v.showMail(http.StatusOK, nil) }

func (v *visit) showMail(status int, t *tried) error {
	f, err := v.settingsForm("Mail", mailPath, v.mailSettings())
	if err != nil {
		return err
	}
	m, err := v.mailView(f)
	if err != nil {
		return err
	}
	m.Tried = t
	return v.showAs(status, "mail", m)
}

func setMail(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	settings := v.mailSettings()
	values := typed(settings, sent)
	values["mail-password"] = sent.Get("mail-password") // as it was typed, spaces too
	if values["mail-host"] == "" {
		settings, values = []setting{emptied()}, map[string]string{"mail-none": "yes"}
	}
	show := func(status int, f settingsPage) error {
		m, err := v.mailView(f)
		if err != nil {
			return err
		}
		return v.showAs(status, "mail", m)
	}
	if v.handsOver(values) {
		f, err := v.settingsForm("Mail", mailPath, settings)
		if err != nil {
			return err
		}
		f.Wrong = fault.Form{"mail-password": "The password that is kept is for " + v.paper.Mail.Host + ". Type the one for this server, or forget it."}
		f.fields = drawn(settings, func(s setting) string { return values[s.Name] }, f.Wrong)
		return show(http.StatusUnprocessableEntity, f)
	}
	return v.save("Mail", mailPath, settings, values, number(sent.Get("version")), show)
}

// handsOver tells whether another server than before would be told the password that is kept, which nobody is shown.
func (v *visit) handsOver(values map[string]string) bool {
	host, typed := values["mail-host"]
	return typed && host != v.paper.Mail.Host && v.paper.Mail.Sealed != "" && values["mail-password"] == "" && values["mail-forget"] != "yes"
}

// mailPatience is how long the person waits for the server's answer.
const mailPatience = 25 * time.Second

func tryMail(v *visit) error {
	s, err := v.paper.Mail.Settings(v.Secret)
	if err != nil {
		return v.showMail(http.StatusUnprocessableEntity, &tried{Says: "The password was kept under another key. Type it again and save."})
	}
	if s.Host == "" {
		return v.showMail(http.StatusUnprocessableEntity, &tried{Says: "No server is set. Say which one takes the paper's mail, and save."})
	}
	ctx, cancel := context.WithTimeout(v.ctx(), mailPatience)
	defer cancel()
	err = v.Mail.Try(ctx, s, mail.Message{To: v.person.Email, Subject: "A test from " + v.paper.NameIn("en"),
		Text: "Mail of " + v.paper.NameIn("en") + " works.\n\n" + v.person.Name + " asked for this at " + v.now.Format("15:04:05") + ", in the newsroom.\n"})
	if err != nil {
		return v.showMail(http.StatusUnprocessableEntity, &tried{Says: s.String() + " did not take it: " + strings.TrimSpace(err.Error())})
	}
	return v.showMail(http.StatusOK, &tried{Well: true, Says: s.String() + " took it for " + v.person.Email + "."})
}
