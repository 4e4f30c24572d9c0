package newsroom

func (n *Newsroom) topicsRoutes() []route { return nil }
