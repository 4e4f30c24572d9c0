package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) publishRoutes() []route {
	of := func(method, what string, act staff.Act, handle func(*visit) error) route {
		return route{pattern: method + " /newsroom/article/{id}/" + what, act: act, on: staff.Articles, handle: handle}
	}
	return []route{
		of("GET", "publish", staff.Publish, publishPage),
		of("POST", "cut", staff.Publish, cutArticle),
		of("GET", "links.json", staff.Publish, lookAtLinks),
		of("POST", "publication", staff.Publish, publishArticle),
		of("POST", "unscheduling", staff.Publish, unscheduleArticle),
		of("POST", "embargo", staff.Publish, liftEmbargo),
		of("POST", "amendment", staff.Amend, amendArticle),
		of("GET", "withdraw", staff.Withdraw, withdrawPage),
		of("POST", "withdrawal", staff.Withdraw, withdrawArticle),
		of("POST", "stay", staff.Withdraw, stayArticle),
		proved(of("GET", "redact", staff.Redact, redactPage)),
		proved(of("POST", "redaction", staff.Redact, redactArticle)),
	}
}

// proved is a route that wants a fresh proof of who it is.
func proved(ro route) route {
	ro.fresh = true
	return ro
}

// panel is the page on which an article goes out: what, where, when, who is notified, and what stops it.
type panel struct {
	frame
	article.Article
	Standing string // its stage as of now
	Base     string // of the article's addresses in the newsroom
	Section  string
	Signed   string // by whom it is, as printed
	Address  string
	Origin   string // of the address, as readers see it
	Frozen   bool   // the address was given out already
	Clock    string // "14:03 in New York"
	When     whenForm
	Checks   []checkRow
	Stops    int
	Told     []string
	Uncut    bool // something was typed that is in no version yet
	Waits    bool // something was kept since that does not stand
	Changed  []differing
	Code     []string // frames whose code readers do not have yet
	Kind     string
	Reason   string
	Instead  string // the number of the change that this one supersedes
	Earlier  []article.Change
	Wrong    fault.Form
	Stop     string // said above all else: why nothing was done
	Done     string // what was done
	Redacts  bool   // the person may take things out by law
}

// checkRow is a check with the way to the place it means.
type checkRow struct {
	article.Check
	Go string
}

// Passed are the warnings that would be passed over.
func (p panel) Passed() (warns []string) {
	for _, c := range p.Checks {
		if c.Level == article.Warns {
			warns = append(warns, c.ID)
		}
	}
	return warns
}

// Fresh tells whether the panel is for an article that readers do not have.
func (p panel) Fresh() bool { return p.Standing != article.Published }

// Leaves tells whether a moment ahead is set at which it is withdrawn.
func (p panel) Leaves() bool { return p.Standing == article.Published && !p.Withdrawn.IsZero() }

func publishPage(v *visit) error {
	p, err := v.panel()
	if err != nil {
		return err
	}
	if v.r.URL.Query().Has("links") {
		v.book().look(v, p.Article.Text)
		if err := v.panelChecks(&p); err != nil {
			return err
		}
	}
	p.Done = v.panelDone(p)
	return v.show("publish", p)
}

// panelDone says what was just done, where the address says that something was.
func (v *visit) panelDone(p panel) string {
	at := clock(v.now)
	switch v.r.URL.Query().Get("done") {
	case "published":
		return "Published " + at + "."
	case "scheduled":
		return "It goes out at " + p.Wall.Publication.Long() + "."
	case "embargo":
		return "Nobody can publish it before " + p.Wall.Embargo.Long() + "."
	case "lifted":
		return "The embargo is lifted."
	case "unscheduled":
		return "It is off the schedule."
	case "amended":
		return "Readers have the change since " + at + "."
	case "withdrawn":
		return "Withdrawn " + at + "."
	case "leaving":
		return "It is withdrawn at " + p.Wall.Withdrawal.Long() + "."
	case "stays":
		return "It stays."
	case "redacted":
		return "Taken out " + at + ", in every version."
	case "cut":
		return "What was typed is in it now."
	}
	return ""
}

