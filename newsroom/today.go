package newsroom

func (n *Newsroom) todayRoutes() []route { return nil }
