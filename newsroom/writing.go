package newsroom

// The writing protocol. What the editor says and hears, under /newsroom/article/{id}; JSON both ways. Every request that changes
// something carries the header X-Lede: 1. A "tab" is an id drawn at random by each open editor window, never shared nor stored;
// a "part" is headline, body, pictures or filing; ids are texts, times RFC 3339. People are {"id","name","initials"}.
//
//	PUT text/{part}   {"tab","base","n","value"} or, for the body, {"tab","base","n","order","changed"}
//	    base is the seq the write was made from; n, which may be left out, counts the tab's writes of the part. order are the ids
//	    of all blocks, left out when it is as before; changed are the blocks that are new or other than before.
//	    200 {"seq","at"}              it is durable. The same write again is 200 again; one overtaken by a later of its tab, too
//	    409 {"seq","value","by","at"} somebody else's text stands there: put yours aside, then merge
//	    422 {"whole":true}            the patch does not fit: send the same base with the whole value
//	    423 {"by","tab","since","idle","asked"}  another window holds the part: put yours aside if there are words in it
//	    401 {"signIn":true} · 403 · 404 · 413
//	    Who goes on without having heard an answer sends the whole value with the base it last heard of.
//	PUT aside/{part}  {"tab","base","n","value"}: keeps the loser's text; a later one of the same tab takes its place. 200
//	POST merge/{part} {"tab","base","value","aside"}: writes the merged text where base stands; aside is the tab whose text went in,
//	    the own one when left out. Both texts stay as versions. 200, 409, 423 as above
//	POST presence     {"tab","part","leave"}: every 4 s; leave, when the window closes, lets go of everything and cuts a version.
//	    {"people":[{"id","name","initials","tab","part","here"}],"holds":{part:{"by","tab","since","idle","present","asked","from"}},
//	    "seqs":{part:n},"stage","version","notes"}
//	POST hold/{part}  {"tab"} takes what is free · "ask" asks · "unask" takes that back · "give", "keep" are the holder's answers ·
//	    "release", or DELETE hold/{part}?tab=, lets go. 200 the hold · 423 the hold as it stays
//	    Free is what nobody holds, what was not written in for 2 minutes, and what was asked for 30 s ago without an answer. One's own
//	    other window gives way to an ask at once. Whatever changes hands is cut as a version first.
//	POST version      {"tab","note"}: cuts a version. {"version","at"}
//	POST versions/{n}/restoration {"tab"}: what stands is cut, then version n is put into the parts. 200 {"version"} · 423
//	POST stage        {"to","version"}: draft, filed, ready. 200 {"stage","version"} · 409 · 422 {"says"}

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"lede/article"
	"lede/desk"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/staff"
)

func (n *Newsroom) writingRoutes() []route {
	large := []web.RouteOption{web.MaxBody(desk.MaxValue + 64<<10), web.Deadline(30 * time.Second)}
	const at = "/newsroom/article/{id}/"
	return []route{
		{pattern: "POST /newsroom/articles", act: staff.Write, on: staff.Articles, handle: (*visit).begin},
		{pattern: "PUT " + at + "text/{part}", act: staff.Write, on: staff.Articles, handle: (*visit).write, options: large},
		{pattern: "PUT " + at + "aside/{part}", act: staff.Write, on: staff.Articles, handle: (*visit).putAside, options: large},
		{pattern: "POST " + at + "merge/{part}", act: staff.Write, on: staff.Articles, handle: (*visit).merge, options: large},
		{pattern: "POST " + at + "presence", act: staff.Read, on: staff.Articles, handle: (*visit).presence},
		{pattern: "POST " + at + "hold/{part}", act: staff.Write, on: staff.Articles, handle: (*visit).hold},
		{pattern: "DELETE " + at + "hold/{part}", act: staff.Write, on: staff.Articles, handle: (*visit).release},
		{pattern: "POST " + at + "version", act: staff.Write, on: staff.Articles, handle: (*visit).cutVersion},
		{pattern: "POST " + at + "versions/{n}/restoration", act: staff.Write, on: staff.Articles, handle: (*visit).restore},
		{pattern: "POST " + at + "stage", act: staff.File, on: staff.Articles, handle: (*visit).stage},
	}
}

