package article

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lede/internal/db"
	"lede/paper"
	"lede/staff"
)

// List asks for articles, newest first: of the whole paper (Of 0), or of one section with those below it,
// one topic, or one byline, in one of the paper's languages.
type List struct {
	Of    int64
	Lang  string
	From  time.Time // at or after; zero for no bound
	Until time.Time // before; zero for no bound
	Limit int
	Skip  int
}

// listed is every list of the public: an index range of listed, seen through sight.
// $1 now, $2 of, $3 lang, $4 from, $5 until, $6 skip. The limit is written out (see ask).
const listed = ` from listed l join article a on a.id = l.article_id
	where l.of_id = $2 and l.lang = $3 and l.at >= $4 and l.at < $5 and ` + sight + ` order by l.at desc, l.article_id desc limit %d offset $6`

// ask is the statement for columns of the list. SQLite plans by the number behind limit and would prepare the statement anew
// for every call if it were an argument; there are only a few such numbers.
func (l List) ask(columns string) string {
	return fmt.Sprintf(`select `+columns+listed, l.Limit)
}

// args bounds the range at now, so that what is scheduled is not even read.
func (l List) args(now time.Time) []any {
	until := now.Add(time.Microsecond)
	if !l.Until.IsZero() && l.Until.Before(until) {
		until = l.Until
	}
	from := int64(-1 << 62)
	if !l.From.IsZero() {
		from = db.Micros(l.From)
	}
	return []any{db.Micros(now), l.Of, l.Lang, from, db.Micros(until), l.Skip}
}

// Cards are the articles of the list that the public sees at now, as cards.
func (s *Store) Cards(ctx context.Context, l List, now time.Time) ([]Card, error) {
	lists, err := s.CardLists(ctx, now, l)
	if err != nil {
		return nil, err
	}
	return lists[0], nil
}

// CardLists are several lists at once, each as Cards gives it.
func (s *Store) CardLists(ctx context.Context, now time.Time, lists ...List) ([][]Card, error) {
	found := make([][]Card, len(lists))
	for i, l := range lists {
		var err error
		if found[i], err = s.cards(ctx, l.ask(cardColumns), l.args(now)...); err != nil {
			return nil, err
		}
	}
	return found, s.addBylines(ctx, found...)
}

// CardsOf are the cards of ids, in that order; what the public does not see at now is left out.
func (s *Store) CardsOf(ctx context.Context, ids []int64, now time.Time) ([]Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cards, err := s.cards(ctx, `select `+cardColumns+` from article a where a.id in (`+db.Places(2, len(ids))+`) and `+sight, db.Args(ids, db.Micros(now))...)
	if err != nil {
		return nil, err
	}
	if err := s.addBylines(ctx, cards); err != nil {
		return nil, err
	}
	found := map[int64]Card{}
	for _, c := range cards {
		found[c.ID] = c
	}
	return db.InOrder(ids, found), nil
}

const cardColumns = `a.id, a.path, a.lang, a.kicker, a.headline, a.summary, a.seen, a.section_id, a.sensitive, a.words, a.lead, a.published_at, coalesce(a.updated_at, 0), a.changed_at, a.sponsor`

