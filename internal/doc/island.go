package doc

import "unicode/utf8"

// run is a stretch of tokens that both texts have: was[i:i+n] and now[j:j+n].
type run struct{ i, j, n int }

// dropIslands takes back the short runs that two rewritten sentences have in common by chance ("the", "and a"): a run between
// two changes is kept only if it has more words than one of them. Else the difference could not be read.
func dropIslands(was, now []string, wasKept, nowKept []bool) {
	for dropped := true; dropped; {
		dropped = false
		kept := runs(wasKept, nowKept)
		for k, r := range kept {
			var before, after run // where the neighbours end and begin
			if k > 0 {
				before = kept[k-1]
			}
			after = run{i: len(was), j: len(now)}
			if k+1 < len(kept) {
				after = kept[k+1]
			}
			left := max(wordsIn(was[before.i+before.n:r.i]), wordsIn(now[before.j+before.n:r.j]))
			right := max(wordsIn(was[r.i+r.n:after.i]), wordsIn(now[r.j+r.n:after.j]))
			if wordsIn(was[r.i:r.i+r.n]) > min(left, right) || min(left, right) == 0 {
				continue
			}
			clear(wasKept[r.i : r.i+r.n])
			clear(nowKept[r.j : r.j+r.n])
			dropped = true
		}
	}
}

// runs are the stretches kept in both, in order.
func runs(wasKept, nowKept []bool) []run {
	var list []run
	for i, j := 0, 0; i < len(wasKept) && j < len(nowKept); {
		switch {
		case !wasKept[i]:
			i++
		case !nowKept[j]:
			j++
		default:
			r := run{i: i, j: j}
			for i < len(wasKept) && j < len(nowKept) && wasKept[i] && nowKept[j] {
				i, j, r.n = i+1, j+1, r.n+1
			}
			list = append(list, r)
		}
	}
	return list
}

// wordsIn counts the tokens that are words.
func wordsIn(tokens []string) int {
	n := 0
	for _, t := range tokens {
		if r, _ := utf8.DecodeRuneInString(t); tokenClass(r) == 1 {
			n++
		}
	}
	return n
}
