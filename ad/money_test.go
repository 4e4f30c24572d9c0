package ad_test

import (
	"testing"

	"lede/ad"
)

func TestSumsAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		typed, unit string
		want        int64
		ok          bool
	}{
		{"400", "EUR", 400_00, true}, {"400.5", "EUR", 400_50, true}, {"400,50", "EUR", 400_50, true}, {"1,234.50", "USD", 1_234_50, true}, {"1.234,50", "EUR", 1_234_50, true},
		{"1 234", "EUR", 1_234_00, true}, {"1.234", "EUR", 1_234_00, true}, {"12,345,678", "EUR", 12_345_678_00, true}, {"400.", "EUR", 400_00, true}, {"0", "EUR", 0, true},
		{"4000", "JPY", 4000, true}, {"4,000", "JPY", 4000, true}, {"1.234", "KWD", 1_234, true},
		{"", "EUR", 0, false}, {"-4", "EUR", 0, false}, {"4x", "EUR", 0, false}, {"12.3456", "EUR", 0, false}, {"1,23,456", "EUR", 0, false}, {"1.2,345.67", "EUR", 0, false},
		{".", "EUR", 0, false}, {"99999999999999999999", "EUR", 0, false}, {"400 €", "EUR", 0, false}, {"+5", "EUR", 0, false}, {",400", "EUR", 0, false}, {"1,,234", "EUR", 0, false},
	} {
		if got, ok := ad.ParseAmount(c.typed, c.unit); ok != c.ok || ok && got != c.want {
			t.Errorf("%q %s is %d, %v; want %d, %v", c.typed, c.unit, got, ok, c.want, c.ok)
		}
	}
}

func TestSumsAreWrittenWithTheDigitsOfTheirCurrency(t *testing.T) {
	for _, c := range []struct {
		n    int64
		unit string
		want string
	}{{40000, "EUR", "400.00"}, {5, "EUR", "0.05"}, {0, "USD", "0.00"}, {123456789, "EUR", "1,234,567.89"}, {123456, "JPY", "123,456"}, {1500, "KWD", "1.500"}, {-250, "EUR", "-2.50"}, {100, "???", "1.00"}} {
		if got := ad.Amount(c.n, c.unit); got != c.want {
			t.Errorf("%d %s is %q, want %q", c.n, c.unit, got, c.want)
		}
		if got, ok := ad.ParseAmount(ad.Amount(c.n, c.unit), c.unit); c.n >= 0 && (!ok || got != c.n) {
			t.Errorf("%d %s is read again as %d, %v", c.n, c.unit, got, ok)
		}
	}
}
