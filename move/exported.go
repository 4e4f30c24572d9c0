package move

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"lede/internal/fault"
)

// What an export of another system may hold. It is read as a stream: only one part of it is in memory at any time.
const (
	maxExport = 4 << 30   // bytes, unpacked
	maxPart   = 16 << 20  // of one tag, text or comment of the XML
	maxDepth  = 64        // of elements within elements
	maxField  = 256 << 10 // of the text of one field; what follows is dropped
)

// exported is the XML of an export, read tag by tag. It knows no entities but those of XML and HTML, which are single characters, and
// refuses a document type: nothing in it can grow or reach out.
type exported struct {
	name  string
	xml   *xml.Decoder
	part  *rationed
	whole *rationed
	depth int
}

// openExported begins to read; a file may be gzipped.
func openExported(ctx context.Context, name string, r io.Reader) (*exported, error) {
	in := bufio.NewReader(patient{ctx, r})
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, refuse(name, "the gzip file is damaged")
		}
		in = bufio.NewReader(z)
	}
	text, err := inUTF8(name, in)
	if err != nil {
		return nil, err
	}
	x := &exported{name: name, whole: &rationed{r: text, left: maxExport, more: "%s: larger than %d GB; export it in parts", per: 1 << 30}}
	x.part = &rationed{r: x.whole, left: maxPart, more: "%s: one part of it is larger than %d MB", per: 1 << 20}
	x.xml = xml.NewDecoder(x.part)
	x.xml.Entity = xml.HTMLEntity
	x.xml.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	x.whole.name, x.part.name = name, name
	return x, nil
}

var xmlCharset = regexp.MustCompile(`^<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']`)

// inUTF8 makes clean UTF-8 of an export: what is ill-formed becomes U+FFFD, and control characters, which XML forbids and
// WordPress writes all the same, become spaces.
func inUTF8(name string, in *bufio.Reader) (io.Reader, error) {
	head, _ := in.Peek(1024)
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, refuse(name, "the file is empty")
	}
	e := marked(head)
	if m := xmlCharset.FindSubmatch(bytes.TrimSpace(head)); m != nil && e == nil {
		e, _ = charset.Lookup(string(m[1]))
	}
	if e == nil {
		e = unicode.UTF8
	}
	return plainly{transform.NewReader(in, e.NewDecoder())}, nil
}

// plainly reads without control characters.
type plainly struct{ io.Reader }

func (p plainly) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	for i, c := range b[:n] {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			b[i] = ' '
		}
	}
	return n, err
}

// rationed reads no more than is left, and says so.
type rationed struct {
	r    io.Reader
	left int64
	name string
	more string
	per  int64
	all  int64
}

func (r *rationed) Read(b []byte) (int, error) {
	if r.left <= 0 {
		return 0, fault.Invalid(r.more, r.name, r.all/r.per)
	}
	n, err := r.r.Read(b[:min(int64(len(b)), r.left)])
	r.left -= int64(n)
	r.all += int64(n)
	return n, err
}

// next is the next tag or text; io.EOF at the end.
func (x *exported) next() (xml.Token, error) {
	x.part.left, x.part.all = maxPart, 0
	tok, err := x.xml.Token()
	if err != nil {
		return nil, x.wrong(err)
	}
	switch tok := tok.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, refuse(x.name, "its elements stand more than %d deep in each other", maxDepth)
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, refuse(x.name, "it has a document type, <!%.20s …>; an export of comments has none", tok)
	}
	return tok, nil
}

// wrong says of an error what a person can do about it.
func (x *exported) wrong(err error) error {
	var bad *xml.SyntaxError
	switch {
	case err == io.EOF || fault.IsInvalid(err):
		return err
	case errors.As(err, &bad):
		return refuse(x.name, "line %d is no XML (%s); was the file cut short, or changed by hand?", bad.Line, bad.Msg)
	case errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF):
		return refuse(x.name, "the gzip file is damaged or cut short")
	}
	return fmt.Errorf("%s: %w", x.name, err)
}

// children gives each element within the one that began last to take, which reads it to its end or leaves it, until that one ends.
func (x *exported) children(take func(xml.StartElement) error) error {
	for depth := x.depth; ; {
		tok, err := x.next()
		if err == io.EOF {
			return refuse(x.name, "it ends in the middle; was the file cut short?")
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			within := x.depth
			if err := take(tok); err != nil {
				return err
			}
			if err := x.leave(within - 1); err != nil {
				return err
			}
		case xml.EndElement:
			if x.depth < depth {
				return nil
			}
		}
	}
}

// leave reads on until no more than depth elements are open.
func (x *exported) leave(depth int) error {
	for x.depth > depth {
		if _, err := x.next(); err != nil {
			if err == io.EOF {
				err = refuse(x.name, "it ends in the middle; was the file cut short?")
			}
			return err
		}
	}
	return nil
}

// text is what the element that began last says.
func (x *exported) text() (string, error) {
	var b strings.Builder
	for depth := x.depth; x.depth >= depth; {
		tok, err := x.next()
		if err == io.EOF {
			return "", refuse(x.name, "it ends in the middle; was the file cut short?")
		}
		if err != nil {
			return "", err
		}
		if said, ok := tok.(xml.CharData); ok && b.Len() < maxField {
			b.Write(said[:min(len(said), maxField-b.Len())])
		}
	}
	return strings.ToValidUTF8(b.String(), ""), nil
}

// fields gives the text of every element within the one that began last, by its name, the first of each. also sees each before, and
// may read it itself.
func (x *exported) fields(also func(xml.StartElement) error) (map[string]string, error) {
	said := map[string]string{}
	err := x.children(func(e xml.StartElement) error {
		within := x.depth
		if also != nil {
			if err := also(e); err != nil {
				return err
			}
		}
		name := e.Name.Local
		if _, twice := said[name]; twice || x.depth < within { // also has read it
			return nil
		}
		text, err := x.text()
		said[name] = text
		return err
	})
	return said, err
}
