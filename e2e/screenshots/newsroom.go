package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/room"
	"lede/e2e/staff"
)

// studio is the newsroom whose pictures are taken: that of the demo paper, with its publisher and a contributor.
type studio struct {
	*room.Room
	chrom *chrome.Chrome
	to    string
	tab   *chrome.Tab // the publisher's
	sat   *chrome.Person
	names []string
}

// shot is one page of the newsroom. before brings an open page into the state to be shown.
type shot struct {
	name   string
	path   func(*studio) (string, error)
	before func(*studio) error
	once   bool // before is done once, for all four pictures
}

func at(path string) func(*studio) (string, error) {
	return func(*studio) (string, error) { return path, nil }
}

// of is a page of the article whose headline begins so.
func of(headline, more string) func(*studio) (string, error) {
	return func(s *studio) (string, error) {
		path, err := s.article(headline)
		return path + more, err
	}
}

const (
	withTK  = "The island’s school lunch"
	ready   = "Three ports, one pilot"
	inPrint = "Ferry fares rise 40 cents"
	arabic  = "مدرسة الضباب"
	filed   = "Pier 9 closes at night"
	beside  = "United lose their goalkeeper"
)

var shots = []shot{
	{name: "merge", path: of(beside, ""), before: (*studio).merging, once: true},
	{name: "today", path: at("/newsroom/")},
	{name: "calendar", path: at("/newsroom/calendar")},
	{name: "articles", path: at("/newsroom/articles")},
	{name: "editor", path: of(withTK, ""), before: edited},
	{name: "editor-ar", path: of(arabic, ""), before: edited},
	{name: "editor-offline", path: of(filed, ""), before: (*studio).offline},
	{name: "publish-ready", path: of(ready, "/publish")},
	{name: "publish-stopped", path: of(withTK, "/publish")},
	{name: "publish-published", path: of(inPrint, "/publish")},
	{name: "withdraw", path: of(inPrint, "/withdraw")},
	{name: "redact", path: of(inPrint, "/redact")},
	{name: "notes", path: of(withTK, "/notes")},
	{name: "deadline", path: of(withTK, "/work")},
	{name: "versions", path: of(inPrint, "/versions")},
	{name: "difference", path: of(inPrint, "/versions/2?with=1")},
	{name: "pictures", path: at("/newsroom/pictures")},
	{name: "front", path: at("/newsroom/front")},
	{name: "alert", path: at("/newsroom/front/alert")},
	{name: "preview", path: at("/newsroom/preview")},
	{name: "comments", path: at("/newsroom/comments")},
	{name: "comments-shown", path: at("/newsroom/comments?state=shown")},
	{name: "comments-measures", path: at("/newsroom/comments/measures")},
	{name: "topics", path: at("/newsroom/topics")},
	{name: "paper", path: at("/newsroom/paper")},
	{name: "paper-sections", path: at("/newsroom/sections")},
	{name: "paper-pages", path: at("/newsroom/pages")},
	{name: "paper-redirects", path: at("/newsroom/redirects")},
	{name: "paper-look", path: at("/newsroom/paper/look")},
	{name: "paper-menu", path: at("/newsroom/paper/menu")},
	{name: "paper-checklist", path: at("/newsroom/paper/checklist")},
	{name: "paper-versions", path: at("/newsroom/paper/versions")},
	{name: "paper-mail", path: at("/newsroom/mail")},
	{name: "paper-backups", path: at("/newsroom/backups")},
	{name: "staff", path: at("/newsroom/staff")},
	{name: "account", path: at("/newsroom/account")},
	{name: "audit", path: at("/newsroom/audit")},
	{name: "everything", path: at("/newsroom/everything")},
}

