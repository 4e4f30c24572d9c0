package newsroom

func (n *Newsroom) previewRoutes() []route { return nil }
