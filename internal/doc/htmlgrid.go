package doc

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const maxSpan = 50 // columns or rows that a cell may reach over

// table reads a table of data. One that only lays out a page (a single column, or more than paragraphs in a cell)
// is read as what its cells hold.
func (r *htmlReader) table(n *html.Node) {
	r.flush("paragraph", 0)
	g := grid{r: r}
	g.read(n)
	if r.count > MaxNodes {
		return
	}
	if g.width < 2 || g.layout {
		for _, row := range g.cells {
			for _, c := range row {
				r.add(c.blocks...)
			}
		}
		return
	}
	t := Node{Type: "table", Attrs: Attrs{Caption: g.caption}}
	for _, row := range g.cells {
		t.Content = append(t.Content, rowOf(row))
	}
	if r.count += g.width * len(g.cells); r.count <= MaxNodes {
		squareRows(t.Content)
		r.add(t)
	}
}

// grid gathers the cells of a table row by row; below[i] says for how many more rows column i is reached over.
type grid struct {
	r       *htmlReader
	caption string
	cells   [][]gridCell
	below   []int
	width   int
	layout  bool
}

type gridCell struct {
	blocks []Node
	header bool
	align  string
}

func (g *grid) read(n *html.Node) {
	for c := n.FirstChild; c != nil && g.r.count <= MaxNodes; c = c.NextSibling {
		if c.Type != html.ElementNode || dropped(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Caption:
			g.caption = oneLine(plain(c, nil))
		case atom.Tr:
			g.row(c)
		default:
			g.read(c)
		}
	}
}

func (g *grid) row(n *html.Node) {
	var row []gridCell
	said := false
	for c := n.FirstChild; c != nil && g.r.count <= MaxNodes; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th || dropped(c) {
			continue
		}
		row = g.under(row)
		cell := gridCell{header: c.DataAtom == atom.Th, align: alignOf(c)}
		cell.blocks = g.r.part(func() { g.r.children(c) })
		said = said || len(cell.blocks) > 0
		for _, b := range cell.blocks {
			g.layout = g.layout || b.Type != "paragraph"
		}
		at, rows := len(row), span(c, "rowspan")
		row = append(row, cell)
		for range span(c, "colspan") - 1 {
			row = append(row, gridCell{header: cell.header})
		}
		g.reach(at, len(row), rows-1)
	}
	row = g.under(row)
	g.r.count += len(row)
	if said {
		g.cells = append(g.cells, row)
		g.width = max(g.width, len(row))
	}
}

// under adds empty cells where cells of rows above reach over the next columns.
func (g *grid) under(row []gridCell) []gridCell {
	for len(row) < len(g.below) && g.below[len(row)] > 0 {
		g.below[len(row)]--
		row = append(row, gridCell{})
	}
	return row
}

func (g *grid) reach(from, until, rows int) {
	for len(g.below) < until {
		g.below = append(g.below, 0)
	}
	for i := from; i < until; i++ {
		g.below[i] = rows
	}
}

func span(n *html.Node, key string) int {
	v, err := strconv.Atoi(attrOf(n, key))
	if err != nil {
		return 1
	}
	return min(max(v, 1), maxSpan)
}

func alignOf(n *html.Node) string {
	for _, a := range kinds["cell"].attrs[1].among {
		if hasClass(n, "to-"+a) {
			return a
		}
	}
	return map[string]string{"center": "center", "right": "end"}[strings.ToLower(attrOf(n, "align"))]
}

func rowOf(cells []gridCell) Node {
	row := Node{Type: "row"}
	for _, c := range cells {
		cell := Node{Type: "cell", Attrs: Attrs{Header: c.header, Align: c.align}}
		for i, p := range c.blocks {
			if i > 0 {
				cell.Content = append(cell.Content, Node{Type: "hardBreak"})
			}
			cell.Content = append(cell.Content, p.Content...)
		}
		row.Content = append(row.Content, cell)
	}
	return row
}
