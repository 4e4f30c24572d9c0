package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"lede/internal/fault"
	"lede/paper"
	"lede/press"
)

// paperCommand sets what paper it is, for whoever has no newsroom open.
type paperCommand struct {
	Show paperShowCommand `cmd:"" help:"Print the paper's settings as JSON."`
	Set  paperSetCommand  `cmd:"" help:"Set the paper's settings from JSON, as show prints them."`
	Face paperFaceCommand `cmd:"" help:"Set the paper in a typeface of its own, or in the reader's again."`
}

// settings are the paper's, with the version they were made from.
type settings struct {
	Version int64 `json:"version"`
	paper.Paper
}

type paperShowCommand struct{}

// Run prints the settings.
func (paperShowCommand) Run(ctx context.Context, p place) error {
	return p.work(ctx, "paper-show", nil, http.NoBody)
}

func showPaper(ctx context.Context, p *press.Press, _ url.Values, _ io.Reader, say func(string)) error {
	now, err := p.Papers.Get(ctx)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(settings{now.Version, now}, "", "  ")
	say(string(text))
	return err
}

type paperSetCommand struct {
	File string `arg:"" help:"A file of settings, or - for standard input."`
}

// Run keeps the settings, if nobody else has since they were shown.
func (c paperSetCommand) Run(ctx context.Context, p place) error {
	in := os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return p.work(ctx, "paper-set", nil, in)
}

func setPaper(ctx context.Context, p *press.Press, _ url.Values, in io.Reader, say func(string)) error {
	var s settings
	d := json.NewDecoder(in)
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return fault.Invalid("These are no settings of a paper: %v. Begin with what lede paper show prints.", err)
	}
	s.Paper.Version = s.Version
	if err := p.Papers.Set(ctx, s.Paper, p.Clock()); err != nil {
		return err
	}
	say(s.Name + " is set")
	return nil
}

type paperFaceCommand struct {
	Family string   `arg:"" help:"The name of the typeface; with no files, \"\" sets the paper in the reader's own again."`
	Files  []string `arg:"" optional:"" help:"WOFF2 files, variable from 400 to 800; one with \"italic\" in its name is the italic." type:"existingfile"`
}

// Run keeps the font files and sets the paper in them.
func (c paperFaceCommand) Run(ctx context.Context, p place) error {
	if len(c.Files) == 0 {
		return p.work(ctx, "paper-face", nil, http.NoBody)
	}
	o, err := p.enter(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.setIn(ctx, o), o.leave(ctx))
}

func (c paperFaceCommand) setIn(ctx context.Context, o office) error {
	for i, name := range c.Files {
		font, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		args := url.Values{"family": {c.Family}, "name": {filepath.Base(name)}}
		if i > 0 {
			args.Set("more", "yes")
		}
		if err := o.do(ctx, "paper-face", args, bytes.NewReader(font), printed); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func setFace(ctx context.Context, p *press.Press, args url.Values, in io.Reader, say func(string)) error {
	s, err := p.Papers.Get(ctx)
	if err != nil {
		return err
	}
	if args.Get("more") == "" {
		s.Face = paper.Face{Family: args.Get("family")}
	}
	if s.Face.Family != "" {
		file, err := p.KeepFont(ctx, in)
		if err != nil {
			return err
		}
		file.Italic = strings.Contains(strings.ToLower(args.Get("name")), "italic")
		s.Face.Files = append(s.Face.Files, file)
	}
	if err := p.Papers.Set(ctx, s, p.Clock()); err != nil {
		return err
	}
	say(strings.TrimSpace("set in " + cmp.Or(s.Face.Family, "the reader's own typeface") + " " + args.Get("name")))
	return nil
}
