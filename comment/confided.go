package comment

import (
	"context"
	"fmt"
)

// Marks are the digests by which the paper tells whoever wrote a comment from others.
func (k Kept) Marks() []string {
	var all []string
	for _, m := range []string{k.owner, k.prefix, k.mail} {
		if m != "" {
			all = append(all, m)
		}
	}
	return all
}

// Confidence is something that was said about a comment to the paper alone.
type Confidence struct {
	Article int64
	What    string // in English: "a report"
	Text    string // "" for none
	Mail    string // an address that was given with it, "" for none
}

// Confided gives all that was said about comments to the paper alone to take: reports, appeals, notes, addresses that are told of replies.
func (s *Store) Confided(ctx context.Context, take func(Confidence)) error {
	rows, err := s.db.Read().QueryContext(ctx, `select 'a report', c.article_id, n.text, n.mail_sealed, n.id from notice n join comment c on c.id = n.comment_id
		union all select 'an appeal', c.article_id, a.text, '', 0 from appeal a join comment c on c.id = a.comment_id
		union all select 'a note on an appeal', c.article_id, a.note, '', 0 from appeal a join comment c on c.id = a.comment_id
		union all select 'a note on a decision', c.article_id, v.note, '', 0 from verdict v join comment c on c.id = v.comment_id
		union all select 'a note on a measure', 0, m.note, '', 0 from measure m`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c Confidence
		var sealed string
		var notice int64
		if err := rows.Scan(&c.What, &c.Article, &c.Text, &sealed, &notice); err != nil {
			return err
		}
		if sealed != "" {
			mail, err := s.key.Unseal(sealed, noticePlace(notice))
			if err != nil {
				return fmt.Errorf("the address of report %d: %w", notice, err)
			}
			c.Mail = string(mail)
		}
		take(c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	all, err := s.followings(ctx, s.db.Read(), `1 = 1`)
	for _, f := range all {
		take(Confidence{What: "who is told of replies", Mail: f.Mail})
	}
	return err
}
