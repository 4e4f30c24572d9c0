package fetch

import (
	"encoding/binary"
	"net/netip"
)

// notPublic are the ranges of the IANA special-purpose registries (RFC 6890 and what was entered since) that are not globally
// reachable, with multicast, and the ranges that lead to an IPv4 address in a way of their own; those are unpacked by Public.
// For IPv6 all outside 2000::/3 is refused before this list is looked at.
var notPublic = prefixes(
	"0.0.0.0/8",         // this network, RFC 791
	"10.0.0.0/8",        // private, RFC 1918
	"100.64.0.0/10",     // shared by carriers, RFC 6598; some clouds' metadata
	"127.0.0.0/8",       // loopback
	"169.254.0.0/16",    // link-local; metadata of most clouds
	"168.63.129.16/32",  // Azure's wire server: a public number that only means the host
	"172.16.0.0/12",     // private
	"192.0.0.0/24",      // protocol assignments; 192.0.0.192 is a cloud's metadata
	"192.0.2.0/24",      // documentation
	"192.31.196.0/24",   // AS112
	"192.52.193.0/24",   // AMT
	"192.88.99.0/24",    // 6to4 relays
	"192.168.0.0/16",    // private
	"192.175.48.0/24",   // AS112
	"198.18.0.0/15",     // benchmarks
	"198.51.100.0/24",   // documentation
	"203.0.113.0/24",    // documentation
	"224.0.0.0/4",       // multicast
	"240.0.0.0/4",       // reserved, and broadcast
	"2001::/23",         // protocol assignments, Teredo (2001::/32), ORCHID, benchmarks
	"2001:db8::/32",     // documentation
	"2620:4f:8000::/48", // AS112
	"3fff::/20",         // documentation, RFC 9637
)

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	sixToFour     = netip.MustParsePrefix("2002::/16")
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(texts ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		ps[i] = netip.MustParsePrefix(t)
	}
	return ps
}

// Public reports whether an address is one that everybody on the internet reaches. IPv4 inside IPv6 (mapped, 6to4, NAT64) is
// judged by that IPv4 address; addresses with a zone never are.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	b := a.As16()
	switch {
	case a.Is4():
	case nat64.Contains(a):
		return Public(netip.AddrFrom4([4]byte(b[12:])))
	case sixToFour.Contains(a):
		return Public(netip.AddrFrom4([4]byte(b[2:6])))
	case !globalUnicast.Contains(a), isatap(b):
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// isatap reports whether the interface part is one of ISATAP's (RFC 5214), which wraps an IPv4 address of a site.
func isatap(b [16]byte) bool {
	return binary.BigEndian.Uint32(b[8:])&^0x02000000 == 0x00005efe
}
