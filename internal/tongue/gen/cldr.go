package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cldr is a folder of npm packages that holds the CLDR's JSON.
type cldr string

// node is a place within a JSON file; asking for what is not there gives an empty node.
type node struct{ v any }

func (c cldr) read(path ...string) node {
	text, err := os.ReadFile(filepath.Join(append([]string{string(c)}, path...)...))
	if err != nil {
		log.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		log.Fatalf("%s: %v", filepath.Join(path...), err)
	}
	return node{v}
}

// main is one file of one language, below its wrapping.
func (c cldr) main(pkg, tag, file string) node {
	return c.read("cldr-"+pkg+"-full", "main", tag, file+".json").at("main", tag)
}

func (c cldr) supplemental(file string) node {
	return c.read("cldr-core", "supplemental", file+".json").at("supplemental")
}

func (n node) at(keys ...string) node {
	for _, k := range keys {
		m, _ := n.v.(map[string]any)
		n = node{m[k]}
	}
	return n
}

func (n node) text() string { s, _ := n.v.(string); return s }

func (n node) has() bool { return n.v != nil }

func (n node) keys() []string {
	m, _ := n.v.(map[string]any)
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (n node) texts(keys ...string) []string {
	var all []string
	for _, k := range keys {
		all = append(all, n.at(k).text())
	}
	return all
}

// forms are the plural forms of a node whose keys end in "-count-FORM".
func (n node) forms() map[string]string {
	all := map[string]string{}
	for _, k := range n.keys() {
		if _, form, ok := strings.Cut(k, "-count-"); ok {
			all[form] = n.at(k).text()
		}
	}
	return all
}

// line is a value as JSON on one line, with letters as they are.
func line(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		log.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