func (s *Store) cards(ctx context.Context, statement string, args ...any) ([]Card, error) {
	rows, err := s.db.Read().QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var cards []Card
	for rows.Next() {
		c, err := scanCard(rows)
		if err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
	return cards, rows.Err()
}

func scanCard(r row) (Card, error) {
	var c Card
	var lead string
	var sensitive, published, updated, changed int64
	err := r.Scan(&c.ID, &c.Path, &c.Lang, &c.Kicker, &c.Headline, &c.Summary, &c.Seen, &c.Section, &sensitive, &c.Words, &lead, &published, &updated, &changed, &c.Sponsor)
	if err != nil {
		return c, err
	}
	c.Sensitive, c.Published, c.Changed = sensitive != 0, db.Time(published), db.Time(changed)
	if updated != 0 {
		c.Updated = db.Time(updated)
	}
	return c, json.Unmarshal([]byte(lead), &c.Lead)
}

// addBylines reads the bylines of all cards at once.
func (s *Store) addBylines(ctx context.Context, lists ...[]Card) error {
	var ids []int64
	at := map[int64][]*Card{} // an article may stand in several of the lists
	for _, cards := range lists {
		for i := range cards {
			c := &cards[i]
			if at[c.ID] == nil {
				ids = append(ids, c.ID)
			}
			at[c.ID] = append(at[c.ID], c)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select ab.article_id, b.id, b.slug, b.name, b.names, b.picture_id from article_byline ab join byline b on b.id = ab.byline_id
		where ab.article_id in (`+db.Places(1, len(ids))+`) order by ab.article_id, ab.place`, db.Args(ids)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var of int64
		var b staff.Byline
		var names string
		if err := rows.Scan(&of, &b.ID, &b.Slug, &b.Name, &names, &b.Picture); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(names), &b.Names); err != nil {
			return err
		}
		for _, c := range at[of] {
			c.Bylines = append(c.Bylines, b)
		}
	}
	return rows.Err()
}

// Full are the articles of the list that the public sees at now, with their texts, for feeds.
func (s *Store) Full(ctx context.Context, l List, now time.Time) ([]Article, error) {
	q := s.db.Read()
	rows, err := q.QueryContext(ctx, l.ask(columns), l.args(now)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Article
	for rows.Next() {
		a, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	whole := make([]*Article, len(list))
	for i := range list {
		whole[i] = &list[i]
	}
	return list, readParts(ctx, q, whole...)
}

// Neighbours are the moments of publication next to the span from..until in the list of the whole paper:
// the last before it and the first at or after its end that is not ahead of now. Zero where there is none.
func (s *Store) Neighbours(ctx context.Context, lang string, from, until, now time.Time) (before, after time.Time, err error) {
	const seen = ` from listed l join article a on a.id = l.article_id where l.of_id = 0 and l.lang = $2 and ` + sight
	earlier, err := db.Column[int64](ctx, s.db.Read(), `select l.at`+seen+` and l.at < $3 order by l.at desc limit 1`, db.Micros(now), lang, db.Micros(from))
	if err != nil {
		return before, after, err
	}
	later, err := db.Column[int64](ctx, s.db.Read(), `select l.at`+seen+` and l.at >= $3 and l.at <= $1 order by l.at limit 1`, db.Micros(now), lang, db.Micros(until))
	if len(earlier) > 0 {
		before = db.Time(earlier[0])
	}
	if len(later) > 0 {
		after = db.Time(later[0])
	}
	return before, after, err
}

// Located is an article as a sitemap lists it.
type Located struct {
	ID        int64
	Path      string
	Lang      string
	Group     int64
	Headline  string
	Seen      string
	Published time.Time
	Changed   time.Time
}

// Locations are where the articles of the list stand, for sitemaps.
func (s *Store) Locations(ctx context.Context, l List, now time.Time) ([]Located, error) {
	rows, err := s.db.Read().QueryContext(ctx, l.ask(`a.id, a.path, a.lang, a.group_id, a.headline, a.seen, a.published_at, a.changed_at`), l.args(now)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Located
	for rows.Next() {
		var at Located
		var published, changed int64
		if err := rows.Scan(&at.ID, &at.Path, &at.Lang, &at.Group, &at.Headline, &at.Seen, &published, &changed); err != nil {
			return nil, err
		}
		at.Published, at.Changed = db.Time(published), db.Time(max(changed, published)) // what was written before it was published is news from then on
		list = append(list, at)
	}
	return list, rows.Err()
}

// Months are the months in which the public sees articles at now, oldest first, each as its first moment in now's zone.
// It looks at one article a month, however many there are.
func (s *Store) Months(ctx context.Context, lang string, now time.Time) ([]time.Time, error) {
	var months []time.Time
	from := int64(-1 << 62)
	for {
		at, err := db.Column[int64](ctx, s.db.Read(), `select l.at from listed l join article a on a.id = l.article_id
			where l.of_id = 0 and l.lang = $2 and l.at >= $3 and l.at <= $1 and `+sight+` order by l.at limit 1`, db.Micros(now), lang, from)
		if err != nil || len(at) == 0 {
			return months, err
		}
		first := db.Time(at[0]).In(now.Location())
		months = append(months, paper.Midnight(first.Year(), first.Month(), 1, now.Location()))
		from = db.Micros(paper.Midnight(first.Year(), first.Month()+1, 1, now.Location()))
	}
}

// NextAhead is the first moment after now at which the public will see something new, or see something no more; or zero. Pages
// that list articles are good until then.
func (s *Store) NextAhead(ctx context.Context, now time.Time) (time.Time, error) {
	at, err := db.Column[int64](ctx, s.db.Read(), `select at from (select published_at as at from article where stage = 'scheduled' and published_at > $1 order by published_at limit 1) as comes
		union all select at from (select withdrawn_at as at from article where withdrawn_at is not null and withdrawn_at > $1 order by withdrawn_at limit 1) as goes order by at limit 1`, db.Micros(now))
	if err != nil || len(at) == 0 {
		return time.Time{}, err
	}
	return db.Time(at[0]), nil
}

// Listing is where an article stands in lists.
type Listing struct {
	Lang  string // of the edition
	Under []int64
	Group int64
}

// Listed tells where the article of id is listed, whether the public sees it or not.
func (s *Store) Listed(ctx context.Context, id int64) (Listing, error) {
	q := s.db.Read()
	var l Listing
	err := q.QueryRowContext(ctx, `select a.group_id, coalesce((select max(lang) from listed where article_id = a.id), '') from article a where a.id = $1`, id).Scan(&l.Group, &l.Lang)
	if err != nil {
		return l, err
	}
	l.Under, err = db.Column[int64](ctx, q, `select of_id from listed where article_id = $1`, id)
	return l, err
}

// Any tells whether the paper has any article, in whatever stage.
func (s *Store) Any(ctx context.Context) (bool, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from article limit 1`)
	return len(ids) > 0, err
}

// Card is the card of an article as the public sees it at now, without its bylines; where it does not, what Public says of that.
func (s *Store) Card(ctx context.Context, id int64, now time.Time) (Card, error) {
	c, err := scanCard(s.db.Read().QueryRowContext(ctx, `select `+cardColumns+` from article a where a.id = $2 and `+sight, db.Micros(now), id))
	if errors.Is(err, sql.ErrNoRows) {
		return c, s.taken(ctx, id, now)
	}
	return c, err
}
