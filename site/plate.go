package site

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"lede/paper"
)

var errPlate = errors.New("this is no box of a nameplate")

// PlateOf reads a nameplate from an SVG, as package paper does, and knows its size.
func PlateOf(svg string) (*Plate, error) {
	read, err := paper.PlateOf(svg)
	if err != nil {
		return nil, err
	}
	p := &Plate{Path: read.Path}
	return p, p.box(read.Box)
}

// box takes the viewBox: four numbers, the last two a width and a height.
func (p *Plate) box(value string) error {
	f := strings.Fields(value)
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
