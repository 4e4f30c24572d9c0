package article

import (
	"context"
	"encoding/json"
	"fmt"
)

// Sourced are the articles that name an address they come from, by that address.
func (s *Store) Sourced(ctx context.Context) (map[string]int64, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, sources from article where sources <> ''`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]int64{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		var sources []Source
		if err := json.Unmarshal([]byte(text), &sources); err != nil {
			return nil, fmt.Errorf("the sources of article %d: %w", id, err)
		}
		for _, one := range sources {
			if one.URL != "" {
				all[one.URL] = id
			}
		}
	}
	return all, rows.Err()
}
