package comment

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"lede/internal/db"
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
	Marked   []Branch // on the first page: what is pinned, then what is featured
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

// Thread is the page of that number of an article's thread.
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
	way := map[Order]string{Newest: "desc", Oldest: "asc"}[order]
	found, err := list(ctx, q, `select `+columns+` from comment where article_id = $1 and parent_id = 0 and standing = 1
		order by at `+way+`, id `+way+` limit $2 offset $3`, article, PerPage, (number-1)*PerPage)
	if err != nil {
		return t, err
	}
	if t.Branches, err = withReplies(ctx, q, found); err != nil || number > 1 {
		return t, err
	}
	marked, err := list(ctx, q, `select `+columns+` from comment where article_id = $1 and state = 'shown' and (pinned = 1 or featured = 1) order by pinned desc, at limit 10`, article)
	for _, c := range marked {
		t.Marked = append(t.Marked, Branch{Comment: c})
	}
	return t, err
}

// withReplies reads the first replies of each branch, all in one statement of bounded cost.
func withReplies(ctx context.Context, q db.Q, roots []Comment) ([]Branch, error) {
	var parts []string
	var args []any
	for _, r := range roots {
		if r.Below > 0 {
			args = append(args, r.ID)
			parts = append(parts, `select * from (select `+columns+` from comment where root_id = `+db.Places(len(args), 1)+` and parent_id <> 0 and standing = 1 order by at, id limit `+itoa(perBranch)+`) x`+itoa(len(args)))
		}
	}
	below := map[int64][]Comment{}
	if len(parts) > 0 {
		replies, err := list(ctx, q, strings.Join(parts, ` union all `), args...)
		if err != nil {
			return nil, err
		}
		for _, r := range replies {
			below[r.Root] = append(below[r.Root], r)
		}
	}
	branches := make([]Branch, len(roots))
	for i, r := range roots {
		branches[i] = grow(r, below[r.ID])
	}
	return branches, nil
}

// grow puts replies below what they reply to; where that has no place here, below the root.
func grow(root Comment, replies []Comment) Branch {
	under := map[int64][]Comment{}
	here := map[int64]bool{root.ID: true}
	for _, r := range replies {
		to := r.Parent
		if !here[to] {
			to = root.ID
		}
		here[r.ID] = true
		under[to] = append(under[to], r)
	}
	var build func(c Comment) Branch
	build = func(c Comment) Branch {
		b := Branch{Comment: c}
		for _, r := range under[c.ID] {
			b.Replies = append(b.Replies, build(r))
		}
		return b
	}
	b := build(root)
	b.More = root.Below - len(replies)
	if root.State != Shown {
		b.Gone, b.Text, b.Name, b.Site = true, "", "", ""
	}
	return b
}

// Branch is the whole branch of a comment that stands in a thread, page by page of its replies, the oldest first; fault.NotFound if
// it does not stand there.
func (s *Store) Branch(ctx context.Context, root int64, number int) (Branch, int, error) {
	q := s.db.Read()
	c, err := one(ctx, q, `id = $1 and parent_id = 0 and standing = 1`, root)
	if err != nil {
		return Branch{}, 0, err
	}
	pages := max(1, (c.Below+perLong-1)/perLong)
	replies, err := list(ctx, q, `select `+columns+` from comment where root_id = $1 and parent_id <> 0 and standing = 1 order by at, id limit $2 offset $3`,
		root, perLong, (number-1)*perLong)
	b := grow(c, replies)
	b.More = 0
	return b, pages, err
}

// Shown is the comment of id if the public sees it; else fault.NotFound. Whether the public sees its article the caller asks.
func (s *Store) Shown(ctx context.Context, id int64) (Comment, error) {
	return one(ctx, s.db.Read(), `id = $1 and state = 'shown'`, id)
}

// Page is the number of the page of its thread on which the branch of a comment stands.
func (s *Store) Page(ctx context.Context, c Comment, order Order) (int, error) {
	q := s.db.Read()
	root, err := one(ctx, q, `id = $1`, c.Root)
	if err != nil {
		return 0, err
	}
	before := map[Order]string{Newest: `(at > $2 or at = $2 and id > $3)`, Oldest: `(at < $2 or at = $2 and id < $3)`}[order]
	var n int
	err = q.QueryRowContext(ctx, `select count(*) from comment where article_id = $1 and parent_id = 0 and standing = 1 and `+before,
		c.Article, db.Micros(root.At), root.ID).Scan(&n)
	return n/PerPage + 1, err
}
