package tongue

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
)

// used is a text of the interface found in the sources, and where it first stands.
type used map[string]string

// Every {{t "…"}}, {{th "…"}}, {{n … "…"}} of a template and every T("…"), N(…, "…"), HTML("…"), Word("…") of the Go code is in every language.
func TestEveryTextOfThePaperIsInEveryLanguage(t *testing.T) {
	found := textsOf(t, repository(t))
	for text, place := range found {
		var lacking []string
		for _, tag := range Tags() {
			if m, ok := For(tag).messages[text]; !ok || m.text == "" {
				lacking = append(lacking, tag+".json")
			}
		}
		if lacking != nil {
			t.Errorf("%s: %q is not in lang/%s", place, text, strings.Join(lacking, ", "))
		}
	}
	var idle []string
	for text := range For("en").messages {
		if _, ok := found[text]; !ok {
			idle = append(idle, text)
		}
	}
	slices.Sort(idle)
	if idle == nil {
		return
	}
	t.Errorf("%d texts stand in the language files and nowhere else:\n%s", len(idle), strings.Join(idle, "\n"))
}

func TestTextsAreFoundWhereTheyAreSaid(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"site/a.html":         `{{define "x"}}{{if .A}}{{t "In a branch"}}{{else}}{{.T "By a method" (n .Count "{n} in an argument")}}{{end}}{{end}}`,
		"site/b.html":         `<p title="{{th "In HTML" .Link}}">{{range .L}}{{$.Tongue.N 3 "{n} by a field"}}{{end}}{{with "not said"}}{{end}}`,
		"word/w.go":           "package w\nfunc f(t T) { t.T(\"In Go\"); t.N(3, \"{n} in Go\"); _ = tongue.Word(`Later`); t.Text(\"not said\"); t.T(variable) }",
		"word/w_test.go":      "package w\nfunc g(t T) { t.T(\"in a test\") }",
		"node_modules/x.html": `{{t "of others"}}`,
	} {
		write(t, filepath.Join(root, name), text)
	}
	var got []string
	for text := range textsOf(t, root) {
		got = append(got, text)
	}
	slices.Sort(got)
	want := []string{"By a method", "In Go", "In HTML", "In a branch", "Later", "{n} by a field", "{n} in Go", "{n} in an argument"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// repository is the folder that holds go.mod, above this one.
func repository(t *testing.T) string {
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above this folder")
		}
		dir = up
	}
}

func textsOf(t *testing.T, root string) used {
	t.Helper()
	found := used{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		if err != nil || d.IsDir() && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && path != root) {
			return skip(err)
		}
		switch {
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		case strings.HasSuffix(name, ".go"):
			return found.inGo(path)
		case strings.HasSuffix(name, ".html"):
			return found.inTemplate(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func skip(err error) error {
	if err != nil {
		return err
	}
	return fs.SkipDir
}

func (u used) add(text, place string) {
	if _, ok := u[text]; !ok {
		u[text] = place
	}
}

// says are the methods of a Tongue that find a text by its English, and where the English stands among their arguments.
var says = map[string]int{"T": 0, "HTML": 0, "N": 1, "Word": 0, "t": 0, "th": 0, "n": 1}

func (u used) inGo(path string) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil // the compiler says it better
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		at, ok := says[method.Sel.Name]
		if !ok || len(call.Args) <= at {
			return true
		}
		if text, ok := call.Args[at].(*ast.BasicLit); ok && text.Kind == token.STRING {
			s, _ := strconv.Unquote(text.Value)
			u.add(s, set.Position(text.Pos()).String())
		}
		return true
	})
	return nil
}

func (u used) inTemplate(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	trees := map[string]*parse.Tree{}
	top := parse.New(filepath.Base(path))
	top.Mode = parse.SkipFuncCheck
	if _, err := top.Parse(string(text), "", "", trees); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	trees[""] = top
	for _, tree := range trees {
		u.walk(tree.Root, path)
	}
	return nil
}

