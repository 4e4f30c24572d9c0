package doc

// table writes a table in a region that can be scrolled by hand and by keyboard.
func (w *writer) table(n *Node) {
	if !w.show.Feed {
		label := n.Attrs.Caption
		if label == "" {
			label = w.t("Table")
		}
		w.WriteString(`<div class="scroll" role="region"`)
		w.attr("aria-label", label)
		w.WriteString(` tabindex="0">`)
	}
	w.WriteString("<table>")
	if n.Attrs.Caption != "" {
		w.WriteString("<caption>")
		w.text(n.Attrs.Caption)
		w.WriteString("</caption>")
	}
	w.rows(n.Content)
	w.WriteString("</table>")
	if !w.show.Feed {
		w.WriteString("</div>")
	}
}

func (w *writer) rows(rows []Node) {
	head := allHeader(rows[0]) && len(rows) > 1
	if head {
		w.WriteString("<thead>")
		w.row(rows[0], "col")
		w.end("thead")
		rows = rows[1:]
	}
	w.WriteString("<tbody>")
	for _, r := range rows {
		w.row(r, "row")
	}
	w.end("tbody")
}

func allHeader(row Node) bool {
	for _, c := range row.Content {
		if !c.Attrs.Header {
			return false
		}
	}
	return true
}

func (w *writer) row(row Node, scope string) {
	w.WriteString("<tr>")
	for _, c := range row.Content {
		tag := "td"
		if c.Attrs.Header && len(c.Content) > 0 { // an empty one, in a table's corner, heads nothing
			tag = "th"
		}
		w.WriteString("<" + tag)
		if tag == "th" {
			w.attr("scope", scope)
		}
		if a := c.Attrs.Align; a != "" && !w.show.Feed {
			w.attr("class", "to-"+a)
		}
		w.WriteByte('>')
		w.inline(c.Content)
		w.end(tag)
	}
	w.end("tr")
}
