package newsroom

func (n *Newsroom) signInRoutes() []route { return nil }
