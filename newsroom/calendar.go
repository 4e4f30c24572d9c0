package newsroom

func (n *Newsroom) calendarRoutes() []route { return nil }