// newsroom takes every page of the newsroom at both widths, light and dark: screenshots/newsroom-today-360-dark.png.
func newsroom(c *chrome.Chrome, r *room.Room, bin, to, docs string) (err error) {
	s := &studio{Room: r, chrom: c, to: to}
	if s.sat, err = r.Sit(c, r.Publisher); err != nil {
		return err
	}
	defer s.sat.Leave()
	if s.tab, err = s.sat.Tab(); err != nil {
		return err
	}
	if docs != "" {
		if err := s.readme(docs); err != nil {
			return err
		}
	}
	for _, one := range shots {
		path, err := one.path(s)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		ready := s.opened(s.tab, path, one.before)
		if one.once {
			ready = onlyOnce(ready)
		}
		if err := s.take(one.name, s.tab, ready); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	for _, more := range []func() error{s.held, s.stranger, s.noAccess, func() error { return s.empty(bin) }} {
		if err := more(); err != nil {
			return err
		}
	}
	fmt.Println("pictures of", len(s.names), "pages of the newsroom in", to)
	return nil
}

// readme takes what is seen of the list of work and of the editor at first sight.
func (s *studio) readme(docs string) error {
	if err := errors.Join(os.MkdirAll(docs, 0o755), s.tab.Size(1280, heights[1280]), s.tab.Media("screen", "light")); err != nil {
		return err
	}
	editor, err := s.article(withTK)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		name, path string
		before     func(*studio) error
	}{{"newsroom", "/newsroom/", nil}, {"editor", editor, edited}} {
		if err := s.opened(s.tab, one.path, one.before)(); err != nil {
			return err
		}
		picture, err := s.tab.Screenshot(false)
		if err != nil {
			return err
		}
		if err := keepSmall(filepath.Join(docs, one.name+".png"), picture); err != nil {
			return err
		}
	}
	return nil
}

// opened opens a page and brings it into the state to be shown.
func (s *studio) opened(tab *chrome.Tab, path string, before func(*studio) error) func() error {
	return func() error {
		if err := errors.Join(tab.Network(true), tab.Open(s.URL+path)); err != nil || before == nil {
			return err
		}
		return before(s)
	}
}

func onlyOnce(do func() error) func() error {
	done := false
	return func() error {
		if done {
			return nil
		}
		done = true
		return do()
	}
}

// take takes what the tab shows four times, when it is ready.
func (s *studio) take(name string, tab *chrome.Tab, ready func() error) error {
	for _, width := range []int{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			if err := errors.Join(tab.Size(width, heights[width]), tab.Media("screen", scheme), ready()); err != nil {
				return err
			}
			picture, err := tab.Screenshot(true)
			if err != nil {
				return err
			}
			file := fmt.Sprintf("newsroom-%s-%d-%s.png", name, width, scheme)
			if err := os.WriteFile(filepath.Join(s.to, file), picture, 0o644); err != nil {
				return err
			}
		}
	}
	s.names = append(s.names, name)
	return tab.Network(true)
}

// article finds an article by the beginning of its headline, and gives the path of its editor.
func (s *studio) article(headline string) (string, error) {
	for _, list := range []string{"/newsroom/", "/newsroom/articles", "/newsroom/articles?stage=published"} {
		if err := s.tab.Open(s.URL + list); err != nil {
			return "", err
		}
		path, err := chrome.Eval[string](s.tab, fmt.Sprintf(`[...document.querySelectorAll('main a[href*="/newsroom/article/"]')].find(a => a.textContent.includes(%q))?.pathname ?? ""`, headline))
		if err != nil || path != "" {
			return path, err
		}
	}
	return "", fmt.Errorf("no article %q in the lists", headline)
}

const editing = `document.querySelector(".ProseMirror") && /saved|server|connection/i.test(document.getElementById("saved").textContent) && document.querySelector(".checks li")`

func edited(s *studio) error { return s.tab.Wait(20*time.Second, editing) }

// offline cuts the network and goes on writing.
func (s *studio) offline() error {
	if err := edited(s); err != nil {
		return err
	}
	if err := errors.Join(s.tab.ToEnd(".ProseMirror"), s.tab.Network(false), s.tab.Type(" They wait.")); err != nil {
		return err
	}
	return s.tab.Wait(20*time.Second, `/No connection/.test(document.getElementById("saved").textContent)`)
}

