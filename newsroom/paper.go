package newsroom

func (n *Newsroom) paperRoutes() []route { return nil }