// worksOn is the article of the address, if the person may do this with it. Of one that they may not even read they are told that
// there is none.
func (v *visit) worksOn(act staff.Act, on staff.Object) (int64, error) {
	id, err := v.id("id")
	if err != nil {
		return 0, err
	}
	mine, err := v.Desk.Own(v.ctx(), id, v.person.ID, v.person.Byline)
	if err != nil {
		return 0, err
	}
	if !v.person.May(staff.Read, staff.Articles, mine) {
		return 0, fault.NotFound
	}
	return id, v.must(act, on, mine)
}

// begin makes a draft and opens it. The key makes of two clicks one article.
func (v *visit) begin() error {
	key := v.r.FormValue("key")
	if key == "" {
		key = doc.NewID()
	}
	key = "staff-" + strconv.FormatInt(v.person.ID, 10) + "-" + key
	text, err := v.blank()
	if err != nil {
		return err
	}
	a, _, err := v.Articles.Begin(v.ctx(), text, key[:min(len(key), 100)], v.person.ID, v.now)
	if err != nil {
		return err
	}
	return v.seeOther("/newsroom/article/" + strconv.FormatInt(a.ID, 10))
}

// blank is the sheet on which the person begins: in their language, under their name, in the paper's section where there is but one.
func (v *visit) blank() (article.Text, error) {
	text := article.Text{Lang: cmp.Or(v.person.Lang, v.paper.Main())}
	if v.person.Byline != 0 {
		text.Bylines = []int64{v.person.Byline}
	}
	tree, err := v.Sections.Tree(v.ctx())
	if len(tree) == 1 {
		text.Sections = []int64{tree[0].ID}
	}
	return text, err
}

// sent is what an editor sends of a part.
type sent struct {
	Tab     string            `json:"tab"`
	Base    int64             `json:"base"`
	N       int64             `json:"n"`
	Value   json.RawMessage   `json:"value"`
	Order   []string          `json:"order"`
	Changed []json.RawMessage `json:"changed"`
	Aside   string            `json:"aside"`
}

// writing is what was sent of the part of the address.
func (v *visit) writing(act staff.Act) (w desk.Writing, s sent, err error) {
	id, err := v.worksOn(act, staff.Articles)
	if err != nil {
		return w, s, err
	}
	if err := v.take(&s); err != nil {
		return w, s, err
	}
	w = desk.Writing{Article: id, Part: v.r.PathValue("part"), Tab: s.Tab, By: v.person.ID, Base: s.Base, N: s.N, Value: s.Value}
	if s.Value == nil && (s.Order != nil || s.Changed != nil) {
		w.Patch = &desk.Patch{Order: s.Order, Changed: s.Changed}
	}
	return w, s, nil
}

func (v *visit) write() error {
	w, _, err := v.writing(staff.Write)
	if err != nil {
		return err
	}
	k, err := v.Desk.Write(v.ctx(), w, v.now)
	return v.answerKept(k, err)
}

func (v *visit) putAside() error {
	w, _, err := v.writing(staff.Write)
	if err != nil {
		return err
	}
	k, err := v.Desk.PutAside(v.ctx(), w, v.now)
	return v.answerKept(k, err)
}

func (v *visit) merge() error {
	w, s, err := v.writing(staff.Write)
	if err != nil {
		return err
	}
	if s.Aside == "" {
		s.Aside = s.Tab
	}
	k, err := v.Desk.Merge(v.ctx(), w, s.Aside, v.now)
	return v.answerKept(k, err)
}

// kept, standing and whole are the answers to a write.
type kept struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
}

type standing struct {
	Seq   int64           `json:"seq"`
	Value json.RawMessage `json:"value"`
	By    *face           `json:"by"`
	At    time.Time       `json:"at"`
}

type whole struct {
	Whole bool `json:"whole"`
}

func (v *visit) answerKept(k desk.Kept, err error) error {
	if err != nil {
		return v.answerNotKept(err)
	}
	return v.answer(http.StatusOK, kept{k.Seq, k.At.In(v.now.Location())})
}