// panel is the panel of the article in the address, as it is now. It changes nothing.
func (v *visit) panel() (panel, error) {
	id, err := v.id("id")
	if err != nil {
		return panel{}, err
	}
	a, err := v.Articles.Newest(v.ctx(), id)
	if err != nil {
		return panel{}, err
	}
	p := panel{frame: v.frame("Publish: "+titled(a.Headline), "articles"), Article: a, Standing: a.Standing(v.now), Base: fmt.Sprintf("/newsroom/article/%d", id),
		Origin: v.paper.Address, Clock: clock(v.now) + " in " + v.where(), When: whenForm{When: "now"}, Kind: article.Update, Wrong: fault.Form{},
		Frozen: a.Path != "", Waits: a.Stands < a.Version, Redacts: v.person.May(staff.Redact, staff.Articles, false)}
	if p.Address, err = v.willBe(a); err != nil {
		return p, err
	}
	if err := v.panelNames(&p); err != nil {
		return p, err
	}
	if err := v.panelSince(&p); err != nil {
		return p, err
	}
	return p, v.panelChecks(&p)
}

// titled is a headline, or what stands for one.
func titled(headline string) string {
	if headline == "" {
		return "Without a headline"
	}
	return headline
}

// where is the place whose clocks the paper goes by.
func (v *visit) where() string {
	if v.paper.Place != "" {
		return v.paper.Place
	}
	return v.paper.Zone
}

// panelNames puts section and bylines of the article on the panel, and who will be told.
func (v *visit) panelNames(p *panel) error {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	if len(p.Article.Sections) > 0 {
		if s, ok := tree.Get(p.Article.Sections[0]); ok {
			p.Section = s.NameIn(p.Lang)
		}
	}
	people, err := v.Staff.Bylines(v.ctx(), p.Article.Bylines...)
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, b := range people {
		names[b.ID] = b.NameIn(p.Lang)
	}
	var signed []string
	for _, id := range p.Article.Bylines {
		if names[id] != "" {
			signed = append(signed, names[id])
		}
	}
	p.Signed = strings.Join(signed, ", ")
	p.Told = []string{"The feeds of the paper, of its section, its topics and its writers", "The sitemap, and the news sitemap for two days", "Every list and front it belongs to"}
	return nil
}

