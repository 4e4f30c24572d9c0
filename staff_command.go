package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/fault"
	"lede/press"
	"lede/staff"
)

// staffCommand is for whoever runs the machine: the first people, and those who are locked out.
type staffCommand struct {
	Add   staffAddCommand   `cmd:"" help:"Invite somebody; prints the link, and mails it if mail is set up."`
	List  staffListCommand  `cmd:"" help:"Print who makes the paper."`
	Leave staffLeaveCommand `cmd:"" help:"Let somebody go: signed out at once, with no way back in; the byline stays."`
	Link  staffLinkCommand  `cmd:"" help:"Print a new link for somebody who is locked out, or whose invitation has ended."`
}

type staffAddCommand struct {
	Email string   `arg:"" help:"The e-mail address to sign in with."`
	Name  string   `help:"The name, as it stands in a byline; without it, what stands before the @."`
	Role  []string `help:"A role: publisher, editor, reporter, contributor, moderator, \"ad manager\" or auditor; again for another one." required:"" sep:"none"`
}

// Run invites somebody.
func (c staffAddCommand) Run(ctx context.Context, p place) error {
	return p.work(ctx, "staff-add", url.Values{"email": {c.Email}, "name": {c.Name}, "role": c.Role}, http.NoBody)
}

type staffListCommand struct{}

// Run prints who is there.
func (staffListCommand) Run(ctx context.Context, p place) error {
	return p.work(ctx, "staff-list", nil, http.NoBody)
}

type staffLeaveCommand struct {
	Email string `arg:"" help:"Whose."`
}

// Run lets somebody go.
func (c staffLeaveCommand) Run(ctx context.Context, p place) error {
	return p.work(ctx, "staff-leave", url.Values{"email": {c.Email}}, http.NoBody)
}

type staffLinkCommand struct {
	Email string `arg:"" help:"Whose."`
}

// Run prints a link.
func (c staffLinkCommand) Run(ctx context.Context, p place) error {
	return p.work(ctx, "staff-link", url.Values{"email": {c.Email}}, http.NoBody)
}

// byCommand is ctx in which the command line does things.
func byCommand(ctx context.Context) context.Context {
	return audit.As(ctx, audit.Actor{Name: "the command line"})
}

func addStaff(ctx context.Context, p *press.Press, args url.Values, _ io.Reader, say func(string)) error {
	ctx = byCommand(ctx)
	who := staff.Person{Email: args.Get("email"), Name: args.Get("name")}
	if who.Name == "" {
		who.Name, _, _ = strings.Cut(who.Email, "@")
	}
	for _, r := range args["role"] {
		who.Roles = append(who.Roles, staff.Role(r))
	}
	who, token, err := p.Staff.Invite(ctx, who, p.Clock())
	if err != nil {
		return err
	}
	return handOver(ctx, p, staff.Link{Kind: staff.Invitation, Person: who}, token, say)
}

func linkStaff(ctx context.Context, p *press.Press, args url.Values, _ io.Reader, say func(string)) error {
	ctx = byCommand(ctx)
	l, token, err := p.Staff.Renew(ctx, args.Get("email"), p.Clock())
	if err != nil {
		return nobodyIs(args.Get("email"), err)
	}
	return handOver(ctx, p, l, token, say)
}

// handOver says a link, and mails it if the paper has a server that takes mail.
func handOver(ctx context.Context, p *press.Press, l staff.Link, token string, say func(string)) error {
	now, err := p.Papers.Get(ctx)
	if err != nil {
		return err
	}
	base := cmp.Or(strings.TrimSuffix(now.Address, "/"), p.Served, "http://localhost:8080")
	what := fmt.Sprintf("%s comes in, as %s, by this link; it works once, for seven days:", l.Person.Name, inWords(l.Person.Roles))
	if l.Kind == staff.Return {
		what = l.Person.Name + " comes back in by this link; it works once, for 24 hours:"
	}
	say(what)
	say(base + l.Path(token))
	if now.Mail.Host == "" {
		say("mail is not set up: hand it over yourself")
		return nil
	}
	if err := p.Staff.Post(ctx, l, base, token, p.Clock()); err != nil {
		return err
	}
	say("it is on its way to " + l.Person.Email + " too")
	return nil
}

func inWords(roles []staff.Role) string {
	var words []string
	for _, r := range roles {
		words = append(words, string(r))
	}
	return strings.Join(words, ", ")
}

func nobodyIs(email string, err error) error {
	if errors.Is(err, fault.NotFound) {
		return fault.Invalid("Nobody here has the address %s; lede staff list says who is here.", email)
	}
	return err
}

func listStaff(ctx context.Context, p *press.Press, _ url.Values, _ io.Reader, say func(string)) error {
	people, err := p.Staff.People(ctx)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		say("nobody yet: lede serve prints a link by which the first person comes in")
	}
	for _, who := range people {
		state := inWords(who.Roles)
		switch {
		case !who.Left.IsZero():
			state = "left " + who.Left.Format(time.DateOnly)
		case who.Invited():
			state += " (invited)"
		}
		say(fmt.Sprintf("%s <%s> %s", who.Name, who.Email, state))
	}
	return nil
}

func leaveStaff(ctx context.Context, p *press.Press, args url.Values, _ io.Reader, say func(string)) error {
	who, err := p.Staff.PersonBy(ctx, args.Get("email"))
	if err == nil {
		err = p.Staff.Leave(byCommand(ctx), who.ID, who.Version, p.Clock())
	}
	if err != nil {
		return nobodyIs(args.Get("email"), err)
	}
	say(who.Name + " is signed out everywhere and has no way back in; the byline stays")
	return nil
}

// setUp says by which link the first person of an empty paper comes in. Passkeys need a name, so the machine itself is localhost.
func (c serveCommand) setUp(ctx context.Context, p *press.Press) error {
	token, err := p.Staff.SetUp(ctx, p.Clock())
	if err != nil || token == "" {
		return err
	}
	path := staff.Link{Kind: staff.Setup}.Path(token)
	if p.Served == "" {
		fmt.Printf("Nobody is here yet. Come in, at the paper's address, by %s\n", path)
		return nil
	}
	fmt.Printf("Nobody is here yet. Come in by %s%s\n", p.Served, path)
	return nil
}

// served is where a browser on this machine finds what is served at the address; "" behind a socket.
func (c serveCommand) served(at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	switch {
	case len(c.TLS) > 0:
		return c.address(at)
	case !ok:
		return ""
	case tcp.IP.IsLoopback() || tcp.IP.IsUnspecified():
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + at.String()
}
