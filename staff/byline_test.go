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
