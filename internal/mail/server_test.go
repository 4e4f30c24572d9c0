package mail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is an SMTP server (RFC 5321) with STARTTLS (RFC 3207) and AUTH PLAIN (RFC 4954), which keeps what it took.
type server struct {
	t        *testing.T
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool
	implicit bool // TLS from the first byte

	mu      sync.Mutex
	answers map[string][]string // by command, said one after another instead of the usual one
	taken   []string            // the mails
	said    []string            // the commands
	auth    string              // what the last one signed in with
	secure  bool                // whether the last mail came through TLS
	closing sync.WaitGroup
}

func serve(t *testing.T, implicit bool) *server {
	t.Helper()
	s := &server{t: t, implicit: implicit, answers: map[string][]string{}}
	s.certify()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if implicit {
		l = tls.NewListener(l, s.tls)
	}
	s.listener = l
	t.Cleanup(func() { l.Close(); s.closing.Wait() })
	s.closing.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.closing.Go(func() { s.talk(c) })
		}
	})
	return s
}

func (s *server) certify() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		s.t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(cert)
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func (s *server) port() int {
	return s.listener.Addr().(*net.TCPAddr).Port
}

// answer has the server answer the next commands named so.
func (s *server) answer(command string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[command] = answers
}

func (s *server) planned(command, usual string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if left := s.answers[command]; len(left) > 0 {
		s.answers[command] = left[1:]
		return left[0]
	}
	return usual
}

func (s *server) talk(c net.Conn) {
	defer func() { c.Close() }()
	_, secure := c.(*tls.Conn)
	in := bufio.NewReader(c)
	say := func(text string) { fmt.Fprintf(c, "%s\r\n", text) }
	say(s.planned("greeting", "220 test ESMTP"))
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		command, _, _ := strings.Cut(strings.ToUpper(line), " ")
		s.mu.Lock()
		s.said = append(s.said, line)
		s.mu.Unlock()
		switch command {
		case "EHLO":
			say("250-test")
			if !secure {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			shut := tls.Server(c, s.tls)
			if err := shut.Handshake(); err != nil {
				return
			}
			c, in, secure = shut, bufio.NewReader(shut), true
		case "AUTH":
			words, _ := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
			s.mu.Lock()
			s.auth = strings.ReplaceAll(string(words), "\x00", "|")
			s.mu.Unlock()
			say(s.planned(command, "235 welcome"))
		case "DATA":
			say("354 go on")
			mail := readMail(in)
			answer := s.planned(command, "250 taken")
			s.mu.Lock()
			if strings.HasPrefix(answer, "250") {
				s.taken, s.secure = append(s.taken, mail), secure
			}
			s.mu.Unlock()
			say(answer)
		case "QUIT":
			say("221 bye")
			return
		default:
			say(s.planned(command, "250 ok"))
		}
	}
}

func readMail(in *bufio.Reader) string {
	var mail strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return mail.String()
		}
		mail.WriteString(line)
	}
}
