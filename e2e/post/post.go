// Package post is a mail server to which a paper may be pointed: it takes every letter, speaking SMTP (RFC 5321), and delivers none.
package post

import (
	"bufio"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Letter is one mail as it came.
type Letter struct{ To, Subject, Text string }

// Link is the first address in the text of the letter; "" for none.
func (l Letter) Link() string { return address.FindString(l.Text) }

var address = regexp.MustCompile(`https?://[^\s>]+`)

// Office is a running mail server.
type Office struct {
	Addr string // "127.0.0.1:40125"
	l    net.Listener
	mu   sync.Mutex
	all  []Letter
}

// Open starts a server on a free port.
func Open() (*Office, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o := &Office{Addr: l.Addr().String(), l: l}
	go o.serve()
	return o, nil
}

// Close ends the server.
func (o *Office) Close() error { return o.l.Close() }

// Letters are all that came to an address, the oldest first.
func (o *Office) Letters(to string) []Letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	var some []Letter
	for _, l := range o.all {
		if strings.EqualFold(l.To, to) {
			some = append(some, l)
		}
	}
	return some
}

func (o *Office) serve() {
	for {
		c, err := o.l.Accept()
		if err != nil {
			return
		}
		go o.talk(c)
	}
}

// talk holds one conversation.
func (o *Office) talk(c net.Conn) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	t := textproto.NewConn(c)
	say := func(line string) bool { return t.PrintfLine("%s", line) == nil }
	var to []string
	for said := say("220 post ready"); said; {
		line, err := t.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			said = say("250-post") && say("250-8BITMIME") && say("250 SMTPUTF8")
		case "RCPT":
			_, rest, _ = strings.Cut(rest, "<")
			name, _, _ := strings.Cut(rest, ">")
			to = append(to, name)
			said = say("250 ok")
		case "DATA":
			if said = say("354 go on"); said {
				o.keep(to, t.DotReader())
				to, said = nil, say("250 taken")
			}
		case "QUIT":
			say("221 bye")
			return
		default: // HELO, MAIL, NOOP, RSET
			said = say("250 ok")
		}
	}
}

func (o *Office) keep(to []string, r io.Reader) {
	text, err := io.ReadAll(bufio.NewReader(r))
	if err != nil {
		return
	}
	subject, body := read(string(text))
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, name := range to {
		o.all = append(o.all, Letter{To: name, Subject: subject, Text: body})
	}
}

// read opens a letter; what is no letter is all text.
func read(raw string) (subject, text string) {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return "", raw
	}
	subject, _ = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	var body io.Reader = m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	b, _ := io.ReadAll(body) // what can be read of it
	return subject, string(b)
}
