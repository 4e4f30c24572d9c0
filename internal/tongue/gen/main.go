// Command gen writes the language files of package tongue from the Unicode CLDR, in the edition that npm carries. It is run by hand,
// never in the build, from the root of the repository:
//
//	npm install --prefix /tmp/cldr cldr-core@48.2.0 cldr-dates-full@48.2.0 cldr-numbers-full@48.2.0 cldr-misc-full@48.2.0 cldr-localenames-full@48.2.0
//	go run ./internal/tongue/gen /tmp/cldr/node_modules [TAG...]
//
// Without tags it renews all languages that have a file, and names.json. With a tag that has none ("fr") it begins that language:
// lang/fr.json gets CLDR's facts and every message of English, left empty to be written; the tests name those still empty.
// Messages already written are kept.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
)

const folder = "internal/tongue"

// spoken are the languages an article may be in, whose names every language file knows.
var spoken = strings.Fields(`af am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id is it ja
	ka kk km kn ko ku ky lo lt lv mk ml mn mr ms my nb ne nl nn no pa pl ps pt ro ru rw sd si sk sl so sq sr sv sw ta te th ti tk tr uk ur uz vi xh yi yo zh zu`)

// numerals are the digits of a language that is written with its own ones here, where CLDR has 0 to 9 for it without a region.
var numerals = map[string]string{"ar": "arab"}

// listEnds are the house's own last step of a list, for all regions of a language: newspapers in English write "A, B and C" (AP Stylebook)
// where CLDR has a comma before "and" in the United States.
var listEnds = map[string]string{"en": "{0} and {1}"}

// dates are the house's own patterns of a language without a region: the header's full date stands as the region writes it, all other days
// as newspapers print them, the day first.
var dates = map[string]struct{ long, short string }{"en": {"d MMMM y", "d MMMM"}}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: go run ./internal/tongue/gen NODE_MODULES [TAG...]")
	}
	c := cldr(os.Args[1])
	tags := os.Args[2:]
	if len(tags) == 0 {
		files, _ := filepath.Glob(folder + "/lang/*.json")
		for _, f := range files {
			tags = append(tags, strings.TrimSuffix(filepath.Base(f), ".json"))
		}
	}
	for _, tag := range tags {
		if err := c.language(tag); err != nil {
			log.Fatalf("%s: %v", tag, err)
		}
	}
	if err := os.WriteFile(folder+"/names.json", c.names(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// language writes lang/TAG.json anew around the messages it holds.
func (c cldr) language(tag string) error {
	messages, err := written(tag)
	if err != nil {
		return err
	}
	own := c.facts(tag)
	groups := c.regions(tag, own)
	var b strings.Builder
	b.WriteString("{\n  \"messages\": ")
	b.Write(messages)
	b.WriteString(",\n  \"languages\": ")
	b.WriteString(line(c.languages(tag)))
	b.WriteString(",\n  \"facts\": {\n    " + own.lines(",\n    ") + "\n  },\n  \"regions\": [")
	for i, g := range groups {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n    {\"for\": %s, \"facts\": {%s}}", line(g.regions), g.facts.lines(", "))
	}
	if len(groups) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]\n}\n")
	if !json.Valid([]byte(b.String())) {
		return fmt.Errorf("wrote no valid JSON")
	}
	return os.WriteFile(folder+"/lang/"+tag+".json", []byte(b.String()), 0o644)
}

// written are the messages of a language file as they stand there; a new language gets those of English, empty.
func written(tag string) ([]byte, error) {
	messages, err := messagesOf(tag)
	if errors.Is(err, fs.ErrNotExist) {
		if messages, err = messagesOf("en"); err == nil {
			return emptied(messages)
		}
	}
	return messages, err
}

func messagesOf(tag string) (json.RawMessage, error) {
	var f struct {
		Messages json.RawMessage `json:"messages"`
	}
	text, err := os.ReadFile(folder + "/lang/" + tag + ".json")
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, &f)
	return f.Messages, err
}

// emptied is an object of messages in the same order with no texts.
func emptied(messages []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(messages))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var lines []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		empty := `""`
		if value[0] == '{' {
			empty = `{"other": ""}`
		}
		lines = append(lines, "    "+line(key)+": "+empty)
	}
	return []byte("{\n" + strings.Join(lines, ",\n") + "\n  }"), nil
}
