package ad

import (
	"context"

	"lede/internal/db"
)

// AddTraffic keeps traffic that was counted elsewhere, or before the paper came here; forecasts and pacing are made of it as of the
// paper's own. Where anything at all was counted already, nothing is added: it would count twice.
func (s *Store) AddTraffic(ctx context.Context, all []Traffic) error {
	var n int
	if err := s.db.Read().QueryRowContext(ctx, `select count(*) from (select 1 from ad_traffic limit 1) t`).Scan(&n); err != nil || n > 0 {
		return err
	}
	for _, t := range all {
		s.traffic.add(cellKey{db.Micros(t.Hour), t.Place, t.Kind, t.Section, t.Lang, t.Device}, cellCount{t.Asked, t.Rendered, t.Viewed, t.Clicked})
	}
	return s.Flush(ctx)
}
