package newsroom

func (n *Newsroom) frontRoutes() []route { return nil }
