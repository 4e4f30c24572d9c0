package staff_test

import (
	"errors"
	"testing"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/staff"
)

func TestBylinesStandInTheOrderAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		b, err := p.Staff.Add(t.Context(), staff.Byline{Slug: "b", Name: " B \x00  Second ", Names: map[string]string{"ar": "ب"}}, p.Now())
		if err != nil {
			t.Fatal(err)
		}
		list, err := p.Staff.Bylines(t.Context(), b.ID, 404, p.Writer.ID)
		if err != nil || len(list) != 2 || list[0].Name != "B Second" || list[1].ID != p.Writer.ID || list[0].NameIn("ar") != "ب" || list[0].NameIn("es") != "B Second" {
			t.Errorf("%+v (%v)", list, err)
		}
		if found, ok, err := p.Staff.ByName(t.Context(), "B Second"); err != nil || !ok || found.ID != b.ID {
			t.Errorf("by name: %v %v %v", found, ok, err)
		}
		if _, ok, err := p.Staff.ByName(t.Context(), "Nobody"); err != nil || ok {
			t.Errorf("nobody is found: %v %v", ok, err)
		}
	})
}

func TestTwoPeopleHaveTwoAddresses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		for _, b := range []staff.Byline{{Slug: p.Writer.Slug, Name: "Other"}, {Slug: "x y", Name: "X"}, {Slug: "x"}, {Slug: "", Name: "X"}} {
			if _, err := p.Staff.Add(t.Context(), b, p.Now()); !errors.As(err, new(fault.Form)) {
				t.Errorf("%+v gives %v, wanted what to mend", b, err)
			}
		}
	})
}

func TestBylineThatWasMergedStandsForTheOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		ctx := t.Context()
		twice, err := p.Staff.Add(ctx, staff.Byline{Slug: "i-calloway", Name: "I. Calloway"}, p.Now())
		if err != nil {
			t.Fatal(err)
		}
		text := p.Text("Ferry runs")
		text.Bylines = []int64{twice.ID, p.Writer.ID}
		a := p.Publish(text)
		if err := p.Staff.Merge(ctx, twice.ID, p.Writer.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		p.Settle()
		if list, err := p.Staff.Bylines(ctx, twice.ID, p.Writer.ID); err != nil || len(list) != 1 || list[0].ID != p.Writer.ID {
			t.Errorf("printed as %+v (%v)", list, err)
		}
		var moved fault.Moved
		if _, err := p.Papers.At(ctx, twice.Path()); !errors.As(err, &moved) || moved.To != p.Writer.Path() {
			t.Errorf("its address: %v", err)
		}
		var listed int
		if err := d.Read().QueryRowContext(ctx, `select count(*) from listed where article_id = $1 and of_id = $2`, a.ID, twice.ID).Scan(&listed); err != nil || listed != 0 {
			t.Errorf("still listed under what it was: %d (%v)", listed, err)
		}
		if err := p.Staff.Merge(ctx, twice.ID, p.Writer.ID, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("merged twice: %v", err)
		}
	})
}

func TestBylineIsEditedByOneAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		b := p.Writer
		b.Slug, b.Name, b.About = "ines-c", "Inês C. Calloway", "covers the harbor"
		if err := p.Staff.Edit(t.Context(), b, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Staff.Edit(t.Context(), b, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("from an old version: %v", err)
		}
		var moved fault.Moved
		if _, err := p.Papers.At(t.Context(), p.Writer.Path()); !errors.As(err, &moved) || moved.To != "/by/ines-c" {
			t.Errorf("the old address: %v", err)
		}
		if all, err := p.Staff.All(t.Context()); err != nil || len(all) != 1 || all[0].About != "covers the harbor" {
			t.Errorf("%+v %v", all, err)
		}
	})
}
