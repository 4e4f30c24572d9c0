package newsroom

func (n *Newsroom) publishRoutes() []route { return nil }
