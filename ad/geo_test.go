package ad

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"lede/internal/secret"
)

// placesFile writes a database of countries of two networks.
func placesFile(t *testing.T) string {
	t.Helper()
	w, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test-City", IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, said := range map[string]mmdbtype.Map{
		"198.51.100.0/24": {"country": mmdbtype.Map{"iso_code": mmdbtype.String("US")}, "subdivisions": mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String("NY")}}},
		"2001:db8::/32":   {"country": mmdbtype.Map{"iso_code": mmdbtype.String("NO")}},
		"203.0.113.0/24":  {"continent": mmdbtype.Map{"code": mmdbtype.String("EU")}},
	} {
		_, n, err := net.ParseCIDR(network)
		if err == nil {
			err = w.Insert(n, said)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "places.mmdb")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWhereAReaderIsStandsInTheOperatorsFileAlone(t *testing.T) {
	s := NewStore(nil, secret.New(), nil, nil, nil)
	asked := map[string][2]string{
		"198.51.100.7": {"US", "US-NY"}, "::ffff:198.51.100.7": {"US", "US-NY"}, "2001:db8::1": {"NO", ""}, "203.0.113.1": {}, "192.0.2.1": {}, "fe80::1%eth0": {},
	}
	for at := range asked {
		if country, region := s.Whence(netip.MustParseAddr(at)); country+region != "" {
			t.Errorf("without a file %s is in %s %s", at, country, region)
		}
	}
	if err := s.OpenPlaces(placesFile(t)); err != nil {
		t.Fatal(err)
	}
	for at, want := range asked {
		if country, region := s.Whence(netip.MustParseAddr(at)); country != want[0] || region != want[1] {
			t.Errorf("%s is in %q %q, want %q", at, country, region, want)
		}
	}
	if country, _ := s.Whence(netip.Addr{}); country != "" {
		t.Error("no address is in a country")
	}
	broken := filepath.Join(t.TempDir(), "broken.mmdb")
	if err := os.WriteFile(broken, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.OpenPlaces(broken) == nil || s.OpenPlaces(broken+".none") == nil {
		t.Error("a file that is none is taken")
	}
	if country, _ := s.Whence(netip.MustParseAddr("198.51.100.7")); country != "US" {
		t.Error("a file that cannot be read takes away the one that could")
	}
}
