package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image/jpeg"
	"io/fs"
	"math"
	"path"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"lede/media"
	"lede/media/drawing"
)

// width is the size of a drawing as it comes into the paper, in pixels; upright ones are narrower.
const width = 1280

// draw brings in all drawings, as many at once as there are processors, and makes the sizes that readers get.
func (f *filler) draw(ctx context.Context, _ settings) error {
	names, err := fs.Glob(files, "pictures/*.svg")
	if err != nil {
		return err
	}
	drawing, ctx := errgroup.WithContext(ctx)
	drawing.SetLimit(runtime.GOMAXPROCS(0))
	for _, file := range names {
		drawing.Go(func() error {
			name := strings.TrimSuffix(path.Base(file), ".svg")
			id, err := f.drawn(ctx, name)
			if err != nil {
				return err
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			f.pictures[name] = id
			if done := len(f.pictures); done%8 == 0 || done == len(names) {
				f.progress("pictures", done, len(names))
			}
			return nil
		})
	}
	return drawing.Wait()
}

// picture is the drawing of that name; 0 for none.
func (f *filler) picture(name string) (int64, error) {
	id, ok := f.pictures[name]
	if !ok && name != "" {
		return 0, fmt.Errorf("there is no picture %s", name)
	}
	return id, nil
}

// drawn brings a drawing in as a photographer would a photograph.
func (f *filler) drawn(ctx context.Context, name string) (int64, error) {
	svg, err := files.ReadFile("pictures/" + name + ".svg")
	if err != nil {
		return 0, err
	}
	img, err := drawing.Raster(svg, f.width)
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
	return m.ID, f.Media.Render(ctx, m.ID)
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
