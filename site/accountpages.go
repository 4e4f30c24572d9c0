package site

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/reader"
)

// AccountDoor is where a link is asked for, and where it leads. Form says which: "ask", "sent", "link" for one that was opened,
// "elsewhere" for one that does not serve here.
type AccountDoor struct {
	Frame
	Form     string
	For      reader.Kind
	Accounts bool   // the paper has accounts
	Unsafe   bool   // nobody is signed in over this connection
	Mail     string // as it was typed; of a link, which it proves
	Link     string // where it is confirmed
	Wrong    string // what is to be mended in Mail
	Says     string
}

// Mark is what is wrong with the address.
func (p AccountDoor) Mark() Mark { return Mark{"mail", p.Wrong, p.Wrong != ""} }

// AccountPage is what a reader sees of themselves.
type AccountPage struct {
	Frame
	Name     string
	Typed    string // the name as it was typed
	Version  int64
	Mail     string
	Wrong    string // what is to be mended in the name
	Done     string
	Comments []AccountComment
	Follows  []AccountFollow
	Sessions []AccountSession
}

// Mark is what is wrong with the name.
func (p AccountPage) Mark() Mark { return Mark{"name", p.Wrong, p.Wrong != ""} }

// AccountComment is a comment in the list of its writer.
type AccountComment struct {
	State, Href string
	On          Link // the article; no Href while the public does not see it
	Text        string
	At          Stamp
}

// AccountFollow is a comment whose replies are mailed.
type AccountFollow struct {
	ID    int64
	Href  string
	Since Stamp
}

// AccountSession is a device on which a reader is signed in.
type AccountSession struct {
	ID     int64
	Device string
	Seen   Stamp
	Here   bool
}

const (
	viewAccountDoor = "account door"
	viewAccount     = "account"
	viewDeletion    = "account deletion"
	viewData        = "data"
	viewFollow      = "follow"
)

// accountHome shows a reader their account, and a stranger the way in.
func (s *Site) accountHome(w http.ResponseWriter, r *http.Request) error {
	who, here, err := s.accountOf(r)
	if errors.Is(err, fault.NotFound) {
		return s.accountDoor(w, r, http.StatusOK, AccountDoor{Form: "ask", For: reader.SignIn})
	}
	if err != nil {
		return err
	}
	return s.accountMe(w, r, http.StatusOK, who, here, AccountPage{Typed: who.Name, Done: r.URL.Query().Get("done")})
}

// accountDoor shows a door.
func (s *Site) accountDoor(w http.ResponseWriter, r *http.Request, status int, p AccountDoor) error {
	sh, err := s.accountSheet(r, reader.Reader{})
	if err != nil {
		return err
	}
	rules, err := s.Comments.Known(r.Context())
	if err != nil {
		return err
	}
	title := sh.t.T("Your account")
	if p.For == reader.Data {
		title = sh.t.T("What is kept about you")
	}
	p.Accounts, p.Unsafe = rules.Accounts, s.accountCookie(r, readerCookie) == ""
	if p.Wrong != "" {
		p.Wrong = sh.t.T(p.Wrong)
	}
	if p.Frame, err = sh.accountFrame(title); err != nil {
		return err
	}
	return s.accountShow(w, sh, status, viewAccountDoor, p)
}

// accountMe shows a reader their account.
func (s *Site) accountMe(w http.ResponseWriter, r *http.Request, status int, who reader.Reader, here reader.Session, p AccountPage) error {
	sh, err := s.accountSheet(r, who)
	if err != nil {
		return err
	}
	if p.Frame, err = sh.accountFrame(sh.t.T("Your account")); err != nil {
		return err
	}
	p.Name, p.Version, p.Mail = who.Name, who.Version, who.Mail
	if p.Wrong != "" {
		p.Wrong = sh.t.T(p.Wrong)
	}
	whom := s.PersonOf(who).Whom
	comments, err := s.Comments.WroteLast(r.Context(), whom, 100)
	if err != nil {
		return err
	}
	for _, c := range comments {
		one, err := sh.accountComment(c)
		if err != nil {
			return err
		}
		p.Comments = append(p.Comments, one)
	}
	follows, err := s.Comments.Follows(r.Context(), whom)
	if err != nil {
		return err
	}
	for _, f := range follows {
		if f.Confirmed {
			p.Follows = append(p.Follows, AccountFollow{f.ID, commentPath(f.Comment), sh.moment(f.At)})
		}
	}
	sessions, err := s.Readers.Sessions(r.Context(), who.ID, sh.now)
	for _, one := range sessions {
		p.Sessions = append(p.Sessions, AccountSession{one.ID, one.Device, sh.moment(one.Seen), one.ID == here.ID})
	}
	if err != nil {
		return err
	}
	return s.accountShow(w, sh, status, viewAccount, p)
}

