package newsroom

func (n *Newsroom) sectionsRoutes() []route { return nil }
