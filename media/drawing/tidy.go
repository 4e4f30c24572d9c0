package drawing

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/srwiley/oksvg"
)

const depthMax = 64

var (
	shapes = []string{"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
	frames = []string{"svg", "g", "defs", "linearGradient", "radialGradient", "stop"}

	// Attributes that are numbers without units, that are drawn as they stand, and that mean nothing to a painter.
	numbers = words(`x y x1 y1 x2 y2 cx cy r rx ry width height stroke-width stroke-miterlimit stroke-dashoffset
		opacity fill-opacity stroke-opacity stop-opacity offset`)
	drawn = words(`d points viewBox fill stroke stroke-linecap stroke-linejoin stroke-dasharray transform id stop-color`)
	mute  = words(`xmlns role version preserveAspectRatio`)

	number = regexp.MustCompile(`^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*%?\s*$`)
	colour = regexp.MustCompile(`^(none|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-z]+|rgb\([0-9 ,]+\))$`)
	paints = regexp.MustCompile(`^url\(#([\w-]+)\)$`)
	arcs   = regexp.MustCompile(`[aA]([^a-df-zA-DF-Z]*)`)
	figure = regexp.MustCompile(`[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?`)
	single = regexp.MustCompile(`scale\(\s*([^\s,()]+)\s*\)`)
)

func words(s string) []string { return strings.Fields(s) }

// pen is what a shape inherits from the elements around it, as far as it decides whether the shape can be drawn.
type pen struct {
	stroked, gradient bool
	bent, turned      bool // under scale, skew or matrix; under rotate or bent
}

// tidier copies a drawing element by element, checks it and spells out the defaults the painter has otherwise.
type tidier struct {
	out    bytes.Buffer
	pens   []pen
	shapes int
	ids    map[string]bool // gradients defined so far
	quiet  int             // depth inside title, desc or metadata, which are left out
}

// tidy checks a drawing against what Raster promises and returns it in the form the painter reads rightly, with the
// number of its shapes.
func tidy(svg []byte) ([]byte, int, error) {
	t := &tidier{ids: map[string]bool{}, pens: []pen{{}}}
	in := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return t.out.Bytes(), t.shapes, nil
		}
		if err == nil {
			err = t.take(token)
		}
		if err != nil {
			return nil, 0, err
		}
	}
}

func (t *tidier) take(token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		return t.start(e)
	case xml.EndElement:
		t.end(e)
	case xml.Directive:
		return errors.New("has a document type or entities")
	}
	return nil
}

func (t *tidier) start(e xml.StartElement) error {
	name := e.Name.Local
	if t.quiet > 0 || slices.Contains([]string{"title", "desc", "metadata"}, name) {
		t.quiet++
		return nil
	}
	shape := slices.Contains(shapes, name)
	if !shape && !slices.Contains(frames, name) {
		return fmt.Errorf("has a <%s>, which is not drawn", name)
	}
	if len(t.pens) > depthMax {
		return errors.New("is nested too deep")
	}
	p := t.pens[len(t.pens)-1]
	fmt.Fprintf(&t.out, "<%s", name)
	for _, a := range defaults(e) {
		if err := t.attribute(name, a, &p); err != nil {
			return fmt.Errorf("<%s>: %w", name, err)
		}
	}
	t.out.WriteString(">")
	t.pens = append(t.pens, p)
	if !shape {
		return nil
	}
	t.shapes++
	return p.check()
}

func (t *tidier) end(e xml.EndElement) {
	if t.quiet > 0 {
		t.quiet--
		return
	}
	fmt.Fprintf(&t.out, "</%s>", e.Name.Local)
	t.pens = t.pens[:len(t.pens)-1]
}

func (p pen) check() error {
	if p.stroked && p.bent {
		return errors.New("has a stroke under a scale, skew or matrix")
	}
	if p.gradient && p.turned {
		return errors.New("has a gradient on a turned shape")
	}
	return nil
}

// defaults are an element's attributes, with those of SVG 1.1 spelled out where the painter has others.
func defaults(e xml.StartElement) []xml.Attr {
	have := map[string]string{}
	for _, a := range e.Attr {
		have[a.Name.Local] = a.Value
	}
	add := func(name, value string) {
		if _, ok := have[name]; !ok {
			e.Attr = append(e.Attr, xml.Attr{Name: xml.Name{Local: name}, Value: value})
		}
	}
	switch {
	case e.Name.Local == "svg":
		add("stroke-width", "1")
		add("stroke-linejoin", "miter")
	case e.Name.Local == "rect" && have["rx"] != "":
		add("ry", have["rx"])
	case e.Name.Local == "rect" && have["ry"] != "":
		add("rx", have["ry"])
	}
	return e.Attr
}

func (t *tidier) attribute(element string, a xml.Attr, p *pen) error {
	name, value := a.Name.Local, strings.TrimSpace(a.Value)
	switch {
	case a.Name.Space == "xmlns" || slices.Contains(mute, name) || strings.HasPrefix(name, "aria-"):
		return nil
	case name == "fill-rule" && value == "nonzero":
		return nil
	case slices.Contains(numbers, name):
		if !number.MatchString(value) || strings.Contains(value, "%") && !strings.HasSuffix(element, "Gradient") && element != "stop" {
			return fmt.Errorf("%s=%q is no plain number", name, value)
		}
	case !slices.Contains(drawn, name):
		return fmt.Errorf("has %s=%q, which is not drawn", name, value)
	}
	value, err := t.meaning(element, name, value, p)
	if err != nil {
		return err
	}
	fmt.Fprintf(&t.out, ` %s="`, name)
	if err := xml.EscapeText(&t.out, []byte(value)); err != nil {
		return err
	}
	t.out.WriteString(`"`)
	return nil
}

// meaning checks the attributes that can be said in ways the painter does not follow, notes what p must know, and
// returns the value as the painter wants it.
func (t *tidier) meaning(element, name, value string, p *pen) (string, error) {
	switch name {
	case "id":
		t.ids[value] = t.ids[value] || strings.HasSuffix(element, "Gradient")
	case "fill", "stroke", "stop-color":
		return value, t.paint(name, value, p)
	case "d":
		for _, arc := range arcs.FindAllStringSubmatch(value, -1) {
			if len(figure.FindAllString(arc[1], -1)) != 7 {
				return "", fmt.Errorf("arc %q wants seven numbers apart", arc[0])
			}
		}
		if err := (&oksvg.PathCursor{ErrorMode: oksvg.StrictErrorMode}).CompilePath(value); err != nil {
			return "", fmt.Errorf("path %q cannot be drawn: %w", value, err)
		}
	case "transform":
		p.bent = p.bent || strings.Contains(value, "scale") || strings.Contains(value, "skew") || strings.Contains(value, "matrix")
		p.turned = p.turned || p.bent || strings.Contains(value, "rotate")
		return single.ReplaceAllString(value, "scale($1 $1)"), nil
	}
	return value, nil
}

func (t *tidier) paint(name, value string, p *pen) error {
	url := paints.FindStringSubmatch(value)
	switch {
	case url != nil && !t.ids[url[1]]:
		return fmt.Errorf("%s=%q stands before its gradient", name, value)
	case url == nil && !colour.MatchString(value):
		return fmt.Errorf("%s=%q is no plain colour", name, value)
	}
	if name == "stroke" {
		p.stroked = value != "none"
	}
	if url != nil {
		p.gradient = true
	}
	return nil
}
