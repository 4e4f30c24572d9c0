package search

import (
	"maps"
	"slices"
)

// inOrder are names by language, each once.
func inOrder(names map[string]string) []string {
	var list []string
	for _, lang := range slices.Sorted(maps.Keys(names)) {
		if !slices.Contains(list, names[lang]) {
			list = append(list, names[lang])
		}
	}
	return list
}
