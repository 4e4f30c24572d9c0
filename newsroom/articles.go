package newsroom

func (n *Newsroom) articlesRoutes() []route { return nil }
