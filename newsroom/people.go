package newsroom

import (
	"slices"

	"lede/staff"
)

// face is a person as others at the desk see them.
type face struct {
	ID       int64  `json:"id,string"`
	Name     string `json:"name"`
	Initials string `json:"initials"`
}

// First is what colleagues call them.
func (f face) First() string {
	for i, c := range f.Name {
		if c == ' ' {
			return f.Name[:i]
		}
	}
	return f.Name
}

// faces are all people of the paper by their ids, also those who left.
type faces struct {
	of   map[int64]face
	here []staff.Person // who can be assigned, by name
}

// faces are read once a visit.
func (v *visit) faces() (faces, error) {
	all, err := v.Staff.People(v.ctx())
	f := faces{of: map[int64]face{}}
	for _, p := range append(all, v.person) {
		f.of[p.ID] = face{p.ID, p.Name, p.Initials()}
		if p.Left.IsZero() && p.Name != "" && !slices.ContainsFunc(f.here, func(q staff.Person) bool { return q.ID == p.ID }) {
			f.here = append(f.here, p)
		}
	}
	return f, err
}

// who is the person of an id; somebody, if nobody knows.
func (f faces) who(id int64) face {
	if p, ok := f.of[id]; ok {
		return p
	}
	return face{ID: id, Name: "Somebody", Initials: "?"}
}

// maybe is who, or nil for nobody.
func (f faces) maybe(id int64) *face {
	if id == 0 {
		return nil
	}
	p := f.who(id)
	return &p
}
