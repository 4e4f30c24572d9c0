// Notices collects the licences of all modules that are in the binary, from the modules themselves, and prints them:
// each text once, under the names of the modules it stands for. Run it in the module's root.
package main

import (
	"bufio"
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
	names, order := map[string][]string{}, []string{}
	for _, m := range list {
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
