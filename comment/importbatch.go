package comment

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lede/internal/db"
	"lede/internal/fault"
)

// batch is one transaction of an Intake: what it finds and changes, until that is certain.
type batch struct {
	in         *Intake
	q          db.Q
	here       map[string]Comment // by key: what was there, and what was added
	below      map[int64]int      // by root: shown replies that were added
	shown      map[int64]int      // by article: shown comments that were added
	waits      map[string][]Arrival
	came       []string // keys that others waited for
	added      map[State]int
	had, named int
	left       []Left
}

func (b *batch) put(ctx context.Context) error {
	if err := b.find(ctx); err != nil {
		return err
	}
	todo := slices.Clone(b.in.batch)
	for i := 0; i < len(todo); i++ {
		a := todo[i]
		if _, had := b.here[a.Key]; had {
			b.had++
		} else if parent, ok := b.here[a.Parent]; a.Parent != "" && !ok {
			b.waits[a.Parent] = append(b.waits[a.Parent], a)
			continue
		} else if err := b.add(ctx, a, parent); err != nil {
			return err
		}
		// What waited for this one comes now: from earlier batches and from this one.
		if _, ok := b.here[a.Key]; ok && !slices.Contains(b.came, a.Key) {
			if some := append(slices.Clone(b.in.waits[a.Key]), b.waits[a.Key]...); len(some) > 0 {
				todo = append(todo, some...)
				b.came = append(b.came, a.Key)
				delete(b.waits, a.Key)
			}
		}
	}
	return b.count(ctx)
}

// find looks which of the batch, and of what it replies to, came in before.
func (b *batch) find(ctx context.Context) error {
	keys := map[string]bool{}
	for _, a := range b.in.batch {
		keys[a.Key], keys[a.Parent] = true, true
	}
	delete(keys, "")
	ids := map[string]string{}
	var marks []any
	for key := range keys {
		marks = append(marks, key)
		if id, own := strings.CutPrefix(key, "lede:"); own {
			ids[id] = key
		}
	}
	if len(marks) == 0 {
		return nil
	}
	found, err := keyed(ctx, b.q, `import_key in (`+db.Places(1, len(marks))+`)`, marks...)
	if err != nil {
		return err
	}
	maps.Copy(b.here, found)
	return b.findOwn(ctx, ids)
}

// findOwn looks for comments that were exported from this very paper.
func (b *batch) findOwn(ctx context.Context, keys map[string]string) error {
	for id, key := range keys {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			continue
		}
		c, err := one(ctx, b.q, `id = $1`, n)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		b.here[key] = c
	}
	return nil
}

// keyed are the comments that came in by an import, as far as a branch needs to know them, by their keys.
func keyed(ctx context.Context, q db.Q, where string, args ...any) (map[string]Comment, error) {
	rows, err := q.QueryContext(ctx, `select import_key, id, article_id, root_id, depth from comment where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]Comment{}
	for rows.Next() {
		var key string
		var c Comment
		if err := rows.Scan(&key, &c.ID, &c.Article, &c.Root, &c.Depth); err != nil {
			return nil, err
		}
		found[key] = c
	}
	return found, rows.Err()
}

// add keeps one arrival below its parent, the zero Comment for none.
func (b *batch) add(ctx context.Context, a Arrival, parent Comment) error {
	c, address, why := b.in.comment(a)
	if why != "" {
		b.left = append(b.left, Left{a.Key, why})
		return nil
	}
	c.Root = c.ID
	if parent.ID != 0 && parent.Article == c.Article {
		c.Root, c.Parent, c.Depth = parent.Root, parent.ID, parent.Depth+1
	}
	standing := 0
	if c.State == Shown && c.Parent != 0 {
		standing = 1
	}
	if _, err := write(ctx, b.q, c, address, "", a.Key, standing); err != nil {
		return err
	}
	b.here[a.Key] = c
	b.added[c.State]++
	if c.State != a.State {
		b.named++
	}
	b.below[c.Root] += standing
	if c.State == Shown {
		b.shown[c.Article]++
	}
	return nil
}

// count brings the branches and threads up to what was added.
func (b *batch) count(ctx context.Context) error {
	roots := map[int64]int{} // by article: branches that stand now and did not
	for root, more := range b.below {
		var state State
		var article int64
		var stood, below int
		if err := b.q.QueryRowContext(ctx, `select state, article_id, standing, below from comment where id = $1`, root).Scan(&state, &article, &stood, &below); err != nil {
			return err
		}
		stands := 0
		if below += more; state == Shown || below > 0 {
			stands = 1
		}
		if _, err := b.q.ExecContext(ctx, `update comment set below = $1, standing = $2 where id = $3`, below, stands, root); err != nil {
			return err
		}
		roots[article] += stands - stood
	}
	for article, n := range roots {
		if err := tallyOnly(ctx, b.q, article, b.shown[article], n); err != nil {
			return err
		}
	}
	return nil
}
