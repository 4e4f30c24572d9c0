package demo

import (
	"context"
	"errors"

	"lede/internal/fault"
	"lede/press"
)

// contact is what a paper that is, or becomes, The Narrows is known by.
const contact = "mailto:desk@narrows.example"

// mayFill refuses a paper with articles, unless they are of a demo that was interrupted: its fronts come last.
func mayFill(ctx context.Context, p *press.Press) error {
	some, err := p.Articles.Any(ctx)
	if err != nil || !some {
		return err
	}
	now, err := p.Papers.Get(ctx)
	if err != nil {
		return err
	}
	picks, _, err := p.Fronts.Picks(ctx, now.Main())
	if err != nil || now.Contact == contact && len(picks) == 0 {
		return err
	}
	return fault.Invalid("this paper has articles already; the demo goes into an empty one: choose another folder with --data")
}

// once gives what stands at path, or else makes it.
func (f *filler) once(ctx context.Context, path string, make func() (int64, error)) (int64, error) {
	has, err := f.Papers.At(ctx, path)
	if errors.Is(err, fault.NotFound) {
		return make()
	}
	return has.ID, err
}

// isNew tells whether what was asked for is not there yet.
func isNew(err error) bool { return errors.Is(err, fault.NotFound) }

// version is that of the standing page as it is; 0 for none in that language.
func (f *filler) version(ctx context.Context, slug, lang string) (int64, error) {
	p, err := f.Papers.Page(ctx, slug, lang)
	if errors.Is(err, fault.NotFound) || p.Lang != lang && err == nil {
		return 0, nil
	}
	return p.Version, err
}
