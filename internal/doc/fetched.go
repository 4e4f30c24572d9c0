package doc

// Fetched is d with its pictures from elsewhere (Attrs.Src) made pictures of the paper's own media, by their
// addresses; those that were not had are left out, and galleries with none left go too. d stays as it is.
func (d Doc) Fetched(media map[string]int64) Doc {
	return New(fetched(d.Clone().Blocks, media)...)
}

func fetched(nodes []Node, media map[string]int64) []Node {
	var out []Node
	for _, n := range nodes {
		if n.Attrs.Src != "" {
			n.Attrs.Media, n.Attrs.Src = media[n.Attrs.Src], ""
			if n.Attrs.Media == 0 {
				continue
			}
		}
		held := len(n.Content) > 0
		n.Content = fetched(n.Content, media)
		if held && len(n.Content) == 0 {
			continue
		}
		out = append(out, n)
	}
	return out
}