// answerNotKept tells a script what stands in the way of its write; other errors go on.
func (v *visit) answerNotKept(err error) error {
	var stands desk.Stands
	var held desk.Held
	switch {
	case errors.As(err, &stands):
		f, err := v.faces()
		if err != nil {
			return err
		}
		return v.answer(http.StatusConflict, standing{stands.Seq, stands.Value, f.maybe(stands.By), stands.At.In(v.now.Location())})
	case errors.As(err, &held):
		f, err := v.faces()
		if err != nil {
			return err
		}
		return v.answer(http.StatusLocked, v.holdOf(held.Hold, f))
	case errors.Is(err, desk.ErrWhole):
		return v.answer(http.StatusUnprocessableEntity, whole{true})
	}
	return err
}

// held is a hold as the editor is told of it.
type held struct {
	By      *face     `json:"by"`
	Tab     string    `json:"tab"`
	Since   time.Time `json:"since"`
	Idle    int       `json:"idle"` // seconds
	Present bool      `json:"present"`
	Asked   *asked    `json:"asked,omitempty"`
	From    *asked    `json:"from,omitempty"` // whom it was taken from, and when
}

type asked struct {
	By  *face     `json:"by"`
	Tab string    `json:"tab"`
	At  time.Time `json:"at"`
	No  bool      `json:"no,omitempty"`
}

func (v *visit) holdOf(h desk.Hold, f faces) held {
	zone := v.now.Location()
	out := held{By: f.maybe(h.By), Tab: h.Tab, Since: h.Since.In(zone), Idle: int(v.now.Sub(h.At).Seconds()), Present: h.Present}
	if h.Asked.Tab != "" {
		out.Asked = &asked{f.maybe(h.Asked.By), h.Asked.Tab, h.Asked.At.In(zone), h.Asked.No}
	}
	if h.From != "" {
		out.From = &asked{By: f.maybe(h.FromBy), Tab: h.From, At: h.Since.In(zone)}
	}
	return out
}

// scene is who is at the article.
type scene struct {
	People  []here           `json:"people"`
	Holds   map[string]held  `json:"holds"`
	Seqs    map[string]int64 `json:"seqs"`
	Stage   string           `json:"stage"`
	Version int64            `json:"version"`
	Notes   int              `json:"notes"`
}

type here struct {
	face
	Tab  string `json:"tab"`
	Part string `json:"part"`
	Here bool   `json:"here"`
}

func (v *visit) presence() error {
	id, err := v.worksOn(staff.Read, staff.Articles)
	if err != nil {
		return err
	}
	var s struct {
		Tab   string `json:"tab"`
		Part  string `json:"part"`
		Leave bool   `json:"leave"`
	}
	if err := v.take(&s); err != nil {
		return err
	}
	if s.Leave {
		return v.leave(id, s.Tab)
	}
	sc, err := v.Desk.See(v.ctx(), id, s.Tab, s.Part, v.person.ID, v.now)
	if err != nil {
		return err
	}
	f, err := v.faces()
	if err != nil {
		return err
	}
	out := scene{People: []here{}, Holds: map[string]held{}, Seqs: sc.Seqs, Stage: sc.Stage, Version: sc.Version, Notes: sc.Notes}
	for _, w := range sc.Visitors {
		out.People = append(out.People, here{f.who(w.Person), w.Tab, w.Part, true})
	}
	for _, h := range sc.Holds {
		out.Holds[h.Part] = v.holdOf(h, f)
	}
	return v.answer(http.StatusOK, out)
}

func (v *visit) leave(id int64, tab string) error {
	if err := v.Desk.Leave(v.ctx(), id, tab, v.person.ID, v.now); err != nil {
		return err
	}
	return v.answer(http.StatusOK, struct{}{})
}

