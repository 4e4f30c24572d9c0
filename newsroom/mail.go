package newsroom

func (n *Newsroom) mailRoutes() []route { return nil }
