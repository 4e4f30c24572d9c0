package ad

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"lede/internal/fault"
)

// ErrLate is an offer that is ours and too old to count; it comes with the offer.
var ErrLate = errors.New("the offer is too old to count")

// What a token is made of: a form's number, the offer, and the first half of an HMAC-SHA256 over both.
const (
	tokenForm = 1
	idSize    = 16
	macSize   = 16
	textSize  = 28 // of the language and the reason each: a token has at most 200 letters
)

// offerKinds and so on are what one byte of a token says. They only grow.
var (
	offerPlaces  = Places()
	offerKinds   = PageKinds()
	offerDevices = Devices()
)

const (
	scripted = 1 << iota
	looked
)

// newOfferID is 16 random bytes in 22 letters.
func newOfferID() string {
	id := make([]byte, idSize)
	rand.Read(id)
	return base64.RawURLEncoding.EncodeToString(id)
}

// Seal signs an offer: a token of at most 200 letters that stand in any address. An offer without an id gets a random one. Nothing is kept.
func (s *Store) Seal(o Offer) string {
	if o.ID == "" {
		o.ID = newOfferID()
	}
	plain := packOffer(o)
	return base64.RawURLEncoding.EncodeToString(append(plain, s.offerMAC(plain)...))
}

// Unseal gives the offer that a token was made from. What we did not seal is fault.NotFound; what was sealed more than four hours before
// now, or after it by more than a minute, is ErrLate, with the offer.
func (s *Store) Unseal(token string, now time.Time) (Offer, error) {
	whole, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) > 200 || len(whole) <= macSize {
		return Offer{}, fmt.Errorf("offer: %w", fault.NotFound)
	}
	plain, mac := whole[:len(whole)-macSize], whole[len(whole)-macSize:]
	if !hmac.Equal(mac, s.offerMAC(plain)) {
		return Offer{}, fmt.Errorf("offer: %w", fault.NotFound)
	}
	o, ok := unpackOffer(plain)
	if !ok {
		return Offer{}, fmt.Errorf("offer: %w", fault.NotFound)
	}
	if now.Sub(o.At) > Lasts || o.At.Sub(now) > time.Minute {
		return o, ErrLate
	}
	return o, nil
}

func (s *Store) offerMAC(plain []byte) []byte { return s.key.MAC("ad offer", plain)[:macSize] }

func packOffer(o Offer) []byte {
	id, err := base64.RawURLEncoding.DecodeString(o.ID)
	if err != nil || len(id) != idSize {
		panic("an offer's id is 16 bytes in 22 letters") // only newOfferID and drawnID make them
	}
	b := append([]byte{tokenForm}, id...)
	for _, n := range []int64{o.At.UnixMilli(), o.Booking, o.Ad, o.AdVersion, int64(o.N), o.Page, o.Section} {
		b = binary.AppendVarint(b, n)
	}
	flags := byte(0)
	if o.Scripted {
		flags |= scripted
	}
	if o.Look {
		flags |= looked
	}
	b = append(b, byte(slices.Index(offerPlaces, o.Place)), byte(slices.Index(offerKinds, o.Kind)), byte(slices.Index(offerDevices, o.Device)), flags)
	for _, text := range []string{o.Lang, o.Reason} {
		text = text[:min(len(text), textSize)]
		b = append(append(b, byte(len(text))), text...)
	}
	return b
}

// unpackOffer reads what packOffer wrote. It is given only what carries our signature, and still checks it: another version may have made it.
func unpackOffer(b []byte) (o Offer, ok bool) {
	if len(b) < 1+idSize || b[0] != tokenForm {
		return o, false
	}
	o.ID, b = base64.RawURLEncoding.EncodeToString(b[1:1+idSize]), b[1+idSize:]
	var at, n int64
	for _, to := range []*int64{&at, &o.Booking, &o.Ad, &o.AdVersion, &n, &o.Page, &o.Section} {
		size := 0
		if *to, size = binary.Varint(b); size <= 0 {
			return o, false
		}
		b = b[size:]
	}
	o.At, o.N = time.UnixMilli(at).UTC(), int(n)
	if len(b) < 4 {
		return o, false
	}
	o.Place, o.Kind, o.Device = listed(offerPlaces, b[0]), listed(offerKinds, b[1]), listed(offerDevices, b[2])
	o.Scripted, o.Look = b[3]&scripted != 0, b[3]&looked != 0
	b = b[4:]
	for _, to := range []*string{&o.Lang, &o.Reason} {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			return o, false
		}
		*to, b = string(b[1:1+b[0]]), b[1+b[0]:]
	}
	return o, len(b) == 0
}

// listed is what stands in a list, or nothing where it is too short.
func listed[T ~string](list []T, n byte) T {
	if int(n) >= len(list) {
		return ""
	}
	return list[n]
}