func (sh *sheet) accountComment(c comment.Comment) (AccountComment, error) {
	a := AccountComment{State: sh.t.T(accountState(c)), Text: c.Text, At: sh.moment(c.At)}
	if c.State == comment.Shown {
		a.Href = commentPath(c.ID)
	}
	on, err := sh.Articles.Card(sh.ctx, c.Article, sh.now)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) {
		return a, nil
	}
	a.On = Link{Href: on.Path, Name: on.Headline}
	a.On.Lang, a.On.Dir = sh.foreign(on.Lang)
	return a, err
}

// accountAsk mails a link. It answers everyone with the same.
func (s *Site) accountAsk(w http.ResponseWriter, r *http.Request) error {
	who, _, err := s.accountOf(r)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	door := AccountDoor{Form: "ask", For: reader.Kind(r.PostFormValue("for")), Mail: r.PostFormValue("mail")}
	rules, err := s.Comments.Known(r.Context())
	switch {
	case err != nil:
		return err
	case door.For == reader.Change && who.ID == 0, door.For == reader.SignIn && !rules.Accounts:
		return fault.Forbidden
	case door.For != reader.Change && door.For != reader.SignIn && door.For != reader.Data:
		return fault.NotFound
	case s.accountCookie(r, askedCookie) == "":
		return s.accountDoor(w, r, http.StatusForbidden, door)
	}
	sh, err := s.accountSheet(r, who)
	if err != nil {
		return err
	}
	held, err := s.Readers.Ask(r.Context(), reader.Asking{Kind: door.For, Mail: door.Mail, Reader: who.ID, Lang: sh.lang, Origin: s.accountOrigin(r), From: s.web.Client(r)}, sh.now)
	if err != nil {
		return s.accountAgain(w, r, door, err)
	}
	s.accountKeep(w, r, askedCookie, held, quarter)
	return seeOther(w, r, "/reader/sent")
}

// accountAgain shows what is to be mended, or how long to wait.
func (s *Site) accountAgain(w http.ResponseWriter, r *http.Request, door AccountDoor, err error) error {
	var form fault.Form
	var wait reader.Wait
	switch {
	case errors.As(err, &form):
		door.Wrong = form["mail"]
		return s.accountDoor(w, r, http.StatusUnprocessableEntity, door)
	case errors.As(err, &wait):
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.For/time.Second)+1))
		door.Wrong = tongue.Word("Please wait a moment and try again.")
		return s.accountDoor(w, r, http.StatusTooManyRequests, door)
	}
	return err
}

// accountOrigin is where the paper is on this machine; "" elsewhere: a host that just anybody named is not put into a mail.
func (s *Site) accountOrigin(r *http.Request) string {
	if web := s.accountCookie(r, readerCookie); web == readerCookie {
		return "http://" + r.Host
	}
	return ""
}

func (s *Site) accountSent(w http.ResponseWriter, r *http.Request) error {
	return s.accountDoor(w, r, http.StatusOK, AccountDoor{Form: "sent"})
}

// accountLink shows what a link is for, in the browser that asked for it.
func (s *Site) accountLink(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Readers.Look(r.Context(), r.PathValue("token"), s.accountHeld(r, askedCookie), s.Clock())
	if errors.Is(err, fault.NotFound) {
		return s.accountDoor(w, r, http.StatusNotFound, AccountDoor{Form: "elsewhere"})
	}
	if err != nil {
		return err
	}
	return s.accountDoor(w, r, http.StatusOK, AccountDoor{Form: "link", For: l.Kind, Mail: l.Mail, Link: r.URL.Path})
}

