package crowd_test

import (
	"net/netip"
	"testing"
	"time"

	"lede/internal/crowd"
)

func TestANeighbourhoodThatTriesTooOftenWaitsAndOthersDoNot(t *testing.T) {
	c, now := crowd.New(), time.Date(2025, 6, 17, 16, 0, 0, 0, time.UTC)
	here, beside, elsewhere := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("203.0.113.250"), netip.MustParseAddr("2001:db8::1")
	for range 30 {
		if d := c.Admit(here, now); d != 0 {
			t.Fatalf("within the bound one waits %s", d)
		}
	}
	if c.Admit(beside, now) == 0 {
		t.Error("a neighbour is let in beyond the bound")
	}
	if c.Admit(elsewhere, now) != 0 {
		t.Error("somebody elsewhere has to wait for others")
	}
	if c.Admit(here, now.Add(6*time.Second)) != 0 {
		t.Error("after the time that was named one still waits")
	}
}