func (v *visit) hold() error {
	id, err := v.worksOn(staff.Write, staff.Articles)
	if err != nil {
		return err
	}
	var s struct {
		Tab     string `json:"tab"`
		Ask     bool   `json:"ask"`
		Unask   bool   `json:"unask"`
		Give    bool   `json:"give"`
		Keep    bool   `json:"keep"`
		Release bool   `json:"release"`
	}
	if err := v.take(&s); err != nil {
		return err
	}
	ctx, part, me, now := v.ctx(), v.r.PathValue("part"), v.person.ID, v.now
	var h desk.Hold
	switch {
	case s.Release:
		return v.letGo(id, part, s.Tab)
	case s.Ask:
		h, err = v.Desk.Ask(ctx, id, part, s.Tab, me, now)
	case s.Unask:
		h, err = v.Desk.Unask(ctx, id, part, s.Tab, now)
	case s.Give:
		h, err = v.Desk.Give(ctx, id, part, s.Tab, me, now)
	case s.Keep:
		h, err = v.Desk.Keep(ctx, id, part, s.Tab, me, now)
	default:
		h, err = v.Desk.Take(ctx, id, part, s.Tab, me, now)
	}
	if err != nil {
		return v.answerNotKept(err)
	}
	f, err := v.faces()
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, v.holdOf(h, f))
}

func (v *visit) release() error {
	id, err := v.worksOn(staff.Write, staff.Articles)
	if err != nil {
		return err
	}
	return v.letGo(id, v.r.PathValue("part"), v.r.FormValue("tab"))
}

func (v *visit) letGo(id int64, part, tab string) error {
	if err := v.Desk.Release(v.ctx(), id, part, tab, v.person.ID, v.now); err != nil {
		return err
	}
	return v.answer(http.StatusOK, struct{}{})
}

// versioned is the number of a version.
type versioned struct {
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	Stage   string    `json:"stage,omitempty"`
	// Why says why not all that was written could become a version.
	Why string `json:"why,omitempty"`
}

func (v *visit) cutVersion() error {
	id, err := v.worksOn(staff.Write, staff.Articles)
	if err != nil {
		return err
	}
	var s struct {
		Note string `json:"note"`
	}
	if err := v.take(&s); err != nil {
		return err
	}
	n, err := v.Desk.CutNamed(v.ctx(), id, s.Note, v.person.ID, v.now)
	if err != nil {
		return err
	}
	why, err := v.Desk.Torn(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, versioned{Version: n, At: v.now, Why: why})
}

func (v *visit) restore() error {
	id, err := v.worksOn(staff.Write, staff.Articles)
	if err != nil {
		return err
	}
	n, err := v.id("n")
	if err != nil {
		return err
	}
	s := sent{Tab: "versions-" + strconv.FormatInt(v.person.ID, 10)}
	if v.wantsJSON() {
		if err := v.take(&s); err != nil {
			return err
		}
	}
	err = v.Desk.Restore(v.ctx(), id, n, s.Tab, v.person.ID, v.now)
	if !v.wantsJSON() {
		if err != nil {
			return err
		}
		return v.seeOther("/newsroom/article/" + strconv.FormatInt(id, 10))
	}
	if err != nil {
		return v.answerNotKept(err)
	}
	version, err := v.Articles.Version(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, versioned{Version: version, At: v.now})
}

// stage moves an article on its way, once what was written stands in a version.
func (v *visit) stage() error {
	id, err := v.worksOn(staff.File, staff.Articles)
	if err != nil {
		return err
	}
	var s struct {
		To      string `json:"to"`
		Version int64  `json:"version"`
	}
	if err := v.takeEither(&s, func() { s.To, s.Version = v.r.PostFormValue("to"), number(v.r.PostFormValue("version")) }); err != nil {
		return err
	}
	if s.To == article.Ready {
		if _, err := v.worksOn(staff.Ready, staff.Articles); err != nil {
			return err
		}
	}
	was, err := v.Articles.Version(v.ctx(), id)
	if err != nil {
		return err
	}
	if s.Version != 0 && s.Version != was {
		return fault.Conflict
	}
	is, err := v.Desk.Cut(v.ctx(), id, v.now)
	if err != nil {
		return err
	}
	if err := v.Articles.Move(v.ctx(), id, is, s.To, v.person.ID, v.now); err != nil {
		return err
	}
	if !v.wantsJSON() {
		return v.seeOther("/newsroom/article/" + strconv.FormatInt(id, 10))
	}
	a, err := v.Articles.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, versioned{Version: a.Version, At: v.now, Stage: a.Stage})
}

// takeEither reads what a script or a form sent.
func (v *visit) takeEither(into any, form func()) error {
	if v.r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return v.take(into)
	}
	form()
	return nil
}