// panelSince is what was written since what readers have, or will have.
func (v *visit) panelSince(p *panel) error {
	state, err := v.Desk.State(v.ctx(), p.ID, v.now)
	if err != nil {
		return err
	}
	for _, part := range state.Parts {
		p.Uncut = p.Uncut || part.Open
	}
	p.Code = newCode(doc.Doc{}, p.Article.Body)
	if p.Standing != article.Published && p.Standing != article.Scheduled {
		return nil
	}
	stands, err := v.Articles.Get(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	p.Changed = differences(stands.Text, p.Article.Text)
	if p.Standing == article.Published {
		p.Code = newCode(stands.Body, p.Article.Body)
	}
	changes, err := v.Articles.Changes(v.ctx(), v.now, p.ID)
	for _, c := range changes[p.ID] {
		if c.Superseded == 0 && c.Kind != article.Minor && c.Kind != article.Redaction {
			p.Earlier = append(p.Earlier, c)
		}
	}
	return err
}

// willBe is where readers will find the article: the address it has, or the first one free near the one it wishes for.
func (v *visit) willBe(a article.Article) (string, error) {
	path := v.addressOf(a)
	if a.Path != "" {
		return path, nil
	}
	for n := 2; n < 100; n++ {
		_, err := v.Papers.At(v.ctx(), path)
		if errors.Is(err, fault.NotFound) {
			return path, nil
		}
		if err != nil && !errors.As(err, new(fault.Moved)) {
			return "", err
		}
		path = fmt.Sprintf("%s-%d", v.addressOf(a), n)
	}
	return path, nil
}

// whenForm is when something is to happen, as it was typed.
type whenForm struct {
	When  string // "now", "at" or "embargo"
	Day   string
	Time  string
	Which string // "first" or "second", of a time that comes twice
	Then  bool   // when the embargo ends it goes out
	// First and Second name the two where the time comes twice.
	First, Second string
}

func (v *visit) readWhen() whenForm {
	f := v.r.PostFormValue
	return whenForm{When: f("when"), Day: f("day"), Time: f("time"), Which: f("which"), Then: f("then") != ""}
}

// at is the moment meant, which lies ahead unless it is now.
func (f *whenForm) at(now time.Time) (time.Time, fault.Form) {
	if f.When != "at" && f.When != "embargo" {
		return now, nil
	}
	if f.Day == "" || f.Time == "" {
		return now, fault.Form{"time": "Say on which day and at what time."}
	}
	w := paper.Wall{Says: f.Day + "T" + f.Time, Zone: now.Location().String(), Second: f.Which == "second"}
	at, err := w.At()
	if err != nil {
		return now, fault.Form{"time": err.Error()}
	}
	if first, second, twice := w.Twice(); twice {
		f.First, f.Second = first.Format("15:04 MST"), second.Format("15:04 MST")
		if f.Which == "" {
			return now, fault.Form{"which": first.Format("15:04") + " comes twice that night: clocks are put back. Say which one you mean."}
		}
	}
	if !at.After(now) {
		return now, fault.Form{"time": "This time is over. It is " + clock(now) + " now."}
	}
	return at, nil
}

// panelAsked is the panel of a form that was sent: what was typed since is cut into a version first, and a form made from another
// version than the newest is shown again with what changed.
func (v *visit) panelAsked() (p panel, ok bool, err error) {
	id, err := v.id("id")
	if err != nil {
		return p, false, err
	}
	if _, err := v.Articles.Get(v.ctx(), id); err != nil {
		return p, false, err
	}
	if _, err := v.Desk.Cut(v.ctx(), id, v.now); err != nil {
		return p, false, err
	}
	if p, err = v.panel(); err != nil {
		return p, false, err
	}
	f := v.r.PostFormValue
	p.When, p.Reason, p.Instead = v.readWhen(), f("note"), f("supersedes")
	if f("kind") != "" {
		p.Kind = f("kind")
	}
	version, err := strconv.ParseInt(f("version"), 10, 64)
	if err != nil {
		return p, false, fault.Invalid("This form has no version.")
	}
	if version != p.Version {
		p.Stop, err = v.whoChanged(p, version)
		return p, false, err
	}
	return p, true, nil
}

// whoChanged says who made versions of the article since the one a form was made from.
func (v *visit) whoChanged(p panel, version int64) (string, error) {
	list, err := v.Articles.Versions(v.ctx(), p.ID)
	if err != nil || len(list) == 0 || version > p.Version {
		return "Somebody changed this while you looked. Look it over once more.", err
	}
	who, err := v.whoIs(list[0].By)
	return fmt.Sprintf("%s changed this at %s, while you looked. Look it over once more: nothing was done.", who[list[0].By], list[0].At.In(v.now.Location()).Format("15:04:05")), err
}

// panelAgain shows the panel with what was typed and why nothing was done.
func (v *visit) panelAgain(p panel, err error) error {
	var wrong fault.Form
	switch {
	case p.Stop != "" && err == nil:
		return v.showAs(http.StatusConflict, "publish", p)
	case errors.As(err, &wrong):
		p.Wrong, p.Stop = wrong, wrong["code"]
	case errors.Is(err, fault.Conflict):
		fresh, freshErr := v.panel()
		if freshErr != nil {
			return freshErr
		}
		p.Version, p.Stop = fresh.Version, "Somebody changed this while you looked. Look it over once more: nothing was done."
		return v.showAs(http.StatusConflict, "publish", p)
	case fault.IsInvalid(err):
		p.Stop = err.Error()
	default:
		return err
	}
	if p.Stop == "" {
		p.Stop = "Nothing was done: something must be mended first."
	}
	return v.showAs(http.StatusUnprocessableEntity, "publish", p)
}

// panelOn sends the browser to the panel, which says what was done.
func (v *visit) panelOn(p panel, done string) error {
	return v.seeOther(p.Base + "/publish?done=" + done)
}
