// Package secret keeps what a stolen database or backup must not give away: passwords to other services, addresses, links. It is
// sealed under a key that lies in a file beside the database and never in a backup.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// Key seals and signs. The keys it works with are made of the one in the file, one for each purpose (HKDF, RFC 5869).
type Key struct {
	root []byte
	aead cipher.AEAD
}

// size is the length of a key in bytes.
const size = 32

// New is a key that is in no file; what it seals is lost with it. For tests.
func New() *Key {
	root := make([]byte, size)
	rand.Read(root)
	return of(root)
}

func of(root []byte) *Key {
	k := &Key{root: root}
	block, err := aes.NewCipher(k.derived("seal"))
	if err != nil {
		panic(err) // a key of 32 bytes is always one of AES
	}
	if k.aead, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		panic(err) // so is its block
	}
	return k
}

// derived is the key for one purpose.
func (k *Key) derived(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, k.root, nil, "lede "+purpose, size)
	if err != nil {
		panic(err) // 32 bytes are never too many
	}
	return key
}

// ErrSealed says that something sealed cannot be opened: it is damaged, was sealed as something else, or under another key.
var ErrSealed = errors.New("sealed under another key, or damaged")

// Seal closes plain (AES-256-GCM) so that it opens only under this key and only as what, which names its kind and place: text
// sealed for one row does not open in another.
func (k *Key) Seal(plain []byte, what string) string {
	return base64.RawURLEncoding.EncodeToString(k.aead.Seal(nil, nil, plain, []byte(what)))
}

// Unseal opens what Seal closed; else it is ErrSealed.
func (k *Key) Unseal(sealed, what string) ([]byte, error) {
	closed, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, ErrSealed)
	}
	plain, err := k.aead.Open(nil, nil, closed, []byte(what))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, ErrSealed)
	}
	return plain, nil
}

// MAC is an HMAC-SHA256 over data, by a key of its own for each what. Data are counted, so that none runs into the next.
// Compare two with hmac.Equal.
func (k *Key) MAC(what string, data ...[]byte) []byte {
	h := hmac.New(sha256.New, k.derived("mac "+what))
	for _, d := range data {
		fmt.Fprintf(h, "%d:", len(d))
		h.Write(d)
	}
	return h.Sum(nil)
}
