package newsroom

func (n *Newsroom) redirectsRoutes() []route { return nil }