// merging keeps a text beside the one that stands, as of somebody who wrote at the same time, and shows both.
func (s *studio) merging() error {
	id, err := chrome.Eval[string](s.tab, `location.pathname.split("/").at(-1)`)
	if err != nil {
		return err
	}
	a, err := s.Publisher.Article(id)
	if err != nil {
		return err
	}
	now, err := s.Publisher.State(id)
	if err != nil {
		return err
	}
	theirs := strings.Replace(string(now.Parts["body"].Value), "noon", "a quarter past noon", 1)
	kept, err := a.Ask("PUT", a.Path("/aside/body"), map[string]any{"tab": "besides" + id, "base": now.Parts["body"].Seq - 1, "value": json.RawMessage(theirs)})
	if err != nil {
		return err
	}
	if kept.Status != 200 {
		return fmt.Errorf("keeping a text beside: %d %s", kept.Status, kept.Body)
	}
	if err := errors.Join(s.tab.Open(s.URL+a.Path("")), s.tab.Push("See both")); err != nil {
		return err
	}
	return s.tab.Wait(20*time.Second, `document.querySelector("dialog.merging[open]")`)
}

// held shows an article while a colleague writes it.
func (s *studio) held() error {
	colleague, err := s.Join("jonas@paper.example", "Jonas Weil", "editor")
	if err != nil {
		return err
	}
	sat, err := s.Sit(s.chrom, colleague)
	if err != nil {
		return err
	}
	defer sat.Leave()
	tab, err := sat.Tab()
	if err != nil {
		return err
	}
	path, err := s.article(filed)
	if err != nil {
		return err
	}
	if err := errors.Join(tab.Open(s.URL+path), tab.Wait(20*time.Second, editing)); err != nil {
		return err
	}
	if err := tab.ToEnd(".ProseMirror"); err != nil {
		return err
	}
	return s.take("editor-held", s.tab, s.opened(s.tab, path, func(s *studio) error {
		if err := tab.Type("."); err != nil {
			return err
		}
		return s.tab.Wait(20*time.Second, editing+` && /Jonas/.test(document.body.innerText)`)
	}))
}

// stranger shows how one comes in.
func (s *studio) stranger() error {
	p, err := s.chrom.Person()
	if err != nil {
		return err
	}
	defer p.Leave()
	tab, err := p.Tab()
	if err != nil {
		return err
	}
	if err := s.take("sign-in", tab, s.opened(tab, "/newsroom/sign-in", nil)); err != nil {
		return err
	}
	invited, err := s.Invited("priya@paper.example", "Priya Okafor", "reporter")
	if err != nil {
		return err
	}
	return s.take("welcome", tab, s.opened(tab, invited, nil))
}

// noAccess shows what somebody reads who may not.
func (s *studio) noAccess() error {
	who, err := s.Join("gil@paper.example", "Gil Keane", "contributor")
	if err != nil {
		return err
	}
	return s.as(who, "no-access", "/newsroom/staff")
}

func (s *studio) as(who *staff.Person, name, path string) error {
	p, err := s.Sit(s.chrom, who)
	if err != nil {
		return err
	}
	defer p.Leave()
	tab, err := p.Tab()
	if err != nil {
		return err
	}
	return s.take(name, tab, s.opened(tab, path, nil))
}

// empty shows the first minutes of a paper.
func (s *studio) empty(bin string) error {
	r, err := room.Fresh(bin)
	if err != nil {
		return err
	}
	defer r.Close()
	fresh := &studio{Room: r, chrom: s.chrom, to: s.to}
	if err := fresh.as(staff.New(r.URL, nil), "setup", r.Setup); err != nil {
		return err
	}
	if r.Publisher, err = r.SetUp(); err != nil {
		return err
	}
	if err := fresh.as(r.Publisher, "today-empty", "/newsroom/"); err != nil {
		return err
	}
	s.names = append(s.names, fresh.names...)
	return nil
}
