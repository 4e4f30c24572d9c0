package newsroom

func (n *Newsroom) alertRoutes() []route { return nil }
