package main

import (
	"slices"
	"strings"
	"testing"
)

const (
	writesShip = `11 pwrite64(7</srv/lede.db-wal>, "\2\31/2026/11/round-0-brings-ship-1-into-harborarticle\7", 4096, 24) = 4096`
	tellsShip  = `12 write(1<pipe:[9]>, "kept 0 1 77 2 /2026/11/round-0-brings-ship-1-into-harbor\n", 56) = 56`
	syncs      = `11 fdatasync(7</srv/lede.db-wal>)         = 0`
)

func TestOnlyWhatTheLogKeepsMayBeAcknowledged(t *testing.T) {
	for _, c := range []struct {
		name  string
		trace []string
		early int
	}{
		{"written, synced, told", []string{writesShip, syncs, tellsShip}, 0},
		{"told before the sync", []string{writesShip, tellsShip, syncs}, 1},
		{"never written", []string{syncs, tellsShip}, 1},
		{"synced before it was written", []string{syncs, writesShip, tellsShip}, 1},
		{"told while the sync still runs", []string{writesShip, `11 fdatasync(7</srv/lede.db-wal> <unfinished ...>`, tellsShip, `11 <... fdatasync resumed>) = 0`}, 1},
		{"told after the sync was resumed", []string{writesShip, `11 fdatasync(7</srv/lede.db-wal> <unfinished ...>`, `11 <... fdatasync resumed>) = 0`, tellsShip}, 0},
		{"the sync failed", []string{writesShip, `11 fdatasync(7</srv/lede.db-wal>) = -1 EIO (Input/output error)`, tellsShip}, 1},
		{"another file was synced", []string{writesShip, `11 fdatasync(6</srv/lede.db>) = 0`, tellsShip}, 1},
		{"another ship was written", []string{strings.ReplaceAll(writesShip, "ship-1-", "ship-12-"), syncs, tellsShip}, 1},
	} {
		o, err := order(strings.NewReader(strings.Join(c.trace, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		if len(o.early) != c.early || o.acknowledged != 1 {
			t.Errorf("%s: %d of %d acknowledged early, want %d of 1", c.name, len(o.early), o.acknowledged, c.early)
		}
	}
}

func TestChildsWordIsReadBack(t *testing.T) {
	e := entry{Round: 3, N: 8, ID: 991, Version: 3, Path: "/2026/11/round-3-brings-ship-8-into-harbor"}
	if got, ok := read(e.line()); !ok || got != e {
		t.Errorf("read %v, want %v", got, e)
	}
	if _, ok := read(strings.TrimSuffix(e.line(), "8-into-harbor\n")); ok {
		t.Error("a line that was cut off is taken for an acknowledgement")
	}
	told, err := listen(strings.NewReader(e.line() + "something else\n" + e.line()[:20]))
	if err != nil || !slices.Equal(told, []entry{e}) {
		t.Errorf("heard %v (%v), want one entry", told, err)
	}
}
