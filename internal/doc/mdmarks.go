package doc

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// markNode is ~~strike~~, ~sub~ or ^sup^ in goldmark's tree.
type markNode struct {
	ast.BaseInline
	mark string
}

var markKind = ast.NewNodeKind("Mark")

func (n *markNode) Kind() ast.NodeKind            { return markKind }
func (n *markNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// markParser finds the delimiters of one such character.
type markParser struct{ char byte }

func (p markParser) Trigger() []byte { return []byte{p.char} }

func (p markParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	n := parser.ScanDelimiter(line, before, 1, markDelimiter(p))
	if n == nil || n.OriginalLength > 2 || p.char == '^' && n.OriginalLength > 1 {
		return nil
	}
	n.Segment = segment.WithStop(segment.Start + n.OriginalLength)
	block.Advance(n.OriginalLength)
	pc.PushDelimiter(n)
	return n
}

func (p markParser) CloseBlock(ast.Node, parser.Context) {}

type markDelimiter struct{ char byte }

func (d markDelimiter) IsDelimiter(b byte) bool { return b == d.char }

func (d markDelimiter) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char && opener.OriginalLength == closer.OriginalLength
}

func (d markDelimiter) OnMatch(consumes int) ast.Node {
	switch {
	case d.char == '^':
		return &markNode{mark: "sup"}
	case consumes == 2:
		return &markNode{mark: "strike"}
	}
	return &markNode{mark: "sub"}
}
