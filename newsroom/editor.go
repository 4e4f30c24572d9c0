package newsroom

func (n *Newsroom) editorRoutes() []route { return nil }
