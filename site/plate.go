package site

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	pathData = regexp.MustCompile(`^[MmZzLlHhVvCcSsQqTtAaEe0-9 ,.+\n\r\t-]+$`)
	errPlate = errors.New("a nameplate is an SVG with a viewBox and at least one path")
)

// maxPlate is the most bytes of path data a nameplate may have: it stands in every page.
const maxPlate = 8 << 10

// PlateOf reads a nameplate from an SVG: its viewBox and the data of its paths. All else in the file is left out, so nothing of it but
// numbers and path letters reaches a page. It is drawn in the colour of the text.
func PlateOf(svg string) (*Plate, error) {
	d := xml.NewDecoder(strings.NewReader(svg))
	p := &Plate{}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %v", errPlate, err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range el.Attr {
			switch {
			case el.Name.Local == "svg" && a.Name.Local == "viewBox" && p.Box == "":
				if err := p.box(a.Value); err != nil {
					return nil, err
				}
			case el.Name.Local == "path" && a.Name.Local == "d":
				if !pathData.MatchString(a.Value) {
					return nil, fmt.Errorf("%w: a path holds something that is not path data", errPlate)
				}
				p.Path += strings.TrimSpace(a.Value)
			}
		}
	}
	if p.Box == "" || p.Path == "" {
		return nil, errPlate
	}
	if len(p.Path) > maxPlate {
		return nil, fmt.Errorf("%w, of at most %d bytes; this one has %d", errPlate, maxPlate, len(p.Path))
	}
	return p, nil
}

// box takes the viewBox: four numbers, the last two a width and a height.
func (p *Plate) box(value string) error {
	f := strings.Fields(strings.ReplaceAll(value, ",", " "))
	if len(f) != 4 {
		return errPlate
	}
	var n [4]float64
	for i := range f {
		v, err := strconv.ParseFloat(f[i], 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 1e5 {
			return errPlate
		}
		n[i] = v
	}
	if n[2] < 1 || n[3] < 1 {
		return errPlate
	}
	p.Box, p.Width, p.Height = strings.Join(f, " "), int(n[2]), int(n[3])
	return nil
}