func (u used) walk(n parse.Node, path string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, x := range n.Nodes {
			u.walk(x, path)
		}
	case *parse.ActionNode:
		u.walk(n.Pipe, path)
	case *parse.TemplateNode:
		u.walk(n.Pipe, path)
	case *parse.IfNode:
		u.branch(&n.BranchNode, path)
	case *parse.RangeNode:
		u.branch(&n.BranchNode, path)
	case *parse.WithNode:
		u.branch(&n.BranchNode, path)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			u.command(c, path)
		}
	}
}

func (u used) branch(n *parse.BranchNode, path string) {
	u.walk(n.Pipe, path)
	u.walk(n.List, path)
	u.walk(n.ElseList, path)
}

func (u used) command(c *parse.CommandNode, path string) {
	for _, arg := range c.Args {
		u.walk(arg, path)
	}
	at, ok := says[called(c.Args[0])]
	if !ok || len(c.Args) <= at+1 {
		return
	}
	if text, ok := c.Args[at+1].(*parse.StringNode); ok {
		u.add(text.Text, path)
	}
}

// called is the last name of what a command calls: "t" of t, "T" of .T and of $.Tongue.T.
func called(n parse.Node) string {
	switch n := n.(type) {
	case *parse.IdentifierNode:
		return n.Ident
	case *parse.FieldNode:
		return n.Ident[len(n.Ident)-1]
	case *parse.VariableNode:
		return n.Ident[len(n.Ident)-1]
	case *parse.ChainNode:
		return n.Field[len(n.Field)-1]
	}
	return ""
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// A text and its translations name the same things. A form for 0, 1 or 2 may say the number in a word of its own.
func TestPlaceholdersAgreeInEveryLanguage(t *testing.T) {
	for _, tag := range Tags() {
		for english, m := range For(tag).messages {
			want := placeholders(english)
			if m.forms == nil {
				if got := placeholders(m.text); !slices.Equal(got, want) {
					t.Errorf("%s: %q has %v, want %v as in %q", tag, m.text, got, want, english)
				}
				continue
			}
			for form, text := range m.forms {
				few := form == "zero" || form == "one" || form == "two"
				unsaid := slices.DeleteFunc(slices.Clone(want), func(p string) bool { return p == "{n}" })
				if got := placeholders(text); !slices.Equal(got, want) && !(few && slices.Equal(got, unsaid)) {
					t.Errorf("%s: %q has %v, want %v as in %q", tag, text, got, want, english)
				}
			}
		}
	}
}

func placeholders(s string) []string {
	all := placeholder.FindAllString(s, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestEveryLanguageHasTheSameTextsAndAllItsPluralForms(t *testing.T) {
	english := For("en").messages
	for _, tag := range Tags() {
		tongue := For(tag)
		for text := range english {
			if _, ok := tongue.messages[text]; !ok {
				t.Errorf("lang/%s.json lacks %q", tag, text)
			}
		}
		for text, m := range tongue.messages {
			if _, ok := english[text]; !ok {
				t.Errorf("lang/%s.json has %q, which English lacks", tag, text)
			}
			if m.text == "" || m.text != strings.TrimSpace(m.text) {
				t.Errorf("lang/%s.json: %q is %q, want a text", tag, text, m.text)
			}
			if plural := strings.Contains(text, "{n}"); plural != (m.forms != nil) {
				t.Errorf("lang/%s.json: %q: forms are for texts with {n}, and all of those", tag, text)
			}
			for form := range tongue.cldr.Plural {
				if m.forms != nil && m.forms[form] == "" {
					t.Errorf("lang/%s.json: %q lacks the form %q", tag, text, form)
				}
			}
			if len(m.forms) > len(tongue.cldr.Plural) {
				t.Errorf("lang/%s.json: %q has forms that the language lacks: %v", tag, text, m.forms)
			}
		}
	}
}
