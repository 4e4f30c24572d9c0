package ledetest

import (
	"io"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"lede/internal/mail"
)

// Mailbox is a mail server (SMTP, RFC 5321) to which the paper is pointed: it takes every letter and delivers none.
type Mailbox struct {
	mu  sync.Mutex
	all []Letter
}

// Letter is one mail as it came.
type Letter struct {
	To     string
	Header netmail.Header
	Text   string
}

// Mailbox points the paper to a mail server that runs as long as the test.
func (p *Paper) Mailbox() *Mailbox {
	p.T.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	p.must(err)
	b := &Mailbox{}
	var talks sync.WaitGroup
	p.T.Cleanup(func() { l.Close(); talks.Wait() })
	talks.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			talks.Go(func() { b.talk(c) })
		}
	})
	settings, err := p.Papers.Get(p.T.Context())
	p.must(err)
	settings.Mail.Host, settings.Mail.Port = "127.0.0.1", l.Addr().(*net.TCPAddr).Port
	settings.Mail.Security, settings.Mail.From = mail.Open, "The Narrows <desk@narrows.example>"
	p.must(p.Papers.Set(p.T.Context(), settings, p.Now()))
	return b
}

// Letters are all that came to an address, the oldest first.
func (b *Mailbox) Letters(to string) []Letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	var some []Letter
	for _, l := range b.all {
		if strings.EqualFold(l.To, to) {
			some = append(some, l)
		}
	}
	return some
}

// To are the texts of all that came to an address.
func (b *Mailbox) To(address string) []string {
	var texts []string
	for _, l := range b.Letters(address) {
		texts = append(texts, l.Text)
	}
	return texts
}

// talk holds one conversation.
func (b *Mailbox) talk(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	t := textproto.NewConn(c)
	say := func(line string) bool { return t.PrintfLine("%s", line) == nil }
	var to []string
	for on := say("220 test"); on; {
		line, err := t.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			on = say("250-test") && say("250-8BITMIME") && say("250 SMTPUTF8")
		case "RCPT":
			_, rest, _ = strings.Cut(rest, "<")
			name, _, _ := strings.Cut(rest, ">")
			to, on = append(to, name), say("250 ok")
		case "DATA":
			if on = say("354 go on"); on {
				b.keep(to, t.DotReader())
				to, on = nil, say("250 taken")
			}
		case "QUIT":
			say("221 bye")
			return
		default: // HELO, MAIL, NOOP, RSET
			on = say("250 ok")
		}
	}
}

func (b *Mailbox) keep(to []string, r io.Reader) {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return
	}
	body := m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(body) // what can be read of it
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range to {
		b.all = append(b.all, Letter{name, m.Header, strings.ReplaceAll(string(text), "\r\n", "\n")})
	}
}
