package newsroom

func (n *Newsroom) backupsRoutes() []route { return nil }
