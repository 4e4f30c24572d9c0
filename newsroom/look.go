package newsroom

func (n *Newsroom) lookRoutes() []route { return nil }
