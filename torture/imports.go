package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lede/article"
	"lede/press"
)

// pagesEach is how many pages each import that is killed brings.
const pagesEach = 40

// killedImports kills the real program in the middle of `import page --publish`, looks at what it had said, and then lets the
// same import run to its end: it must add exactly what is missing.
func (t *torture) killedImports(ctx context.Context) error {
	if t.imports == 0 {
		return nil
	}
	dir := filepath.Join(t.dir, "imported")
	said := 0
	for round := range t.imports {
		pages, err := t.pages(round)
		if err != nil {
			return err
		}
		paths, err := t.killImport(ctx, dir, pages)
		if err != nil {
			return fmt.Errorf("import %d: %w", round, err)
		}
		said += len(paths)
		if err := t.imported(ctx, dir, paths, -1); err != nil {
			return fmt.Errorf("import %d, killed: %w", round, err)
		}
		whole := exec.CommandContext(ctx, t.lede, append([]string{"import", "page", "--publish", "--data", dir}, pages...)...)
		if out, err := whole.CombinedOutput(); err != nil {
			return fmt.Errorf("import %d, to its end: %w: %s", round, err, out)
		}
		if err := t.imported(ctx, dir, paths, (round+1)*pagesEach); err != nil {
			return fmt.Errorf("import %d, to its end: %w", round, err)
		}
	}
	fmt.Printf("kill -9 of `import page --publish`: %d rounds, %d of %d pages acknowledged before the kill, 0 lost, 0 half done; run again, each is there once\n",
		t.imports, said, t.imports*pagesEach)
	return nil
}

// pages writes the saved pages of one round.
func (t *torture) pages(round int) (files []string, err error) {
	for n := range pagesEach {
		headline := fmt.Sprintf("Ferry %d of winter %d comes home", n, round)
		text := "<!doctype html><html lang=en><title>" + headline + "</title><article><h1>" + headline + "</h1>" + strings.Repeat(
			fmt.Sprintf("<p>The ferry that is number %d came home in the evening of the winter, and the people of the island waited "+
				"for it on the quay with lamps and with bread, as they have done before in every year since %d.</p>", n, 1900+round), 4) + "</article>"
		file := filepath.Join(t.dir, fmt.Sprintf("page-%d-%d.html", round, n))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// killImport gives the addresses the import had said before it was killed.
func (t *torture) killImport(ctx context.Context, dir string, pages []string) (paths []string, err error) {
	cmd := exec.CommandContext(ctx, t.lede, append([]string{"import", "page", "--publish", "--data", dir}, pages...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	after := 1 + rand.IntN(pagesEach-1) // pages; then within the next two or three
	for in := bufio.NewScanner(out); in.Scan(); {
		if name, path, ok := strings.Cut(in.Text(), ": /"); ok && strings.HasPrefix(name, t.dir) {
			if paths = append(paths, "/"+path); len(paths) == after {
				defer time.AfterFunc(rand.N(10*time.Millisecond), func() { _ = cmd.Process.Kill() }).Stop()
			}
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.Exited()) {
		return nil, fmt.Errorf("the import ended by itself: %w", err)
	}
	return paths, nil
}

// imported looks that the addresses lead to whole articles, and that there are want articles in all (-1: any number).
func (t *torture) imported(ctx context.Context, dir string, paths []string, want int) error {
	if err := inspect(ctx, dir, time.Now); err != nil {
		return err
	}
	return with(ctx, dir, time.Now, func(p *press.Press) error {
		for _, path := range paths {
			at, err := p.Papers.At(ctx, path)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			a, err := p.Articles.Public(ctx, at.ID, p.Clock())
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if a.Stage != article.Published || strings.Count(a.Body.Text(), "came home in the evening") != 4 {
				return fmt.Errorf("%s is not whole: %q", path, a.Body.Text())
			}
			if err := p.Articles.Verify(ctx, a.ID); err != nil {
				return err
			}
		}
		var n int
		if err := p.DB.Read().QueryRowContext(ctx, `select count(*) from article`).Scan(&n); err != nil || want >= 0 && n != want {
			return errors.Join(fmt.Errorf("there are %d articles, not %d", n, want), err)
		}
		return nil
	})
}
