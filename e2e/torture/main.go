// Command torture writes articles in a real browser while accidents happen: the server is killed, the tab closes, the session ends, the
// network goes, a second window writes, a colleague takes over. After each it counts what of the typing is lost: what is neither in
// the article nor kept beside it.
//
//	go run ./torture -lede ../bin/lede [-runs 30] [-seed 1]
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/room"
	"lede/e2e/staff"
)

// most is how much typing may be lost.
const most = 2 * time.Second

func main() {
	log.SetFlags(0)
	bin := flag.String("lede", "../bin/lede", "the binary")
	runs := flag.Int("runs", 30, "how many articles are written")
	seed := flag.Uint64("seed", 1, "what chance begins with")
	flag.Parse()
	if err := run(*bin, *runs, *seed); err != nil {
		log.Fatal("torture: ", err)
	}
}

// torture is what all runs share.
type torture struct {
	room  *room.Room
	chrom *chrome.Chrome
	mara  *staff.Person
	jonas *staff.Person
}

func run(bin string, runs int, seed uint64) error {
	r, err := room.Open(bin)
	if err != nil {
		return err
	}
	defer r.Close()
	c, err := chrome.Start()
	if err != nil {
		return err
	}
	defer c.Stop()
	t := &torture{room: r, chrom: c, mara: r.Publisher}
	if t.jonas, err = r.Join("jonas@paper.example", "Jonas Weil", "editor"); err != nil {
		return err
	}
	return t.all(runs, seed)
}

// all makes the runs, each accident as often as the others, and prints what was lost.
func (t *torture) all(runs int, seed uint64) error {
	began := time.Now()
	var worst time.Duration
	typed := 0
	for n := range runs {
		one := accidents[n%len(accidents)]
		w := &writing{torture: t, chance: rand.New(rand.NewPCG(seed, uint64(n))), name: fmt.Sprintf("r%d", n)}
		lost, err := w.suffer(one)
		if err != nil {
			return fmt.Errorf("run %d (%s, seed %d): %w", n, one.name, seed, err)
		}
		typed += len(w.typed)
		worst = max(worst, lost)
		if lost > most {
			return fmt.Errorf("run %d (%s, seed %d): %v of typing lost", n, one.name, seed, lost)
		}
	}
	fmt.Printf("editing in a browser: %d runs of %d accidents, %d words typed, at most %v of typing lost (%v allowed), in %s\n",
		runs, len(accidents), typed, worst, most, time.Since(began).Round(time.Second))
	return nil
}
