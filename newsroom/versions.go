package newsroom

func (n *Newsroom) versionsRoutes() []route { return nil }
