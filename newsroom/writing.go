package newsroom

func (n *Newsroom) writingRoutes() []route { return nil }