// accountConfirm uses a link.
func (s *Site) accountConfirm(w http.ResponseWriter, r *http.Request) error {
	token, held, now := r.PathValue("token"), s.accountHeld(r, askedCookie), s.Clock()
	l, err := s.Readers.Look(r.Context(), token, held, now)
	to := "/reader"
	if err == nil {
		switch l.Kind {
		case reader.SignIn:
			var e reader.Entry
			if e, err = s.Readers.Enter(r.Context(), token, held, accountDevice(r), now); err == nil {
				s.accountKeep(w, r, readerCookie, e.Token, reader.Lasts)
			}
		case reader.Change:
			err = s.accountMove(r, token, held)
			to = "/reader?done=mail"
		case reader.Data:
			var proof string
			if proof, err = s.Readers.Prove(r.Context(), token, held, now); err == nil {
				s.accountKeep(w, r, provedCookie, proof, quarter)
			}
			to = "/reader/data"
		}
	}
	var form fault.Form
	switch {
	case errors.As(err, &form):
		return s.accountDoor(w, r, http.StatusUnprocessableEntity, AccountDoor{Form: "elsewhere", Wrong: form["mail"]})
	case errors.Is(err, fault.NotFound):
		return s.accountDoor(w, r, http.StatusNotFound, AccountDoor{Form: "elsewhere"})
	case err != nil:
		return err
	}
	s.accountKeep(w, r, askedCookie, "", -1)
	return seeOther(w, r, to)
}

// accountMove gives the account that is signed in another address.
func (s *Site) accountMove(r *http.Request, token, held string) error {
	who, here, err := s.accountOf(r)
	if err != nil {
		return err
	}
	return s.Readers.Move(r.Context(), token, held, who.ID, here.ID, s.Clock())
}

// accountName gives a reader a name that the paper does not keep for itself.
func (s *Site) accountName(w http.ResponseWriter, r *http.Request) error {
	who, here, err := s.accountOf(r)
	if err != nil {
		return err
	}
	p := AccountPage{Typed: comment.TidyName(strings.ToValidUTF8(r.PostFormValue("name"), "\uFFFD"))}
	rules, err := s.Comments.Known(r.Context())
	if err != nil {
		return err
	}
	if rules.Kept(p.Typed) {
		err = fault.Form{"name": tongue.Word("This name is kept for the paper; please take another.")}
	} else {
		err = s.Readers.SetName(r.Context(), who.ID, number(r.PostFormValue("version")), p.Typed)
	}
	var form fault.Form
	if errors.As(err, &form) {
		p.Wrong = form["name"]
		return s.accountMe(w, r, http.StatusUnprocessableEntity, who, here, p)
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, "/reader?done=name")
}

// accountSignOut ends a session: the one named, else this one.
func (s *Site) accountSignOut(w http.ResponseWriter, r *http.Request) error {
	who, here, err := s.accountOf(r)
	if errors.Is(err, fault.NotFound) {
		return seeOther(w, r, "/reader")
	}
	if err != nil {
		return err
	}
	id := number(r.PostFormValue("session"))
	if id == 0 || id == here.ID {
		id = here.ID
		s.accountKeep(w, r, readerCookie, "", -1)
	}
	if err := s.Readers.SignOut(r.Context(), who.ID, id); err != nil {
		return err
	}
	return seeOther(w, r, "/reader")
}

// accountUnfollow ends the mail about replies to one of the reader's comments.
func (s *Site) accountUnfollow(w http.ResponseWriter, r *http.Request) error {
	who, _, err := s.accountOf(r)
	if err != nil {
		return err
	}
	if err := s.Comments.EndFollow(r.Context(), s.PersonOf(who).Whom, number(r.PostFormValue("id"))); err != nil {
		return err
	}
	return seeOther(w, r, "/reader#follows")
}
