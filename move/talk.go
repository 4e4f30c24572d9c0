package move

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/fault"
	"lede/paper"
)

// Talk is where comments from elsewhere are put, and taken out.
type Talk struct {
	Papers   *paper.Store
	Articles *article.Store
	Comments *comment.Store
}

// Formats of comments.
const (
	WXR    = "wxr"    // what WordPress exports and imports
	Disqus = "disqus" // the XML that Disqus exports
	JSON   = "json"
	CSV    = "csv"
)

// Talked is what became of an export's comments.
type Talked struct {
	comment.Taken
	Read     int            // comments in the file
	Articles int            // of this paper, under which they stood
	Other    map[string]int // no comments of readers, by what they are: "pingback"; left out
	Undated  int            // left out, for nobody knows when they were written
	Nowhere  []Nowhere      // whose articles are not here
}

// Nowhere is something that was written about elsewhere and that is no article here.
type Nowhere struct {
	Title, Link string
	Comments    int
}

// Strays are the comments of articles that are not here.
func (t Talked) Strays() int {
	n := 0
	for _, one := range t.Nowhere {
		n += one.Comments
	}
	return n
}

// origin is where a comment stood elsewhere.
type origin struct {
	key               string // of the article, as an import would call it
	link, slug, title string
	at                time.Time
}

// told is a comment as an export tells it; its article is not known yet.
type told struct {
	comment.Arrival
	html  string
	other string // what it is, if it is no comment of a reader
}

// Bring takes the comments of an export in, from a WXR file of WordPress or the XML of Disqus, gzipped or not; format says which, or
// "" to tell by its beginning. Each finds its article by its address, as it is or was here, by the page it was imported from, or by
// the last word of its address. What was taken in before is left as it is. say is told how far it is.
func (t Talk) Bring(ctx context.Context, name, format string, r io.Reader, now time.Time, say func(string)) (Talked, error) {
	x, err := openExported(ctx, name, r)
	if err != nil {
		return Talked{}, err
	}
	read, err := readerOf(x, format)
	if err != nil {
		return Talked{}, err
	}
	in, err := t.Comments.Intake(ctx, now)
	if err != nil {
		return Talked{}, err
	}
	settings, err := t.Papers.Get(ctx)
	if err != nil {
		return Talked{}, err
	}
	b := &bringing{finder: finder{Talk: t, found: map[string]int64{}, zone: settings.Clock()}, in: in, say: say, here: map[int64]bool{}, nowhere: map[string]int{}}
	b.did.Other = map[string]int{}
	err = read(x, settings.Clock(), func(o origin, c told) error { return b.take(ctx, o, c) })
	taken, closed := in.Close(context.WithoutCancel(ctx), name)
	b.did.Taken, b.did.Articles = taken, len(b.here)
	slices.SortStableFunc(b.did.Nowhere, func(x, y Nowhere) int { return y.Comments - x.Comments })
	return b.did, errors.Join(err, closed)
}

// reader gives every comment of an export to take, those of one article after the other or not.
type reader func(x *exported, zone *time.Location, take func(origin, told) error) error

// readerOf looks at the first element of a file.
func readerOf(x *exported, format string) (reader, error) {
	for {
		tok, err := x.next()
		if err == io.EOF {
			return nil, refuse(x.name, "this is no XML; export from WordPress under Tools, Export, and from Disqus under Admin, Export")
		}
		if err != nil {
			return nil, err
		}
		root, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		is := map[string]string{"rss": WXR, "disqus": Disqus}[root.Name.Local]
		switch {
		case is == "":
			return nil, refuse(x.name, "this is neither an export of WordPress (WXR) nor of Disqus: it begins with <%.20s>", root.Name.Local)
		case format != "" && format != is:
			return nil, refuse(x.name, "this is %s, not %s", is, format)
		case is == WXR:
			return readWXR, nil
		}
		return readDisqus, nil
	}
}

// bringing is one import on its way.
type bringing struct {
	finder
	in      *comment.Intake
	say     func(string)
	did     Talked
	here    map[int64]bool
	nowhere map[string]int // place in did.Nowhere
}

const tellEvery = 10_000 // comments

func (b *bringing) take(ctx context.Context, o origin, c told) error {
	b.did.Read++
	if b.did.Read%tellEvery == 0 {
		b.say(fmt.Sprintf("%d comments read", b.did.Read))
	}
	switch {
	case c.other != "":
		b.did.Other[c.other]++
		return nil
	case c.At.IsZero():
		b.did.Undated++
		return nil
	}
	id, err := b.article(ctx, o)
	if err != nil {
		return err
	}
	if id == 0 {
		b.stray(o)
		return nil
	}
	c.Article = id
	c.Text = plainText(c.html)
	b.here[id] = true
	err = b.in.Take(ctx, c.Arrival)
	if errors.Is(err, fault.NotFound) {
		b.stray(o)
		return nil
	}
	return err
}

// stray counts a comment whose article is not here.
func (b *bringing) stray(o origin) {
	at, ok := b.nowhere[o.key]
	if !ok {
		at = len(b.did.Nowhere)
		b.nowhere[o.key] = at
		b.did.Nowhere = append(b.did.Nowhere, Nowhere{Title: strings.TrimSpace(o.title), Link: o.link})
	}
	b.did.Nowhere[at].Comments++
}

// mostStrays is how many articles that are not here are named.
const mostStrays = 50

// Strayed are the articles that are not here, those with the most comments first, as many as a person reads.
func (t Talked) Strayed() []Nowhere { return t.Nowhere[:min(len(t.Nowhere), mostStrays)] }

// Lines say in English what became of it all, the most important first.
func (t Talked) Lines() []string {
	lines := t.Became()
	for _, one := range t.Strayed() {
		lines = append(lines, fmt.Sprintf("  %d  %s  %s", one.Comments, one.Link, one.Title))
	}
	if more := len(t.Nowhere) - mostStrays; more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
	}
	return lines
}

// Became is Lines without the names of what is not here.
func (t Talked) Became() []string {
	lines := []string{fmt.Sprintf("comments read: %d, added: %d, here before: %d, articles they stand under: %d", t.Read, t.All(), t.Had, t.Articles)}
	for _, s := range comment.States() {
		if n := t.Added[s]; n > 0 && n < t.All() {
			lines = append(lines, fmt.Sprintf("%d of those added: %s", n, s))
		}
	}
	for _, one := range []struct {
		n    int
		says string
	}{
		{t.Named, "%d shown elsewhere, held here: signed with a name that is kept for the paper"},
		{t.Loose, "%d in reply to what did not come along: they stand by themselves"},
		{t.Undated, "%d left out: nobody knows when they were written"},
	} {
		if one.n > 0 {
			lines = append(lines, fmt.Sprintf(one.says, one.n))
		}
	}
	lines = append(lines, t.leftLines()...)
	if n := t.Strays(); n > 0 {
		lines = append(lines, fmt.Sprintf("%d left out, for what they are about is not here: bring it in, or lead its address to an article of yours, and do this again", n))
	}
	return lines
}

func (t Talked) leftLines() []string {
	whys, lines := map[string]int{}, []string(nil)
	for _, l := range t.Left {
		whys[l.Why]++
	}
	for why, n := range whys {
		lines = append(lines, fmt.Sprintf("%d left out: %s", n, why))
	}
	for kind, n := range t.Other {
		lines = append(lines, fmt.Sprintf("%d left out, which no reader wrote: %s", n, kind))
	}
	slices.Sort(lines)
	return lines
}
