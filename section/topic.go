package section

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
)

// Merged says that a topic became part of another; what was filed under it must be filed anew.
const Merged = job.Event("topic.merged")

const topicColumns = `select id, version, slug, kind, names, other_names, merged_into from topic`

func scanTopic(row interface{ Scan(...any) error }) (t Topic, into int64, err error) {
	var names, others string
	if err := row.Scan(&t.ID, &t.Version, &t.Slug, &t.Kind, &names, &others, &into); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			err = fault.NotFound
		}
		return t, into, err
	}
	return t, into, errors.Join(json.Unmarshal([]byte(names), &t.Names), json.Unmarshal([]byte(others), &t.OtherNames))
}

// tidy makes lines of a topic's names, and leaves out the empty ones and those said twice.
func (t Topic) tidy() Topic {
	t.Names = named(t.Names)
	var others []string
	for _, name := range t.OtherNames {
		if name = paper.Line(name); name != "" && !slices.Contains(others, name) {
			others = append(others, name)
		}
	}
	t.OtherNames = others
	return t
}

// Topic is the topic of id; one that was merged is the one it became part of.
func (s *Store) Topic(ctx context.Context, id int64) (Topic, error) {
	list, err := s.Topics(ctx, id)
	if err != nil {
		return Topic{}, err
	}
	if len(list) == 0 {
		return Topic{}, fault.NotFound
	}
	return list[0], nil
}

// Search is what topics are looked for by; what is empty leaves none out.
type Search struct {
	Find  string // in any of its names
	Kind  string
	After int // so many are passed over
	Limit int
}

// FindTopics are the topics that match, those whose name begins so first, then in the order of their names; more tells whether
// others follow.
func (s *Store) FindTopics(ctx context.Context, by Search) (list []Topic, more bool, err error) {
	rows, err := s.db.Read().QueryContext(ctx, topicColumns+` where merged_into = 0 and (cast($1 as text) = '' or kind = $1)`, by.Kind)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	find := folded(by.Find)
	for rows.Next() {
		t, _, err := scanTopic(rows)
		if err != nil {
			return nil, false, err
		}
		if t.called(find) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b Topic) int { return strings.Compare(a.order(find), b.order(find)) })
	list = list[min(by.After, len(list)):]
	if len(list) > by.Limit {
		return list[:by.Limit], true, rows.Err()
	}
	return list, false, rows.Err()
}

// order puts those first that begin with what is looked for.
func (t Topic) order(find string) string {
	name := folded(t.NameIn("en"))
	if find != "" && strings.HasPrefix(name, find) {
		return "0" + name
	}
	return "1" + name
}

func (t Topic) called(find string) bool {
	if find == "" || strings.Contains(t.Slug, find) {
		return true
	}
	for _, name := range t.Names {
		if strings.Contains(folded(name), find) {
			return true
		}
	}
	return slices.ContainsFunc(t.OtherNames, func(name string) bool { return strings.Contains(folded(name), find) })
}

// folded is a name without case and accents, as people type it.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(paper.Line(s)))
}

// Covered is how many articles are about each topic, drafts too.
func (s *Store) Covered(ctx context.Context) (map[int64]int, error) {
	return s.counted(ctx, `select topic_id, count(*) from article_topic group by topic_id`)
}

// ChangeTopic keeps a topic as it is in t. t.Version must be the version the change was made from, else it is a fault.Conflict.
// The former address leads to the new one.
func (s *Store) ChangeTopic(ctx context.Context, t Topic, now time.Time) error {
	t = t.tidy()
	if err := t.check(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		former, into, err := scanTopic(q.QueryRowContext(ctx, topicColumns+` where id = $1`, t.ID))
		if err != nil {
			return err
		}
		if into != 0 {
			return fault.Invalid("This topic became part of another meanwhile.")
		}
		if former.Version != t.Version {
			return fault.Conflict
		}
		if former.Slug != t.Slug {
			if err := paper.Readdress(ctx, q, former.Path(), t.Path(), paper.KindTopic, t.ID, now); err != nil {
				return err
			}
		}
		if err := keepTopic(ctx, q, t); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "topic.set", "topic", t.ID, told(former.NameIn("en"), former.Path(), t.NameIn("en"), t.Path())); err != nil {
			return err
		}
		return TopicChanged.Add(ctx, q, t.ID)
	})
}

