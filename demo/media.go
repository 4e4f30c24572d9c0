package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image/jpeg"
	"math"

	"lede/media"
	"lede/media/drawing"
)

// width is the size of a drawing as it comes into the paper, in pixels; upright ones are narrower.
const width = 1280

// picture brings a drawing in as a photographer would a photograph, once.
func (f *filler) picture(ctx context.Context, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	if id, ok := f.pictures[name]; ok {
		return id, nil
	}
	svg, err := files.ReadFile("pictures/" + name + ".svg")
	if err != nil {
		return 0, err
	}
	img, err := drawing.Raster(svg, width)
	if err != nil {
		return 0, fmt.Errorf("picture %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		return 0, err
	}
	m, err := f.Media.Add(ctx, name+".jpg", &b, media.About{Key: "demo:" + name}, f.now)
	if err != nil {
		return 0, fmt.Errorf("picture %s: %w", name, err)
	}
	f.pictures[name] = m.ID
	return m.ID, nil
}

// sound brings in the only sound a harbor needs.
func (f *filler) sound(ctx context.Context, name string) (int64, error) {
	if id, ok := f.sounds[name]; ok {
		return id, nil
	}
	m, err := f.Media.Add(ctx, name+".wav", bytes.NewReader(horn()), media.About{Key: "demo:" + name}, f.now)
	if err != nil {
		return 0, fmt.Errorf("sound %s: %w", name, err)
	}
	f.sounds[name] = m.ID
	return m.ID, nil
}

// film brings in a film of the demo's folder.
func (f *filler) film(ctx context.Context, name string) (int64, error) {
	film, err := files.ReadFile("pictures/" + name + ".webm")
	if err != nil {
		return 0, err
	}
	m, err := f.Media.Add(ctx, name+".webm", bytes.NewReader(film), media.About{Key: "demo:" + name}, f.now)
	return m.ID, err
}

// horn is four seconds of a foghorn's G (98 Hz) with its overtones, as a WAV file: PCM, 16 bit, mono, 11,025 samples a second.
func horn() []byte {
	const rate, seconds, note = 11_025, 4, 98.0
	samples := make([]int16, rate*seconds)
	for i := range samples {
		t := float64(i) / rate
		swell := math.Min(1, math.Min(t/.5, (seconds-t)/.8))
		wave := math.Sin(2*math.Pi*note*t) + .5*math.Sin(4*math.Pi*note*t) + .3*math.Sin(6*math.Pi*note*t)
		samples[i] = int16(14_000 * swell * wave / 1.8)
	}
	var b bytes.Buffer
	size := uint32(len(samples) * 2)
	b.WriteString("RIFF")
	for _, v := range []any{36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate * 2), uint16(2), uint16(16), []byte("data"), size, samples} {
		_ = binary.Write(&b, binary.LittleEndian, v) // a buffer takes all
	}
	return b.Bytes()
}
