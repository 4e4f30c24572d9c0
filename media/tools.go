package media

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Tools are the programs of others that Lede runs where they are installed: cwebp and avifenc to serve pictures in less
// bytes, heif-dec (or its older name heif-convert) and avifdec to take HEIC and AVIF in. The zero Tools has none.
type Tools struct {
	encoders []encoder          // the smaller first
	decoders map[format]decoder // by what they take in
}

// encoder makes one kind of rendition.
type encoder interface {
	ext() string
	encode(ctx context.Context, im *image.RGBA) ([]byte, error)
}

// FindTools looks once for the programs on PATH.
func FindTools() Tools {
	t := Tools{decoders: map[format]decoder{}}
	if at, err := exec.LookPath("avifenc"); err == nil {
		t.encoders = append(t.encoders, avifenc(at))
	}
	if at, err := exec.LookPath("cwebp"); err == nil {
		t.encoders = append(t.encoders, cwebp(at))
	}
	for _, name := range []string{"heif-dec", "heif-convert"} {
		if at, err := exec.LookPath(name); err == nil {
			t.decoders[heicFormat] = heifDecoder(at)
			t.decoders[avifFormat] = heifDecoder(at)
			break
		}
	}
	if at, err := exec.LookPath("avifdec"); err == nil {
		t.decoders[avifFormat] = avifdec(at)
	}
	return t
}

// Readers are the tools that take pictures in, without those that make them smaller: those take long, and wait for the server.
func (t Tools) Readers() Tools { return Tools{decoders: t.decoders} }

// Formats are what pictures are served in beside JPEG.
func (t Tools) Formats() []string {
	var all []string
	for _, e := range t.encoders {
		all = append(all, e.ext())
	}
	return all
}

// Limits of a program: what it takes of the processor, of memory, and of the disk for one file.
const (
	toolTime   = 40 * time.Second
	toolCPU    = 30        // seconds
	toolMemory = 2_000_000 // KiB of address space, most of it never touched
	toolFile   = 800_000   // blocks of 512 bytes
)

// limited runs a program under the shell's limits, which hold before its first step.
const limited = `ulimit -t "$1"; ulimit -v "$2"; ulimit -f "$3"; ulimit -c 0; shift 3; exec "$@"`

// run runs a program in folder, the only place it is told of, with no environment of ours, within the limits; what it started
// ends with it. Its own words come with the error.
func run(ctx context.Context, folder, program string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, toolTime)
	defer cancel()
	all := append([]string{"-c", limited, "sh", strconv.Itoa(toolCPU), strconv.Itoa(toolMemory), strconv.Itoa(toolFile), program}, args...)
	c := exec.CommandContext(ctx, "/bin/sh", all...)
	c.Dir, c.Env = folder, []string{"PATH=/usr/bin:/bin", "HOME=" + folder, "TMPDIR=" + folder}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = time.Second
	said, err := c.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %.300q", filepath.Base(program), err, said)
	}
	return nil
}

// aside gives fn a folder of its own, and takes it away.
func aside(fn func(folder string) error) (err error) {
	folder, err := os.MkdirTemp("", "lede-picture-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	return fn(folder)
}

// program is an encoder that takes a PNG, and lets readers go first: args are its arguments for a picture of that width, with the two files' names last.
type program struct {
	at, ending string
	args       func(width int) []string
}

func (p program) ext() string { return p.ending }

func (p program) encode(ctx context.Context, im *image.RGBA) (made []byte, err error) {
	err = aside(func(folder string) error {
		if err := writePNG(filepath.Join(folder, "in.png"), im); err != nil {
			return err
		}
		if err := run(ctx, folder, "nice", append([]string{"-n", "10", p.at}, p.args(im.Rect.Dx())...)...); err != nil {
			return err
		}
		made, err = os.ReadFile(filepath.Join(folder, "out."+p.ending))
		return err
	})
	return made, err
}

func writePNG(name string, im image.Image) (err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(f, im)
}

// cwebp and avifenc aim at what the JPEG of that width looks like.
func cwebp(at string) encoder {
	return program{at, "webp", func(width int) []string {
		return []string{"-quiet", "-q", strconv.Itoa(quality(width)), "-m", "5", "-sharp_yuv", "-metadata", "none", "in.png", "-o", "out.webp"}
	}}
}

func avifenc(at string) encoder {
	return program{at, "avif", func(width int) []string {
		return []string{"-j", "1", "-s", "7", "-y", "420", "--min", "0", "--max", "63", "-a", "end-usage=q", "-a", "cq-level=" + strconv.Itoa(coarseness(width)),
			"--ignore-exif", "--ignore-xmp", "--ignore-icc", "in.png", "out.avif"}
	}}
}

// coarseness is AVIF's quality of a rendition, from 0, the best, to 63.
func coarseness(width int) int {
	switch {
	case width <= 320:
		return 24
	case width <= 640:
		return 28
	}
	return 32
}
