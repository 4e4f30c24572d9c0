package newsroom

import "lede/staff"

func (n *Newsroom) everythingRoutes() []route {
	return []route{{pattern: "GET /newsroom/everything", act: staff.Read, on: staff.Self, handle: everything}}
}

// everything lists all places of the newsroom, for a phone's foot.
func everything(v *visit) error {
	return v.show("everything", v.frame("All of the newsroom", "everything"))
}
