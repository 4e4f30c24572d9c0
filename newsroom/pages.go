package newsroom

func (n *Newsroom) pagesRoutes() []route { return nil }
