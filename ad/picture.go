package ad

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"

	"golang.org/x/image/draw"

	"lede/internal/fault"
	"lede/media"
)

// Weight is the most bytes that a picture of an ad has, for each box (IAB New Ad Portfolio, initial load of 300 × 250 and 728 × 90).
const Weight = 150 << 10

// Boxes are all sizes that positions have, the largest first.
func Boxes() []Box {
	var all []Box
	for _, p := range Places() {
		for _, d := range Devices() {
			if b := p.Box(d); !slices.Contains(all, b) {
				all = append(all, b)
			}
		}
	}
	slices.SortFunc(all, func(a, b Box) int { return b.Width*b.Height - a.Width*a.Height })
	return all
}

// cardBoxes are the sizes in which the picture of a native card is made: beside the words of a large box, above them, and beside them in a low one.
func cardBoxes() []Box { return []Box{{330, 250}, {300, 150}, {120, 90}} }

// named is a size as the names of files have it, "300x250".
func (b Box) named() string { return fmt.Sprintf("%dx%d", b.Width, b.Height) }

// target is the box that a picture was made for.
func target(f File) string {
	stem, _, _ := strings.Cut(f.Name, ".")
	return stem
}

// shrunk is the size in which a picture stands in a box: as large as it is, or as the box has room.
func shrunk(film media.Film, in Box) Box {
	by := min(1, float64(in.Width)/float64(film.Width), float64(in.Height)/float64(film.Height))
	return Box{max(1, int(math.Round(float64(film.Width)*by))), max(1, int(math.Round(float64(film.Height)*by)))}
}

// enough is the part of a box that a picture must fill to be made for it.
const enough = 0.4

// shot is a picture that was sent, looked at, and the boxes it is to be made for.
type shot struct {
	Sent
	film  media.Film
	tally *tally // the colours of what moves
	boxes []Box
}

// putPictures makes the pictures of an ad: for each box the one of those sent that fills it best.
func (s *Store) putPictures(ctx context.Context, put *putter, form Form, sent []Sent) error {
	shots := make([]*shot, len(sent))
	for i, one := range sent {
		shots[i] = &shot{Sent: one}
		if err := s.look(ctx, shots[i]); err != nil {
			return ofFile(one.Name, err)
		}
	}
	share(shots, form)
	for _, one := range shots {
		if len(one.boxes) == 0 {
			continue // another fills every box better
		}
		if err := s.putShot(ctx, put, one); err != nil {
			return ofFile(one.Name, err)
		}
	}
	return unfit(shots, put.made)
}

// ofFile says of a file that cannot be taken which it is, in the field of files.
func ofFile(name string, err error) error {
	if !fault.IsInvalid(err) {
		return err
	}
	return fault.Form{"files": fmt.Sprintf("%s: %v", name, err)}
}

// unfit refuses pictures of which none fills any box.
func unfit(shots []*shot, made []File) error {
	if len(shots) == 0 || len(made) > 0 {
		return nil
	}
	one := shots[0]
	return fault.Form{"files": fmt.Sprintf("%s is %d × %d pixels and fills less than two fifths of every position. Give it in one of these sizes or twice as large: %s.",
		one.Name, one.film.Width, one.film.Height, BoxNames())}
}

// BoxNames lists the sizes of positions for people, "970 × 250, 300 × 250".
func BoxNames() string {
	var all []string
	for _, b := range Boxes() {
		all = append(all, fmt.Sprintf("%d × %d", b.Width, b.Height))
	}
	return strings.Join(all, ", ")
}

// share gives each box to the shot that fills it best.
func share(shots []*shot, form Form) {
	boxes, least := Boxes(), enough
	if form == NativeForm {
		boxes, least = cardBoxes(), 0
	}
	for _, box := range boxes {
		var best *shot
		most := least * float64(box.Width*box.Height)
		for _, one := range shots {
			size := shrunk(one.film, box)
			if fills := float64(size.Width * size.Height); fills >= most && (best == nil || fills > most) {
				best, most = one, fills
			}
		}
		if best != nil {
			best.boxes = append(best.boxes, box)
		}
	}
}

// look measures a picture and, if it moves, counts its colours.
func (s *Store) look(ctx context.Context, one *shot) error {
	return s.pictures.Frames(ctx, one.File, func(film media.Film, frame media.Frame) error {
		one.film = film
		if !film.Moves() {
			return nil
		}
		if one.tally == nil {
			one.tally = &tally{}
		}
		one.tally.count(frame.RGBA, film.Frames)
		return nil
	})
}

func (s *Store) putShot(ctx context.Context, put *putter, one *shot) error {
	if one.film.Moves() {
		return s.putFilm(ctx, put, one)
	}
	return s.pictures.Frames(ctx, one.File, func(_ media.Film, frame media.Frame) error {
		for _, box := range one.boxes {
			size := shrunk(one.film, box)
			b, kind, err := still(frame.RGBA, size)
			if err != nil {
				return err
			}
			name := fmt.Sprintf("%s.%s", box.named(), map[string]string{"image/jpeg": "jpg", "image/png": "png"}[kind])
			if err := put.put(ctx, File{Name: name, Type: kind, Box: size, Bytes: int64(len(b))}, bytes.NewReader(b)); err != nil {
				return err
			}
		}
		return nil
	})
}

// still makes a picture of a size in CSS pixels that weighs no more than Weight: of few colours a PNG, else a JPEG, with as many
// pixels as dense screens show, as far as there are any and the weight allows.
func still(from *image.RGBA, size Box) (b []byte, kind string, err error) {
	for _, density := range []float64{2, 1.5, 1} {
		im := sized(from, size, density)
		if flat := paletted(im); flat != nil {
			var out bytes.Buffer
			if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, flat); err != nil {
				return nil, "", err
			}
			if out.Len() <= Weight {
				return out.Bytes(), "image/png", nil
			}
		}
		for quality := 85; quality >= 55; quality -= 10 {
			if b, err = jpegOf(im, quality); err != nil || len(b) <= Weight {
				return b, "image/jpeg", err
			}
		}
	}
	im := sized(from, size, 1)
	for quality := 45; quality >= 5; quality -= 10 {
		if b, err = jpegOf(im, quality); err != nil || len(b) <= Weight {
			return b, "image/jpeg", err
		}
	}
	return nil, "", fault.Invalid("It cannot be made lighter than %d KB at %d × %d.", len(b)>>10, size.Width, size.Height)
}

func jpegOf(im image.Image, quality int) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, im, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

// sized is a picture in the pixels of a screen of that density, never more than it has.
func sized(from *image.RGBA, size Box, density float64) *image.RGBA {
	w := min(from.Rect.Dx(), int(float64(size.Width)*density))
	h := min(from.Rect.Dy(), int(float64(size.Height)*density))
	if w == from.Rect.Dx() && h == from.Rect.Dy() {
		return from
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(to, to.Rect, from, from.Rect, draw.Src, nil)
	return to
}
