package newsroom

func (n *Newsroom) notesRoutes() []route { return nil }
