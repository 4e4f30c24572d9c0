package desk

import "context"

// Unseen gives to take all that is kept of articles beside their versions: what is being written, what stands beside it, what could
// not become a version, and notes. value is JSON as it was typed, or a note's plain text. No reader ever sees any of it.
func (s *Store) Unseen(ctx context.Context, take func(article int64, value string)) error {
	rows, err := s.db.Read().QueryContext(ctx, `select article_id, value from working union all select article_id, value from aside
		union all select article_id, value from scrap union all select article_id, text from note`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var value string
		if err := rows.Scan(&id, &value); err != nil {
			return err
		}
		take(id, value)
	}
	return rows.Err()
}
