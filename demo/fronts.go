package demo

import (
	"context"
	"fmt"
	"slices"

	"lede/front"
)

// progress says how far it is, in per cent.
func (f *filler) progress(of string, done, all int) {
	f.say(fmt.Sprintf("%s: %d %%", of, 100*done/all))
}

// fronts picks what stands on the fronts, the main language last: with that the demo is done.
func (f *filler) fronts(ctx context.Context, langs []string, picks map[string]map[int]int64) error {
	for _, lang := range slices.Backward(langs) {
		var chosen []front.Pick
		for place := 1; place <= front.MaxPicks; place++ {
			if id, ok := picks[lang][place]; ok {
				chosen = append(chosen, front.Pick{Article: id})
			}
		}
		_, version, err := f.Fronts.Picks(ctx, lang)
		if err != nil {
			return err
		}
		if err := f.Fronts.Pick(ctx, lang, chosen, version, f.now); err != nil {
			return err
		}
	}
	return nil
}
