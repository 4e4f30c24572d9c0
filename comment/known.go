package comment

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lede/article"
	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/section"
)

// known is what the guard needs of the paper, read once and kept until something of it changes.
type known struct {
	rules Rules
	words *Matcher
	lists []WordList // of which words was made
	tree  section.Tree
	clock *time.Location // the paper's
}

// memory is what a store has read and not forgotten.
type memory struct {
	known    atomic.Pointer[known]
	turn     atomic.Int64 // how often something of known changed
	knowing  sync.Mutex   // held by whoever reads it anew
	last     *known       // as it was read last; under knowing
	learned  atomic.Pointer[learned]
	learning sync.Mutex   // held by whoever reads it anew
	taught   atomic.Int64 // when somebody here taught last, in microseconds
}

// Forget has the rules, the word lists, the sections and what was learned read anew.
func (s *Store) Forget() {
	s.turn.Add(1)
	s.known.Store(nil)
	s.unlearned()
}

func (s *Store) rules(ctx context.Context) (*known, error) {
	if k := s.known.Load(); k != nil {
		return k, nil
	}
	s.knowing.Lock()
	defer s.knowing.Unlock()
	if k := s.known.Load(); k != nil {
		return k, nil
	}
	turn := s.turn.Load()
	k, err := s.readKnown(ctx)
	if err != nil {
		return nil, err
	}
	s.last = k
	if s.known.Store(k); s.turn.Load() != turn { // it changed meanwhile
		s.known.Store(nil)
	}
	return k, nil
}

func (s *Store) readKnown(ctx context.Context) (*known, error) {
	k := &known{}
	var err error
	if k.rules, err = s.Rules(ctx); err != nil {
		return nil, err
	}
	if k.lists, err = s.WordLists(ctx); err != nil {
		return nil, err
	}
	if s.last != nil && slices.EqualFunc(s.last.lists, k.lists, WordList.same) {
		k.words = s.last.words
	} else {
		k.words = NewMatcher(k.lists)
	}
	if k.tree, err = s.sections.Tree(ctx); err != nil {
		return nil, err
	}
	p, err := s.papers.Get(ctx)
	k.clock = p.Clock()
	return k, err
}

// Known are the paper's rules as they were last read, for pages; whoever changes them asks for Rules.
func (s *Store) Known(ctx context.Context) (Rules, error) {
	k, err := s.rules(ctx)
	if err != nil {
		return Rules{}, err
	}
	return k.rules, nil
}

// Rules are the paper's rules for comments; until somebody sets others, NewRules.
func (s *Store) Rules(ctx context.Context) (Rules, error) {
	r, err := rulesIn(ctx, s.db.Read())
	if err != nil {
		return r, err
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return r, err
	}
	r.staff = []string{Skeleton(p.Name)}
	for _, name := range p.Names {
		r.staff = append(r.staff, Skeleton(name))
	}
	people, err := s.staff.People(ctx)
	for _, who := range people {
		r.staff = append(r.staff, Skeleton(who.Name))
	}
	return r, err
}

func rulesIn(ctx context.Context, q db.Q) (Rules, error) {
	r := NewRules()
	var text string
	err := q.QueryRowContext(ctx, `select version, rules from comment_rules where id = 1`).Scan(&r.Version, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(text), &r)
}

// SetRules keeps other rules; they must be made from the version that stands, else it is fault.Conflict.
func (s *Store) SetRules(ctx context.Context, r Rules, now time.Time) error {
	r = r.tidy()
	if err := r.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		err := changed(q.ExecContext(ctx, `insert into comment_rules (id, version, rules) values (1, $1 + 1, $2)
			on conflict (id) do update set version = comment_rules.version + 1, rules = excluded.rules where comment_rules.version = $1`, r.Version, string(text)))
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "comment.rules", "paper", 0, "the rules for comments"); err != nil {
			return err
		}
		return RulesChanged.Add(ctx, q, 0)
	})
	s.Forget()
	return err
}

// Opening tells whether something can be written under an article at now.
func (s *Store) Opening(ctx context.Context, on article.Card, now time.Time) (Opening, error) {
	k, err := s.rules(ctx)
	if err != nil {
		return Opening{}, err
	}
	own, err := switchOf(ctx, s.db.Read(), on.ID)
	return k.rules.opening(on, own, now.In(k.clock)), err
}

// switchOf is the switch of one thread.
func switchOf(ctx context.Context, q db.Q, article int64) (own string, err error) {
	err = q.QueryRowContext(ctx, `select opening from thread where article_id = $1`, article).Scan(&own)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return own, err
}

// Switched is the switch of one thread: ByRules, KeptOpen or KeptClosed.
func (s *Store) Switched(ctx context.Context, article int64) (string, error) {
	var own string
	err := s.db.Read().QueryRowContext(ctx, `select opening from thread where article_id = $1`, article).Scan(&own)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return own, err
}

// Switch opens or closes one thread over the paper's rules, or leaves it to them: ByRules, KeptOpen, KeptClosed.
func (s *Store) Switch(ctx context.Context, article int64, to string, now time.Time) error {
	if to != ByRules && to != KeptOpen && to != KeptClosed {
		return fault.Invalid("A thread is open, closed, or goes by the rules.")
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into thread (article_id, shown, roots, opening) values ($1, 0, 0, $2)
			on conflict (article_id) do update set opening = excluded.opening`, article, to)
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "comment.switch", "article", article, map[string]string{ByRules: "by the rules", KeptOpen: "open", KeptClosed: "closed"}[to]); err != nil {
			return err
		}
		return Threaded.Add(ctx, q, article)
	})
}

// changed is fault.Conflict where a statement found nothing to change.
func changed(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return fault.Conflict
	}
	return err
}
