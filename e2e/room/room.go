// Package room opens a newsroom for a trial: a paper served under the name localhost, its publisher set up by the printed link, and
// others who come by an invitation.
package room

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/house"
	"lede/e2e/staff"
)

// Password is everybody's.
const Password = "nine white gulls over pier 9"

// Room is a newsroom.
type Room struct {
	*house.Server
	Publisher *staff.Person
	Data      string
	Setup     string // the path of the link by which the first person comes in
	name      string // of the paper
	bin       string
	dir       string
}

// Open opens the newsroom of an empty paper. Flags go to the server.
func Open(bin string, flags ...string) (*Room, error) {
	return settle(open(bin, "The Alder Bay Post", flags, func(string) error { return nil }))
}

// Fresh opens the newsroom of an empty paper into which nobody has come yet.
func Fresh(bin string, flags ...string) (*Room, error) {
	return open(bin, "The Alder Bay Post", flags, func(string) error { return nil })
}

// Demo opens the newsroom of the demo paper.
func Demo(bin string, flags ...string) (*Room, error) {
	return settle(open(bin, "The Narrows", flags, func(data string) error {
		_, err := house.Run(bin, "demo", "--data", data)
		return err
	}))
}

func open(bin, name string, flags []string, fill func(data string) error) (r *Room, err error) {
	r = &Room{bin: bin, name: name}
	if r.dir, err = os.MkdirTemp("", "lede-room-"); err != nil {
		return nil, err
	}
	r.Data = filepath.Join(r.dir, "data")
	if err = fill(r.Data); err == nil {
		r.Server, err = house.ServeStaff(bin, r.Data, flags...)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(r.dir))
	}
	// The link is printed once the paper is served.
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if r.Setup, err = Link(r.Said()); err == nil {
			return r, nil
		}
		if time.Now().After(end) {
			return nil, errors.Join(err, r.Close())
		}
	}
}

// settle lets the publisher come.
func settle(r *Room, err error) (*Room, error) {
	if err != nil {
		return nil, err
	}
	if r.Publisher, err = r.SetUp(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close ends the server and takes the paper away.
func (r *Room) Close() error { return errors.Join(r.Stop(), os.RemoveAll(r.dir)) }

var printed = regexp.MustCompile(`https?://\S+(/newsroom/(?:setup|welcome)/[A-Za-z0-9_-]+)`)

// Link is the address that lede printed last, in said, by which somebody comes in: its path.
func Link(said string) (string, error) {
	all := printed.FindAllStringSubmatch(said, -1)
	if len(all) == 0 {
		return "", fmt.Errorf("no link was printed:\n%s", said)
	}
	return all[len(all)-1][1], nil
}

// SetUp lets the first person come, who is the publisher.
func (r *Room) SetUp() (*staff.Person, error) {
	return staff.Come(r.URL, r.Setup, staff.Comer{Name: "Mara Lindqvist", Email: "mara@paper.example", Password: Password, Paper: r.name})
}

// Invited is the path of the link that asks somebody in.
func (r *Room) Invited(email, name, role string) (string, error) {
	said, err := house.Run(r.bin, "staff", "add", email, "--name", name, "--role", role, "--data", r.Data)
	if err != nil {
		return "", err
	}
	return Link(said)
}

// Join asks somebody in, who comes at once.
func (r *Room) Join(email, name, role string) (*staff.Person, error) {
	link, err := r.Invited(email, name, role)
	if err != nil {
		return nil, err
	}
	return staff.Come(r.URL, link, staff.Comer{Name: name, Email: email, Password: Password})
}

// Sit sits somebody who is signed in down at a browser.
func (r *Room) Sit(c *chrome.Chrome, who *staff.Person) (*chrome.Person, error) {
	p, err := c.Person()
	if err != nil {
		return nil, err
	}
	for _, cookie := range who.Cookies {
		if err := p.Keep(r.URL, cookie); err != nil {
			p.Leave()
			return nil, err
		}
	}
	return p, nil
}
