package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/doc"
	"lede/press"
	"lede/section"
)

// Posting under the killed server: how fast, under how many articles, and between which moments after the first answer it is killed.
const (
	postEvery = time.Second / 200
	talkedOf  = 5
	postAtEnd = 150 * time.Millisecond
)

// posting is one comment as it was sent, and what came back for it.
type posting struct {
	n         int // its number, over all rounds
	article   int64
	parent    int64
	key, text string
	at        []string // where each 303 led
	wrong     string   // what was answered otherwise
}

// talk is the state of a run of posting.
type talk struct {
	t        *torture
	dir      string
	articles []int64
	client   *http.Client
	all      []*posting
	shown    []parentOf // what can be replied to
}

type parentOf struct{ id, article int64 }

// comments lets readers post under a real server, 200 a second, and kills it with SIGKILL, over and over. Every comment whose 303 came is
// there once, whole; one that is sent again, by a reader whose answer got lost, is one comment; and what a thread counts is what can be counted.
func (t *torture) comments(ctx context.Context) error {
	if t.talks == 0 {
		return nil
	}
	began := time.Now()
	k := &talk{t: t, dir: filepath.Join(t.dir, "talk")}
	if err := k.found(ctx); err != nil {
		return err
	}
	var posted, answered, again, lost int
	for round := range t.talks {
		list, err := k.round(ctx, round)
		if err == nil {
			err = k.look(ctx, list)
		}
		if err != nil {
			return fmt.Errorf("comments, round %d: %w", round, err)
		}
		for _, s := range list {
			posted++
			switch {
			case len(s.at) == 0:
				lost++
			case len(s.at) > 1:
				again++
			}
			answered += min(len(s.at), 1)
		}
		if (round+1)%20 == 0 {
			fmt.Printf("  %d rounds of posting, %d answers, %s\n", round+1, answered, time.Since(began).Round(time.Second))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if err := k.look(ctx, k.all); err != nil {
		return fmt.Errorf("comments, at the end: %w", err)
	}
	if answered == 0 || again == 0 {
		return fmt.Errorf("of %d comments %d were answered and %d sent again: nothing was shown", posted, answered, again)
	}
	fmt.Printf("kill -9 under 200 posts/s: %d rounds, %d comments sent, %d answered with 303, each there once and whole; %d sent again, each one comment; "+
		"%d left without an answer, 0 of them half; counts equal the rows; in %s\n", t.talks, posted, answered, again, lost, time.Since(began).Round(time.Second))
	return nil
}

// found makes the paper that is talked under: half of it shows at once, half holds the first of each.
func (k *talk) found(ctx context.Context) error {
	return with(ctx, k.dir, time.Now, func(p *press.Press) error {
		now := p.Clock()
		tree, err := p.Sections.Tree(ctx)
		if err != nil {
			return err
		}
		r, err := p.Comments.Rules(ctx)
		if err != nil {
			return err
		}
		careful, err := p.Sections.Add(ctx, section.Section{Slug: "careful", Kind: section.News, Names: map[string]string{"en": "Careful"}}, now)
		if err != nil {
			return err
		}
		r.Mode, r.Fast, r.Faster = comment.ShowAll, 100_000, 100_000
		r.Sections = map[int64]comment.Mode{careful.ID: comment.HoldFirst}
		if err := p.Comments.SetRules(ctx, r, now); err != nil {
			return err
		}
		for n := range talkedOf {
			in := tree[0].ID
			if n%2 == 1 {
				in = careful.ID
			}
			a, _, err := p.Articles.Keep(ctx, article.Text{Lang: "en", Headline: fmt.Sprintf("They talk about pier %d", n), Summary: "And about nothing else.",
				Sections: []int64{in}, Body: doc.New(doc.P("The pier is old."), doc.P("Nobody knows how old."))}, "", now)
			if err != nil {
				return err
			}
			if err := p.Articles.Publish(ctx, a.ID, a.Version, now, now, 0); err != nil {
				return err
			}
			k.articles = append(k.articles, a.ID)
		}
		return nil
	})
}

// round lets one server live for a moment. Some of what the round before had no answer for is sent again first.
func (k *talk) round(ctx context.Context, round int) ([]*posting, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	server, err := k.t.serve(ctx, k.dir, addr)
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() { _ = server.Wait(); close(ended) }()
	defer func() { <-ended }()
	defer func() { _ = server.Process.Kill() }() // it may be dead already
	k.client = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer k.client.CloseIdleConnections()
	dies := time.After(postAtEnd + rand.N(k.t.longest))
	list := k.former()
	var sending sync.WaitGroup
	for _, s := range list {
		sending.Go(func() { k.send(addr, s) })
	}
	tick := time.NewTicker(postEvery)
	defer tick.Stop()
	for alive := true; alive; {
		select {
		case <-dies:
			_ = server.Process.Kill()
			alive = false
		case <-tick.C:
			s := k.write(round)
			list = append(list, s)
			sending.Go(func() {
				k.send(addr, s)
				if s.n%4 == 0 { // the reader pushes once more
					k.send(addr, s)
				}
			})
		case <-ended:
			return nil, errors.New("the server ended by itself")
		}
	}
	sending.Wait()
	return list, nil
}

// former are the comments of the last rounds that had no answer, and some that had one: their readers send them again.
func (k *talk) former() (list []*posting) {
	for _, s := range k.all[max(0, len(k.all)-200):] {
		if len(s.at) == 0 || rand.N(20) == 0 {
			list = append(list, s)
		}
	}
	return list
}

// write makes the next comment: some reply, some come from a browser without JavaScript, which draws no key.
func (k *talk) write(round int) *posting {
	n := len(k.all)
	s := &posting{n: n, article: k.articles[n%len(k.articles)],
		text: fmt.Sprintf("Comment %d of round %d.\n\nThe pier has %d piles, and *nobody* counted them — “so far”, naïveté included.", n, round, n)}
	if n%3 == 0 && len(k.shown) > 0 {
		to := k.shown[rand.IntN(len(k.shown))]
		s.parent, s.article = to.id, to.article
	}
	if n%2 == 0 {
		s.key = fmt.Sprintf("torture-%d-%d", round, n)
	}
	k.all = append(k.all, s)
	return s
}

// send posts a comment once, and notes what was answered.
func (k *talk) send(addr string, s *posting) {
	form := url.Values{"article": {strconv.FormatInt(s.article, 10)}, "text": {s.text}, "name": {fmt.Sprintf("Reader %d", s.n)}, "key": {s.key}}
	if s.parent != 0 {
		form.Set("parent", strconv.FormatInt(s.parent, 10))
	}
	req, err := http.NewRequest(http.MethodPost, "http://"+addr+"/comment", strings.NewReader(form.Encode()))
	if err != nil {
		s.wrong = err.Error()
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := k.client.Do(req)
	if err != nil {
		return // killed before it could answer
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	switch {
	case res.StatusCode != http.StatusSeeOther:
		s.wrong = res.Status
	case err == nil:
		s.at = append(s.at, res.Header.Get("Location"))
	}
}

// look opens the folder that a killed server left and compares it with what was answered.
func (k *talk) look(ctx context.Context, list []*posting) error {
	return with(ctx, k.dir, time.Now, func(p *press.Press) error {
		var whole string
		if err := p.DB.Read().QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&whole); err != nil || whole != "ok" {
			return errors.Join(fmt.Errorf("the database is damaged: %s", whole), err)
		}
		for _, s := range list {
			if err := k.there(ctx, p, s); err != nil {
				return fmt.Errorf("comment %d (%s): %w", s.n, strings.Join(s.at, ", "), err)
			}
		}
		return none(ctx, p, counted)
	})
}

// there looks that a comment is as often and as whole in the database as its reader was told.
func (k *talk) there(ctx context.Context, p *press.Press, s *posting) error {
	if s.wrong != "" {
		return errors.New("it was answered with " + s.wrong)
	}
	rows, err := p.DB.Read().QueryContext(ctx, `select id, article_id, parent_id, name, text, state from comment where name = $1`, fmt.Sprintf("Reader %d", s.n))
	if err != nil {
		return err
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var got posting
		var id int64
		var name, state string
		if err := rows.Scan(&id, &got.article, &got.parent, &name, &got.text, &state); err != nil {
			return err
		}
		if got.article != s.article || got.parent != s.parent || got.text != s.text {
			return fmt.Errorf("it reads %q under %d, replying to %d", got.text, got.article, got.parent)
		}
		for _, at := range s.at {
			if !strings.Contains(at, strconv.FormatInt(id, 10)) {
				return fmt.Errorf("it is %d, and its reader was led to %s", id, at)
			}
		}
		if state == string(comment.Shown) && len(k.shown) < 200 && s.parent == 0 {
			k.shown = append(k.shown, parentOf{id, s.article})
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if n > 1 || n == 0 && len(s.at) > 0 {
		return fmt.Errorf("it is there %d times", n)
	}
	return nil
}

// counted holds for all comments at any moment.
var counted = []claim{
	{"a thread does not count what it shows", `select count(*) from thread t where shown <> (select count(*) from comment c where c.article_id = t.article_id and c.state = 'shown')`},
	{"a thread does not count its branches", `select count(*) from thread t
		where roots <> (select count(*) from comment c where c.article_id = t.article_id and c.parent_id = 0 and c.standing = 1)`},
	{"a comment is shown under an article without a thread", `select count(*) from comment c where state = 'shown' and not exists (select 1 from thread t where t.article_id = c.article_id)`},
	{"a branch does not count the replies below it", `select count(*) from comment r
		left join (select root_id, count(*) as there from comment where parent_id <> 0 and state = 'shown' group by root_id) c on c.root_id = r.id
		where r.parent_id = 0 and r.below <> coalesce(c.there, 0)`},
	{"a comment stands that should not, or does not and should", `select count(*) from comment
		where standing <> case when state = 'shown' or parent_id = 0 and below > 0 then 1 else 0 end`},
	{"a reply stands in another branch than what it replies to", `select count(*) from comment c where parent_id <> 0
		and not exists (select 1 from comment p where p.id = c.parent_id and p.root_id = c.root_id and p.article_id = c.article_id and p.depth = c.depth - 1)`},
	{"a post sent again is there twice", `select count(*) from (select name, text from comment group by name, text having count(*) > 1) twice`},
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
