// Command screenshots takes pictures of the demo paper: pages of each kind at three widths, light and dark, and the README's four.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"lede/e2e/chrome"
	"lede/e2e/room"
)

// most is how many bytes a picture of the README may have.
const most = 300_000

var heights = map[int]int{360: 780, 768: 1024, 1280: 800}

func main() {
	log.SetFlags(0)
	bin := flag.String("lede", "../bin/lede", "the binary")
	to := flag.String("to", "../screenshots", "the folder for all pictures")
	docs := flag.String("docs", "", "the folder for front.png and article.png, or nothing")
	flag.Parse()
	if err := run(*bin, *to, *docs); err != nil {
		log.Fatal(err)
	}
}

func run(bin, to, docs string) (err error) {
	s, err := room.Demo(bin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	c, err := chrome.Start()
	if err != nil {
		return err
	}
	defer c.Stop()
	tab, err := c.Tab()
	if err != nil {
		return err
	}
	defer tab.Close()
	pages, err := find(tab, s.URL)
	if err != nil {
		return err
	}
	if err := all(tab, pages, to); err != nil {
		return err
	}
	if err := newsroom(c, s, bin, to, docs); err != nil {
		return err
	}
	if err := list(to); err != nil {
		return err
	}
	if docs == "" {
		return nil
	}
	return readme(tab, pages, docs)
}

// page is one page to be shown.
type page struct{ name, address string }

// find looks for one page of each kind, as a reader would.
func find(tab *chrome.Tab, paper string) ([]page, error) {
	pages := []page{{"front", paper + "/"}}
	for _, p := range []struct{ name, on, selector string }{
		{"section", "front", "nav.sections a"},
		{"article", "front", "main h3 a"},
		{"history", "article", `.facts a[href$="/history"]`},
		{"topic", "article", ".about a"},
		{"byline", "article", ".facts .by a"},
		{"page", "front", `footer nav a:not([href*="."])`},
		{"front-ar", "front", `a[lang="ar"]`},
		{"article-ar", "front-ar", "main h3 a"},
		{"front-es", "front", `a[lang="es"]`},
	} {
		address, err := link(tab, addressOf(pages, p.on), p.selector)
		if err != nil {
			return nil, err
		}
		pages = append(pages, page{p.name, address})
	}
	return append(pages, page{"not-found", paper + "/2020/01/nothing-here"}), nil
}

func addressOf(pages []page, name string) string {
	for _, p := range pages {
		if p.name == name {
			return p.address
		}
	}
	return ""
}

func link(tab *chrome.Tab, on, selector string) (string, error) {
	if err := tab.Open(on); err != nil {
		return "", err
	}
	to, err := chrome.Eval[string](tab, fmt.Sprintf(`document.querySelector(%q)?.href ?? ""`, selector))
	if err == nil && to == "" {
		err = fmt.Errorf("nothing like %s on %s", selector, on)
	}
	return to, err
}

// all takes every page whole, at each width, light and dark: screenshots/front-360-dark.png.
func all(tab *chrome.Tab, pages []page, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, p := range pages {
		for _, width := range []int{360, 768, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				picture, err := take(tab, p.address, width, scheme, true)
				if err != nil {
					return err
				}
				name := fmt.Sprintf("%s-%d-%s.png", p.name, width, scheme)
				if err := os.WriteFile(filepath.Join(to, name), picture, 0o644); err != nil {
					return err
				}
			}
		}
	}
	fmt.Println("pictures of", len(pages), "pages in", to)
	return nil
}

// readme takes what is seen of pages at first sight.
func readme(tab *chrome.Tab, pages []page, docs string) error {
	if err := os.MkdirAll(docs, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"front", "article"} {
		picture, err := take(tab, addressOf(pages, name), 1280, "light", false)
		if err != nil {
			return err
		}
		if err := keepSmall(filepath.Join(docs, name+".png"), picture); err != nil {
			return err
		}
	}
	return nil
}

// keepSmall writes a picture of the README, if it is small enough.
func keepSmall(file string, picture []byte) error {
	picture, err := small(picture)
	if err != nil {
		return err
	}
	if len(picture) > most {
		return fmt.Errorf("%s has %d bytes, at most %d", file, len(picture), most)
	}
	fmt.Println(file, len(picture), "bytes")
	return os.WriteFile(file, picture, 0o644)
}

func take(tab *chrome.Tab, address string, width int, scheme string, whole bool) ([]byte, error) {
	if err := tab.Size(width, heights[width]); err != nil {
		return nil, err
	}
	if err := tab.Media("screen", scheme); err != nil {
		return nil, err
	}
	if err := tab.Open(address); err != nil {
		return nil, err
	}
	if whole {
		if err := tab.ScrollThrough(); err != nil {
			return nil, err
		}
	}
	return tab.Screenshot(whole)
}
