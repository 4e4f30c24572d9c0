package newsroom

func (n *Newsroom) noticesRoutes() []route { return nil }

const noticesPath = "/newsroom/comments/notices"
