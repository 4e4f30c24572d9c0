package newsroom

func (n *Newsroom) auditRoutes() []route { return nil }
