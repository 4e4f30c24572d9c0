package newsroom

func (n *Newsroom) staffRoutes() []route { return nil }
