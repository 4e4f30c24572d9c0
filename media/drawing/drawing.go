// Package drawing turns the paper's own line drawings (SVG) into pictures made of pixels. It draws a small,
// checked part of SVG and refuses the rest by name; it is not a door for strangers' SVG.
package drawing

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/srwiley/oksvg"
	"github.com/srwiley/rasterx"
)

// maxPixels bounds what Raster paints: 50 million pixels, the bound of an uploaded picture.
const maxPixels = 50_000_000

// Raster draws svg width pixels wide on white; the height follows from the viewBox.
//
// It draws path, rect, circle, ellipse, line, polyline, polygon and g with fill, stroke (width, cap, join, miter
// limit, dashes), opacities, transforms, and linear and radial gradients in units of the shape, defined before use.
// An author must avoid, and Raster refuses by name: text, images, use, markers, patterns, clips, masks, filters, style
// elements, classes and style attributes; fill-rule evenodd (turn the inner contour round instead); gradients in user
// space, with a transform or on a rotated shape; a stroke under scale, skew or matrix; several arcs after one letter,
// or arc flags run together; colours other than #rgb, #rrggbb, rgb() and names; units. The opacity of a group is
// applied to each of its shapes, so the shapes of such a group must not overlap.
func Raster(svg []byte, width int) (picture image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			picture, err = nil, fmt.Errorf("drawing cannot be painted: %v", p)
		}
	}()
	clean, shapes, err := tidy(svg)
	if err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	icon, err := oksvg.ReadIconStream(bytes.NewReader(clean), oksvg.StrictErrorMode)
	if err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	if len(icon.SVGPaths) != shapes {
		return nil, fmt.Errorf("drawing: %d of its %d shapes cannot be drawn", shapes-len(icon.SVGPaths), shapes)
	}
	return paint(icon, width)
}

func paint(icon *oksvg.SvgIcon, width int) (image.Image, error) {
	box := icon.ViewBox
	if width < 1 || !(box.W > 0) || !(box.H > 0) {
		return nil, fmt.Errorf("drawing: wants a width and a viewBox, has %d and %v", width, box)
	}
	scale := float64(width) / box.W
	height := math.Max(1, math.Round(box.H*scale))
	if float64(width)*height > maxPixels {
		return nil, fmt.Errorf("drawing: %d by %.0f pixels is more than %d", width, height, maxPixels)
	}
	page := image.NewRGBA(image.Rect(0, 0, width, int(height)))
	draw.Draw(page, page.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	icon.Transform = rasterx.Identity.Scale(scale, height/box.H).Translate(-box.X, -box.Y)
	for i := range icon.SVGPaths {
		widen(&icon.SVGPaths[i], scale)
	}
	scanner := rasterx.NewScannerGV(width, int(height), page, page.Rect)
	icon.Draw(rasterx.NewDasher(width, int(height), scanner), 1)
	return page, nil
}

// widen scales a stroke with its picture: the library scales the line but not its width and dashes.
func widen(p *oksvg.SvgPath, scale float64) {
	p.LineWidth *= scale
	p.DashOffset *= scale
	dashes := make([]float64, len(p.Dash))
	for i, d := range p.Dash {
		dashes[i] = d * scale
	}
	p.Dash = dashes
}
