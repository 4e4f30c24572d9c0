package site

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Parts are the templates an operator may lay others over. What they are given is the struct of pages.go that the
// part of ours is given; these structs keep their fields within one template version.
var Parts = []string{"band", "bottom", "card", "error", "facts", "lead", "plate", "rail", "standing"}

// TemplateVersion is the version that templates declare they were made for, on their first line: {{/* lede templates 1 */}}.
const TemplateVersion = 1

// Lay lays the templates in dir over ours: "bottom.html" over the part "bottom". One that is not of Parts, was made
// for another version, or cannot be read is left out with a warning; one that fails later gives way to ours, with a
// warning. It is called before the first page is drawn.
func (s *Site) Lay(dir fs.FS) error {
	s.views.warn = func(part string, err error) {
		s.Log.Warn("a template of the operator's is left out", "part", part, "error", err)
	}
	return s.views.lay(dir)
}

func (v *Views) lay(dir fs.FS) error {
	names, err := fs.Glob(dir, "*.html")
	if err != nil || len(names) == 0 {
		return err
	}
	laid, err := v.base.Clone()
	if err != nil {
		return err
	}
	for _, name := range names {
		part := strings.TrimSuffix(name, ".html")
		body, err := overlay(dir, name, part)
		if err == nil {
			_, err = laid.New(part).Parse(body)
		}
		if err != nil {
			v.warn(part, err)
		}
	}
	v.laid = laid
	return nil
}

func overlay(dir fs.FS, name, part string) (string, error) {
	if !slices.Contains(Parts, part) {
		return "", errors.New("there is no such part; there are " + strings.Join(Parts, ", "))
	}
	text, err := fs.ReadFile(dir, name)
	if err != nil {
		return "", err
	}
	head, body, _ := strings.Cut(string(text), "\n")
	if want := fmt.Sprintf("{{/* lede templates %d */}}", TemplateVersion); strings.TrimSpace(head) != want {
		return "", fmt.Errorf("its first line is not %s", want)
	}
	return squeeze(body), nil
}
