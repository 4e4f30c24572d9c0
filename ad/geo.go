package ad

import (
	"net/netip"
	"os"
	"sync/atomic"

	"github.com/oschwald/maxminddb-golang/v2"
)

// places tells in which country an address is, by a file in the MaxMind DB format that the operator may put in.
type places struct {
	file atomic.Pointer[maxminddb.Reader]
}

// OpenPlaces reads the database of countries in file from now on; without one nothing is known of where readers are, and what is aimed at
// countries is shown to nobody.
func (s *Store) OpenPlaces(file string) error {
	all, err := os.ReadFile(file) // whole: a file that is replaced while it is mapped ends the process
	if err != nil {
		return err
	}
	r, err := maxminddb.OpenBytes(all)
	if err != nil {
		return err
	}
	s.places.file.Store(r)
	return nil
}

// Whence is where an address is: ISO 3166-1 and ISO 3166-2, "US" and "US-NY"; "" where it is not known.
func (s *Store) Whence(a netip.Addr) (country, region string) {
	r := s.places.file.Load()
	if r == nil || !a.IsValid() {
		return "", ""
	}
	found := r.Lookup(a.Unmap().WithZone(""))
	_ = found.DecodePath(&country, "country", "iso_code") // what is not in the file stays empty
	if country == "" {
		return "", ""
	}
	_ = found.DecodePath(&region, "subdivisions", 0, "iso_code")
	if region != "" {
		region = country + "-" + region
	}
	return country, region
}
