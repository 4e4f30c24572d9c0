package comment

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// How much of a thread stands on one page.
const (
	PerPage   = 20 // branches
	perBranch = 5  // replies of each; the rest on a page of the branch
	perLong   = 50 // replies on a page of one branch
)

// Thread is one page of what was written under an article.
type Thread struct {
	Article  int64
	Shown    int // comments in all
	Order    Order
	Number   int // of the page, from 1
	Pages    int
	Marked   []Branch // on the first page: what is pinned, then what is featured; a branch of that page stands here and not below
	Branches []Branch
}

// Branch is a comment and the replies to it, as far as the page has room. Gone tells that the comment itself is not shown any more and
// stands only as the place of its replies: then it has neither text nor name.
type Branch struct {
	Comment
	Gone    bool
	Replies []Branch // the oldest first
	More    int      // shown replies of the branch that have no room here; of its first comment only
}

// Counts are how many comments the articles show; what shows none is left out.
func (s *Store) Counts(ctx context.Context, articles ...int64) (map[int64]int, error) {
	counts := map[int64]int{}
	if len(articles) == 0 {
		return counts, nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select article_id, shown from thread where shown > 0 and article_id in (`+db.Places(1, len(articles))+`)`, db.Args(articles)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		counts[id] = n
	}
	return counts, rows.Err()
}

// Thread is the page of that number of an article's thread, in at most three statements; without Branches where there is no such page.
func (s *Store) Thread(ctx context.Context, article int64, order Order, number int) (Thread, error) {
	q := s.db.Read()
	t := Thread{Article: article, Order: order, Number: number}
	var roots int
	err := q.QueryRowContext(ctx, `select shown, roots from thread where article_id = $1`, article).Scan(&t.Shown, &roots)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return t, err
	}
	t.Pages = max(1, (roots+PerPage-1)/PerPage)
	if roots == 0 || number < 1 || number > t.Pages {
		return t, nil
	}
	found, marked, err := standing(ctx, q, article, order, roots, number)
	if err != nil {
		return t, err
	}
	if t.Branches, err = withReplies(ctx, q, found); err != nil {
		return t, err
	}
	t.raise(marked)
	return t, nil
}

// standing are the roots on a page of a thread, and, for the first page, what is marked in all of it.
func standing(ctx context.Context, q db.Q, article int64, order Order, total, number int) (roots, marked []Comment, err error) {
	skip, limit, fromEnd := stretch(total, PerPage, number)
	way := "desc"
	if (order == Oldest) != fromEnd {
		way = "asc"
	}
	ask := `select 0, ` + public + ` from comment where id in (select id from comment where article_id = $1 and parent_id = 0 and standing = 1
		order by at ` + way + `, id ` + way + ` limit ` + itoa(limit) + ` offset $2)`
	if number == 1 {
		ask += ` union all select 1, ` + public + ` from comment where id in (select id from comment where article_id = $1 and state = 'shown'
			and (pinned = 1 or featured = 1) order by pinned desc, at desc limit ` + itoa(mostMarked) + `)`
	}
	found, err := told(ctx, q, ask, article, skip)
	if order == Newest {
		slices.Reverse(found[0])
	}
	slices.SortStableFunc(found[1], func(a, b Comment) int {
		if a.Pinned != b.Pinned {
			return map[bool]int{true: -1, false: 1}[a.Pinned]
		}
		return 0
	})
	return found[0], found[1], err
}

// mostMarked is how many pinned and featured comments stand above a thread.
const mostMarked = 10

// stretch is where a page of a list stands: how many rows to skip from the nearer end of it, and how many to read.
func stretch(total, per, number int) (skip, limit int, fromEnd bool) {
	skip = (number - 1) * per
	limit = max(0, min(per, total-skip))
	if behind := total - skip - limit; limit > 0 && behind < skip {
		return behind, limit, true
	}
	return skip, limit, false
}

// raise puts what is marked above the rest: with its replies, where its branch stands on this page. A reply that comes up with its
// branch does not come up again.
func (t *Thread) raise(marked []Comment) {
	for _, c := range marked {
		if i := slices.IndexFunc(t.Branches, func(b Branch) bool { return b.ID == c.ID }); i >= 0 {
			t.Marked = append(t.Marked, t.Branches[i])
			t.Branches = slices.Delete(t.Branches, i, i+1)
		} else if !holds(t.Marked, c.ID) {
			t.Marked = append(t.Marked, Branch{Comment: c})
		}
	}
}

// holds tells whether a comment stands in any of the branches.
func holds(in []Branch, id int64) bool {
	return slices.ContainsFunc(in, func(b Branch) bool { return b.ID == id || holds(b.Replies, id) })
}

// public is what everybody may know of a comment.
const public = `id, version, article_id, root_id, parent_id, depth, state, at, edited_at, shown_at, name, text, site, lang, reader_id, staff_id, why, below, pinned, featured`

// told reads what the public may know of comments, whose statement says first in which of two lists each stands; the oldest first.
func told(ctx context.Context, q db.Q, statement string, args ...any) (lists [2][]Comment, err error) {
	rows, err := q.QueryContext(ctx, statement, args...)
	if err != nil {
		return lists, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Comment
		var in int
		var at int64
		var edited, shown sql.NullInt64
		err := rows.Scan(&in, &c.ID, &c.Version, &c.Article, &c.Root, &c.Parent, &c.Depth, &c.State, &at, &edited, &shown, &c.Name, &c.Text, &c.Site, &c.Lang, &c.Reader, &c.Staff, &c.Why, &c.Below, &c.Pinned, &c.Featured)
		if err != nil {
			return lists, err
		}
		c.At, c.Edited, c.Shown = db.Time(at), when(edited), when(shown)
		lists[in] = append(lists[in], c)
	}
	for _, list := range lists {
		slices.SortFunc(list, func(a, b Comment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	}
	return lists, rows.Err()
}

// withReplies reads the first replies of each branch, all in one statement of bounded cost.
func withReplies(ctx context.Context, q db.Q, roots []Comment) ([]Branch, error) {
	var parts []string
	var args []any
	for _, r := range roots {
		if r.Below > 0 {
			args = append(args, r.ID)
			parts = append(parts, `select * from (select 0, `+public+` from comment where root_id = `+db.Places(len(args), 1)+` and parent_id <> 0 and standing = 1 order by at, id limit `+itoa(perBranch)+`) x`+itoa(len(args)))
		}
	}
	below := map[int64][]Comment{}
	if len(parts) > 0 {
		found, err := told(ctx, q, strings.Join(parts, ` union all `), args...)
		if err != nil {
			return nil, err
		}
		for _, r := range found[0] {
			below[r.Root] = append(below[r.Root], r)
		}
	}
	branches := make([]Branch, len(roots))
	for i, r := range roots {
		branches[i] = grow(r, below[r.ID], true)
		branches[i].More = max(0, r.Below-len(below[r.ID]))
	}
	return branches, nil
}

// grow puts replies below what they reply to. What that was leaves a gap where it is gone; where it only stands on a page before
// this one (first is false), its replies stand below the root.
func grow(root Comment, replies []Comment, first bool) Branch {
	under := map[int64][]Comment{}
	here, above := map[int64]bool{}, map[int64]bool{root.ID: true}
	for _, r := range replies {
		here[r.ID] = true
	}
	for _, r := range replies {
		to := r.Parent
		switch {
		case above[to]:
		case first && !here[to]:
			under[root.ID] = append(under[root.ID], Comment{ID: to, Article: r.Article, Root: root.ID, Parent: root.ID, Depth: r.Depth - 1, State: Removed, At: r.At})
			above[to] = true
		default:
			to = root.ID
		}
		above[r.ID] = true
		under[to] = append(under[to], r)
	}
	return branchOf(root, under)
}

func branchOf(c Comment, under map[int64][]Comment) Branch {
	b := Branch{Comment: c}
	for _, r := range under[c.ID] {
		b.Replies = append(b.Replies, branchOf(r, under))
	}
	if c.State != Shown {
		b.Gone, b.Text, b.Name, b.Site, b.Staff, b.Reader = true, "", "", "", 0, 0
	}
	return b
}

// Branch is the whole branch of a comment that stands in a thread, page by page of its replies, the oldest first; fault.NotFound if
// it does not stand there, or has no such page.
func (s *Store) Branch(ctx context.Context, root int64, number int) (Branch, int, error) {
	q := s.db.Read()
	found, err := told(ctx, q, `select 0, `+public+` from comment where id = $1 and parent_id = 0 and standing = 1`, root)
	if err != nil || len(found[0]) == 0 {
		return Branch{}, 0, cmp.Or(err, fault.NotFound)
	}
	c := found[0][0]
	pages := max(1, (c.Below+perLong-1)/perLong)
	if number < 1 || number > pages {
		return Branch{}, pages, fault.NotFound
	}
	skip, limit, fromEnd := stretch(c.Below, perLong, number)
	way := map[bool]string{false: "asc", true: "desc"}[fromEnd]
	found, err = told(ctx, q, `select 0, `+public+` from comment where id in (select id from comment where root_id = $1 and parent_id <> 0 and standing = 1
		order by at `+way+`, id `+way+` limit `+itoa(limit)+` offset $2)`, root, skip)
	return grow(c, found[0], number == 1), pages, err
}

// Recent are the newest comments that an article shows, at most so many.
func (s *Store) Recent(ctx context.Context, article int64, most int) ([]Comment, error) {
	found, err := told(ctx, s.db.Read(), `select 0, `+public+` from comment where article_id = $1 and state = 'shown' order by at desc, id desc limit `+itoa(most), article)
	slices.Reverse(found[0])
	return found[0], err
}

// Shown is the comment of id if the public sees it; else fault.NotFound. Whether the public sees its article the caller asks.
func (s *Store) Shown(ctx context.Context, id int64) (Comment, error) {
	return one(ctx, s.db.Read(), `id = $1 and state = 'shown'`, id)
}

// Page is the number of the page of its thread on which the branch of a comment stands.
func (s *Store) Page(ctx context.Context, c Comment, order Order) (int, error) {
	before := map[Order]string{Newest: ">", Oldest: "<"}[order]
	var n int
	err := s.db.Read().QueryRowContext(ctx, `select count(*) from comment where article_id = $1 and parent_id = 0 and standing = 1
		and (at, id) `+before+` (select at, id from comment where id = $2)`, c.Article, c.Root).Scan(&n)
	return n/PerPage + 1, err
}

// BranchPage is the number of the page of its branch on which a reply stands; 0 for what the page of its thread has room for.
func (s *Store) BranchPage(ctx context.Context, c Comment) (int, error) {
	if c.Parent == 0 {
		return 0, nil
	}
	var n int
	err := s.db.Read().QueryRowContext(ctx, `select count(*) from comment where root_id = $1 and parent_id <> 0 and standing = 1 and (at, id) < ($2, $3)`,
		c.Root, db.Micros(c.At), c.ID).Scan(&n)
	if err != nil || n < perBranch {
		return 0, err
	}
	return n/perLong + 1, nil
}

// hide notes that something is not shown any more under an article, and has everybody forget it: no last good page may bring it back.
func hide(ctx context.Context, q db.Q, article int64, now time.Time) error {
	if _, err := q.ExecContext(ctx, `update thread set hidden_at = $2 where article_id = $1`, article, db.Micros(now)); err != nil {
		return err
	}
	return Erased.Add(ctx, q, article)
}

// HiddenSince are the articles under which something ceased to be shown since then, which a node that slept must forget.
func (s *Store) HiddenSince(ctx context.Context, since time.Time) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select article_id from thread where hidden_at >= $1`, db.Micros(since))
}
