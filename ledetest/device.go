package ledetest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// Device is somebody's phone with one passkey on it. It answers what a browser would be asked, as WebAuthn Level 3 (6.5.4, 7.1, 7.2) has it.
type Device struct {
	t      testing.TB
	origin string
	host   string
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	Used   uint32 // the signature counter
}

// NewDevice is a phone that knows the paper at origin, whose host is host.
func NewDevice(t testing.TB, origin, host string) *Device {
	d := &Device{t: t, origin: origin, host: host, id: make([]byte, 16)}
	rand.Read(d.id)
	var err error
	if d.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	present, verified, attested = 1, 4, 64
)

var b64 = base64.RawURLEncoding

// question is what both kinds of options hold.
type question struct {
	Challenge string `json:"challenge"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
}

func (d *Device) read(options any) question {
	d.t.Helper()
	var q question
	text, err := json.Marshal(options)
	if err == nil {
		err = json.Unmarshal(text, &q)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return q
}

// Make makes the passkey that options ask for and returns the browser's answer.
func (d *Device) Make(options any) []byte {
	d.t.Helper()
	q := d.read(options)
	var err error
	if d.handle, err = b64.DecodeString(q.User.ID); err != nil {
		d.t.Fatal(err)
	}
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	cose := d.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	data := d.data(present | verified | attested)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(append(data, d.id...), cose...)
	object := d.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	return d.answer(map[string]any{"clientDataJSON": b64.EncodeToString(d.client("webauthn.create", q)), "attestationObject": b64.EncodeToString(object)})
}

// Open answers options with the passkey that Make made.
func (d *Device) Open(options any) []byte {
	d.t.Helper()
	d.Used++
	data, client := d.data(present|verified), d.client("webauthn.get", d.read(options))
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(sig), "userHandle": b64.EncodeToString(d.handle)})
}

func (d *Device) data(flags byte) []byte {
	host := sha256.Sum256([]byte(d.host))
	return binary.BigEndian.AppendUint32(append(host[:], flags), d.Used)
}

func (d *Device) client(kind string, q question) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": q.Challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func (d *Device) answer(response map[string]any) []byte {
	id := b64.EncodeToString(d.id)
	text, err := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func (d *Device) cbor(v any) []byte {
	d.t.Helper()
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}