func keepTopic(ctx context.Context, q db.Q, t Topic) error {
	names, err := json.Marshal(t.Names)
	if err != nil {
		return err
	}
	others, err := json.Marshal(t.OtherNames)
	if err != nil {
		return err
	}
	return one(q.ExecContext(ctx, `update topic set version = version + 1, slug = $1, kind = $2, names = $3, other_names = $4 where id = $5 and version = $6`,
		t.Slug, t.Kind, string(names), string(others), t.ID, t.Version))
}

// MergeTopics makes a topic part of another: its names become other names there, its address leads there, and so will its articles.
func (s *Store) MergeTopics(ctx context.Context, from, into int64, now time.Time) error {
	if from == into {
		return fault.Form{"into": "A topic cannot become part of itself."}
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		lost, gone, err := scanTopic(q.QueryRowContext(ctx, topicColumns+` where id = $1`, from))
		if err != nil {
			return err
		}
		kept, gone2, err := scanTopic(q.QueryRowContext(ctx, topicColumns+` where id = $1`, into))
		if err != nil {
			return err
		}
		if gone != 0 || gone2 != 0 {
			return fault.Form{"into": "One of the two became part of another topic meanwhile."}
		}
		if err := keepTopic(ctx, q, kept.with(lost)); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `update topic set merged_into = $1 where id = $2 or merged_into = $2`, into, from); err != nil {
			return err
		}
		if err := paper.Merge(ctx, q, lost.Path(), kept.Path(), now); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "topic.merge", "topic", from, lost.NameIn("en")+" is now part of "+kept.NameIn("en")); err != nil {
			return err
		}
		return errors.Join(Merged.Add(ctx, q, from), TopicChanged.Add(ctx, q, from), TopicChanged.Add(ctx, q, into))
	})
}

// with is t with the names of another, which is part of it from now on.
func (t Topic) with(other Topic) Topic {
	for lang, name := range other.Names {
		if _, has := t.Names[lang]; !has {
			t.Names[lang] = name
		} else if t.Names[lang] != name {
			t.OtherNames = append(t.OtherNames, name)
		}
	}
	t.OtherNames = append(t.OtherNames, other.OtherNames...)
	slices.Sort(t.OtherNames)
	return t.tidy()
}

// Current are topics as they are now filed: each that was merged is the one it became part of, and none stands twice.
func Current(ctx context.Context, q db.Q, ids []int64) ([]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, `select id, merged_into from topic where merged_into <> 0 and id in (`+db.Places(1, len(ids))+`)`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	became := map[int64]int64{}
	for rows.Next() {
		var id, into int64
		if err := rows.Scan(&id, &into); err != nil {
			return nil, err
		}
		became[id] = into
	}
	var now []int64
	for _, id := range ids {
		if into := became[id]; into != 0 {
			id = into
		}
		if !slices.Contains(now, id) {
			now = append(now, id)
		}
	}
	return now, rows.Err()
}

// RemoveTopic takes away a topic that no article is about; its address leads to the front from then on.
func (s *Store) RemoveTopic(ctx context.Context, id int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		t, into, err := scanTopic(q.QueryRowContext(ctx, topicColumns+` where id = $1`, id))
		if err != nil {
			return err
		}
		var about int
		err = q.QueryRowContext(ctx, `select count(*) from article_topic where topic_id = $1`, id).Scan(&about)
		if err != nil {
			return err
		}
		if about > 0 || into != 0 {
			return fault.Invalid("%d articles are about it: merge it with another instead.", about)
		}
		if _, err := q.ExecContext(ctx, `delete from topic where id = $1`, id); err != nil {
			return err
		}
		if err := paper.Merge(ctx, q, t.Path(), "/", now); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "topic.remove", "topic", id, t.NameIn("en")); err != nil {
			return err
		}
		return TopicChanged.Add(ctx, q, id)
	})
}
