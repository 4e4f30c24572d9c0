package newsroom

func (n *Newsroom) accountRoutes() []route { return nil }
