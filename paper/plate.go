package paper

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"lede/internal/fault"
)

// maxPlate is the most bytes of path data a nameplate may have: it stands in every page.
const maxPlate = 8 << 10

var errPlate = fault.Invalid("A nameplate is an SVG with a viewBox and at least one path; letters must be made paths first.")

// PlateOf reads a nameplate from an SVG: its viewBox and the data of its paths. All else in the file is left out, so nothing of it
// but numbers and path letters reaches a page. It is drawn in the colour of the text.
func PlateOf(svg string) (Plate, error) {
	d := xml.NewDecoder(strings.NewReader(svg))
	var p Plate
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Plate{}, errPlate
		}
		if el, ok := token.(xml.StartElement); ok {
			if err := p.take(el); err != nil {
				return Plate{}, err
			}
		}
	}
	if p.Box == "" || p.Path == "" {
		return Plate{}, errPlate
	}
	if len(p.Path) > maxPlate {
		return Plate{}, fault.Invalid("The paths have %d bytes; they stand in every page, so at most %d. Simplify the drawing.", len(p.Path), maxPlate)
	}
	return p, nil
}

// take takes from an element what is wanted of it.
func (p *Plate) take(el xml.StartElement) error {
	for _, a := range el.Attr {
		switch {
		case el.Name.Local == "svg" && a.Name.Local == "viewBox" && p.Box == "":
			box, err := boxOf(a.Value)
			if err != nil {
				return err
			}
			p.Box = box
		case el.Name.Local == "path" && a.Name.Local == "d":
			data := strings.Join(strings.Fields(a.Value), " ")
			if !pathData.MatchString(data) {
				return fault.Invalid("A path of the nameplate holds something that is not path data.")
			}
			p.Path += data
		}
	}
	return nil
}

// boxOf is a viewBox as it is kept: four numbers, the last two a width and a height.
func boxOf(value string) (string, error) {
	f := strings.Fields(strings.ReplaceAll(value, ",", " "))
	if len(f) != 4 {
		return "", errPlate
	}
	for i, s := range f {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(n) || math.Abs(n) > 1e5 || i > 1 && n < 1 {
			return "", errPlate
		}
		f[i] = strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strings.Join(f, " "), nil
}

// SVG is the plate as a drawing by itself, as PlateOf reads it; "" without one.
func (p Plate) SVG() string {
	if p.Path == "" {
		return ""
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="%s"><path d="%s"/></svg>`, p.Box, p.Path)
}
