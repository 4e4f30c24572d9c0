package doc

import "slices"

// maxEdits bounds the work on a stretch of text: beyond so many words taken out and put in, the whole stretch is told
// as replaced. Time and memory are about the square of it.
const maxEdits = 1000

// common marks the tokens of a and b that both keep, in the same order. It takes away equal ends, then
// cuts long texts at tokens that stand once in each, then looks for the shortest edit of what is between.
func common(a, b []string) (keptA, keptB []bool) {
	c := matcher{make([]bool, len(a)), make([]bool, len(b))}
	x, y := intern(a, b)
	c.match(x, y, 0, 0, true)
	return c.a, c.b
}

type matcher struct{ a, b []bool }

// intern gives every different token a number.
func intern(a, b []string) (x, y []int) {
	numbers := map[string]int{}
	number := func(tokens []string) []int {
		out := make([]int, len(tokens))
		for i, t := range tokens {
			n, ok := numbers[t]
			if !ok {
				n = len(numbers)
				numbers[t] = n
			}
			out[i] = n
		}
		return out
	}
	return number(a), number(b)
}

// match works on a and b, which begin at atA and atB of the whole.
func (c *matcher) match(a, b []int, atA, atB int, anchor bool) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		c.a[atA], c.b[atB] = true, true
		a, b, atA, atB = a[1:], b[1:], atA+1, atB+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		c.a[atA+len(a)-1], c.b[atB+len(b)-1] = true, true
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 {
		return
	}
	if anchor && len(a)+len(b) > maxEdits {
		c.anchored(a, b, atA, atB)
		return
	}
	c.shortest(a, b, atA, atB)
}

// anchored cuts both at the tokens that stand once in each and kept their order, and matches what is between.
func (c *matcher) anchored(a, b []int, atA, atB int) {
	onceA, onceB := once(a), once(b)
	var inA, inB []int
	for j, t := range b {
		if i, ok := onceA[t]; ok && onceB[t] == j {
			inA, inB = append(inA, i), append(inB, j)
		}
	}
	stay := longestRise(inA)
	i, j := 0, 0
	for k := range inA {
		if stay[k] {
			c.match(a[i:inA[k]], b[j:inB[k]], atA+i, atB+j, false)
			c.a[atA+inA[k]], c.b[atB+inB[k]] = true, true
			i, j = inA[k]+1, inB[k]+1
		}
	}
	c.match(a[i:], b[j:], atA+i, atB+j, false)
}

// once gives where the tokens stand that stand only once; others may be there with a negative place.
func once(tokens []int) map[int]int {
	at := make(map[int]int, len(tokens))
	for i, t := range tokens {
		if _, twice := at[t]; twice {
			at[t] = -1
		} else {
			at[t] = i
		}
	}
	for t, i := range at {
		if i < 0 {
			delete(at, t)
		}
	}
	return at
}

// shortest finds the shortest edit (E. Myers, An O(ND) Difference Algorithm, 1986), up to maxEdits.
// front[k] is how far into a the diagonal k = x-y was reached; trail keeps each round's front.
func (c *matcher) shortest(a, b []int, atA, atB int) {
	bound := min(len(a)+len(b), maxEdits)
	front := make([]int, 2*bound+2)
	var trail [][]int
	for d := 0; d <= bound; d++ {
		trail = append(trail, slices.Clone(front[bound-d:bound+d+2]))
		for k := -d; k <= d; k += 2 {
			x := step(front, bound, d, k)
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			front[bound+k] = x
			if x >= len(a) && x-k >= len(b) {
				c.back(trail, len(a), len(b), atA, atB)
				return
			}
		}
	}
}

// step is where diagonal k begins in round d: down from k+1 or right from k-1, whichever reached further.
func step(front []int, mid, d, k int) int {
	if d == 0 {
		return 0
	}
	if k == -d || k != d && front[mid+k-1] < front[mid+k+1] {
		return front[mid+k+1]
	}
	return front[mid+k-1] + 1
}

// back follows the trail from the end and marks the tokens on its diagonals. trail[d] begins at diagonal -d.
func (c *matcher) back(trail [][]int, x, y, atA, atB int) {
	for d := len(trail) - 1; d >= 0; d-- {
		front, k := trail[d], x-y
		began := step(front, d, d, k)
		for x > began {
			x, y = x-1, y-1
			c.a[atA+x], c.b[atB+y] = true, true
		}
		if d == 0 {
			return
		}
		if k == -d || k != d && front[d+k-1] < front[d+k+1] {
			y--
		} else {
			x--
		}
	}
}
