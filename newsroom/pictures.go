package newsroom

func (n *Newsroom) picturesRoutes() []route { return nil }
