package post_test

import (
	"net/smtp"
	"testing"

	"lede/e2e/post"
)

func TestLettersAreTaken(t *testing.T) {
	o, err := post.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	raw := "Subject: =?utf-8?q?Caf=C3=A9?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGo to http://localhost:1/x?a=3Db and =\r\nread.\r\n"
	if err := smtp.SendMail(o.Addr, nil, "paper@paper.example", []string{"mara@paper.example"}, []byte(raw)); err != nil {
		t.Fatal(err)
	}
	got := o.Letters("Mara@paper.example")
	if len(got) != 1 || got[0].Subject != "Café" || got[0].Link() != "http://localhost:1/x?a=b" {
		t.Errorf("came: %+v", got)
	}
}
