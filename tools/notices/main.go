// Notices collects the licences of all modules that are in the binary, and of the npm packages in the editor's bundle, from
// themselves, and prints them: each text once, under the names of what it stands for. Run it in the module's root.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run() error {
	list, err := modules()
	if err != nil {
		return err
	}
	scripts, err := packages("newsroom/editor")
	if err != nil {
		return err
	}
	names, order := map[string][]string{}, []string{}
	for _, m := range append(list, scripts...) {
		text, err := licence(m.dir)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if names[text] == nil {
			order = append(order, text)
		}
		names[text] = append(names[text], m.name)
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(out, "Lede is made of these modules beside its own code, each under the licence that follows.")
	for _, text := range order {
		fmt.Fprintf(out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(names[text], "\n"), text)
	}
	return out.Flush()
}

type module struct{ name, dir string }

// modules are those of the binary, and Go itself, in alphabetical order.
func modules() ([]module, error) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	found := []module{{"Go " + runtime.Version(), strings.TrimSpace(string(root))}}
	for line := range strings.Lines(string(out)) {
		if name, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			found = append(found, module{name, dir})
		}
	}
	slices.SortFunc(found[1:], func(a, b module) int { return strings.Compare(a.name, b.name) })
	return slices.Compact(found), nil
}

// packages are the npm packages that are bundled from folder, in alphabetical order; `npm ci` must have put them there.
func packages(folder string) ([]module, error) {
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var l struct {
		Packages map[string]struct {
			Version string `json:"version"`
			Dev     bool   `json:"dev"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(lock, &l); err != nil {
		return nil, err
	}
	var found []module
	for path, p := range l.Packages {
		if path != "" && !p.Dev {
			found = append(found, module{"npm " + strings.TrimPrefix(path, "node_modules/") + " " + p.Version, filepath.Join(folder, path)})
		}
	}
	slices.SortFunc(found, func(a, b module) int { return strings.Compare(a.name, b.name) })
	return found, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice)([-.].*)?$`)

// licence is all that a module says of its licence, in the files at its root.
func licence(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	if len(texts) == 0 {
		return "", errors.New("there is no licence in " + dir)
	}
	return strings.Join(texts, "\n\n"), nil
}
