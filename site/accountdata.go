package site

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"lede/internal/audit"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/press"
	"lede/reader"
)

// DataPage is what the paper keeps about whoever proved an address, or holds the cookie of a browser.
type DataPage struct {
	Frame
	Base     string // below which its acts stand
	Mail     string // "" for a browser
	Account  bool   // there is an account
	Comments int
	Follows  int
	Measures int
	Reports  int
	Erased   bool // it is done
}

// DeletionPage asks a reader what shall go.
type DeletionPage struct {
	Frame
	Name string
	Gone bool // it is done
}

// FollowPage begins or ends mail about replies to a comment.
type FollowPage struct {
	Frame
	Yes  bool   // it is about beginning
	Here string // its own address, where the answer goes
	Mail string
	Done bool
	Gone bool // there is nothing to begin or end any more
}

// outsider acts for somebody outside, of whom the audit log shall say no more than that.
func outsider(r *http.Request) *http.Request {
	return r.WithContext(audit.As(r.Context(), audit.Actor{Name: "a reader"}))
}

// dataPage shows what is kept about somebody, and a stranger how to prove who they are.
func (s *Site) dataPage(of dataOf) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p := DataPage{Base: r.URL.Path, Erased: r.URL.Query().Get("done") == "erased"}
		who, err := of(r)
		if errors.Is(err, fault.NotFound) && !p.Erased {
			return s.accountDoor(w, r, http.StatusOK, AccountDoor{Form: "ask", For: reader.Data})
		}
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		return s.dataShow(w, r, who, p)
	}
}

func (s *Site) dataShow(w http.ResponseWriter, r *http.Request, who press.Person, p DataPage) error {
	about, err := s.Comments.About(r.Context(), who.Whom)
	if err != nil {
		return err
	}
	sh, err := s.accountSheet(r, who.Account)
	if err != nil {
		return err
	}
	p.Mail, p.Account = who.Mail, who.Account.ID != 0
	p.Comments, p.Follows, p.Measures, p.Reports = len(about.Comments), len(about.Follows), len(about.Measures), len(about.Notices)
	if p.Frame, err = sh.accountFrame(sh.t.T("What is kept about you")); err != nil {
		return err
	}
	return s.accountShow(w, sh, http.StatusOK, viewData, p)
}

// dataExport sends what is kept about somebody.
func (s *Site) dataExport(of dataOf) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := of(r)
		if err != nil {
			return err
		}
		return s.sendExport(w, r, who)
	}
}

func (s *Site) sendExport(w http.ResponseWriter, r *http.Request, who press.Person) error {
	var b bytes.Buffer
	if err := s.ExportPerson(r.Context(), &b, who, s.Clock()); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="what-is-kept.zip"`)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // whoever asked may be gone
	return nil
}

// dataErase erases what is kept about somebody who said so twice.
func (s *Site) dataErase(of dataOf) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := of(r)
		if err != nil {
			return err
		}
		base := strings.TrimSuffix(r.URL.Path, "/erasure")
		if r.PostFormValue("sure") != "yes" {
			return seeOther(w, r, base)
		}
		r = outsider(r)
		if _, err := s.ErasePerson(r.Context(), who, s.Clock()); err != nil {
			return err
		}
		return seeOther(w, r, base+"?done=erased")
	}
}

// accountExport sends a reader what is kept about them.
func (s *Site) accountExport(w http.ResponseWriter, r *http.Request) error {
	who, _, err := s.accountOf(r)
	if err != nil {
		return err
	}
	return s.sendExport(w, r, s.PersonOf(who))
}

// accountDeletion asks what shall go.
func (s *Site) accountDeletion(w http.ResponseWriter, r *http.Request) error {
	who, _, err := s.accountOf(r)
	gone := r.URL.Query().Get("done") == "gone"
	if errors.Is(err, fault.NotFound) && !gone {
		return seeOther(w, r, "/reader")
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	sh, err := s.accountSheet(r, who)
	if err != nil {
		return err
	}
	p := DeletionPage{Name: who.Name, Gone: gone}
	if p.Frame, err = sh.accountFrame(sh.t.T("Delete your account")); err != nil {
		return err
	}
	return s.accountShow(w, sh, http.StatusOK, viewDeletion, p)
}

// accountDelete deletes an account, with all that was written or without.
func (s *Site) accountDelete(w http.ResponseWriter, r *http.Request) error {
	who, _, err := s.accountOf(r)
	if err != nil {
		return err
	}
	r = outsider(r)
	switch r.PostFormValue("what") {
	case "all":
		_, err = s.ErasePerson(r.Context(), s.PersonOf(who), s.Clock())
	case "account":
		if err = s.Comments.Leave(r.Context(), who.ID); err == nil {
			err = s.Readers.Delete(r.Context(), who.ID, s.Clock())
		}
	default:
		return seeOther(w, r, "/reader/deletion")
	}
	if err != nil {
		return err
	}
	s.accountKeep(w, r, readerCookie, "", -1)
	return seeOther(w, r, "/reader/deletion?done=gone")
}

// followPage shows what a link in a mail about replies is for.
func (s *Site) followPage(w http.ResponseWriter, r *http.Request) error {
	return s.followShow(w, r, r.URL.Query().Get("done") != "")
}

func (s *Site) followShow(w http.ResponseWriter, r *http.Request, done bool) error {
	p := FollowPage{Yes: r.PathValue("what") == "yes", Here: r.URL.Path, Done: done}
	f, err := s.Comments.Following(r.Context(), number(r.PathValue("id")), r.PathValue("key"))
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	p.Mail, p.Gone = f.Mail, err != nil
	sh, err := s.accountSheet(r, reader.Reader{Lang: f.Lang})
	if err != nil {
		return err
	}
	if p.Frame, err = sh.accountFrame(sh.t.T("Mail about replies")); err != nil {
		return err
	}
	status := http.StatusOK
	if p.Gone && !done {
		status = http.StatusNotFound
	}
	return s.accountShow(w, sh, status, viewFollow, p)
}

// followDo begins or ends mail about replies. A mail program may ask for the end by itself, without a page (RFC 8058).
func (s *Site) followDo(w http.ResponseWriter, r *http.Request) error {
	id, key := number(r.PathValue("id")), r.PathValue("key")
	var err error
	switch r.PathValue("what") {
	case "yes":
		err = s.Comments.Confirm(r.Context(), id, key, s.Clock())
	case "end":
		err = s.Comments.Unfollow(r.Context(), id, key, r.PostFormValue("all") != "")
	default:
		return fault.NotFound
	}
	if errors.Is(err, fault.NotFound) {
		return s.followShow(w, r, false)
	}
	if err != nil {
		return err
	}
	if r.PostFormValue("List-Unsubscribe") != "" {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	return seeOther(w, r, r.URL.Path+"?done=yes")
}
