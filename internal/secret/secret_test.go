package secret_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lede/internal/secret"
)

func TestSealedOpensOnlyAsWhatItIs(t *testing.T) {
	k := secret.New()
	plain := []byte("sesame")
	sealed := k.Seal(plain, "mail 1")
	if strings.Contains(sealed, "sesame") {
		t.Error("what is sealed can be read")
	}
	if again := k.Seal(plain, "mail 1"); again == sealed {
		t.Error("sealed twice, it looks the same")
	}
	if got, err := k.Unseal(sealed, "mail 1"); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened it is %q, %v", got, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"as another row's":   func() ([]byte, error) { return k.Unseal(sealed, "mail 2") },
		"under another key":  func() ([]byte, error) { return secret.New().Unseal(sealed, "mail 1") },
		"with a flipped bit": func() ([]byte, error) { return k.Unseal("A"+sealed[1:]+"A", "mail 1") },
		"empty":              func() ([]byte, error) { return k.Unseal("", "mail 1") },
		"nonsense":           func() ([]byte, error) { return k.Unseal("not base64 at all!", "mail 1") },
	} {
		if got, err := open(); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("%s it gives %q, %v", name, got, err)
		}
	}
}

func TestSignaturesDifferByPurposeAndPart(t *testing.T) {
	k := secret.New()
	seen := map[string]bool{}
	for _, mac := range [][]byte{
		k.MAC("a", []byte("bc")), k.MAC("b", []byte("bc")), k.MAC("a", []byte("b"), []byte("c")), k.MAC("a", []byte("bc"), nil), secret.New().MAC("a", []byte("bc")),
	} {
		seen[string(mac)] = true
	}
	if len(seen) != 5 {
		t.Errorf("five signatures are only %d", len(seen))
	}
	if !bytes.Equal(k.MAC("a", []byte("b")), k.MAC("a", []byte("b"))) {
		t.Error("the same is signed differently")
	}
}

func TestKeyIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lede.key")
	if err := secret.Check(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before it is made: %v", err)
	}
	keys := make([]*secret.Key, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() { keys[i], _ = secret.Open(file) })
	}
	all.Wait()
	sealed := keys[0].Seal([]byte("x"), "y")
	for i, k := range keys {
		if _, err := k.Unseal(sealed, "y"); err != nil {
			t.Errorf("opener %d has another key: %v", i, err)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".lede-key-*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestWideOrBrokenKeyFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "lede.key")
	if _, err := secret.Open(file); err != nil {
		t.Fatal(err)
	}
	for _, wide := range []os.FileMode{0o640, 0o604, 0o660, 0o666, 0o602} {
		if err := os.Chmod(file, wide); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.Open(file); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("a file of mode %v gives %v, wanted what to do", wide, err)
		}
	}
	for name, text := range map[string]string{"empty": "", "short": "lede-key-1 00ff", "another": "-----BEGIN KEY-----"} {
		broken := filepath.Join(dir, name)
		if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.Open(broken); err == nil {
			t.Errorf("an %s key file is taken", name)
		}
		if got, _ := os.ReadFile(broken); string(got) != text {
			t.Errorf("an %s key file was written over", name)
		}
	}
	if _, err := secret.Open(dir); err == nil {
		t.Error("a folder is taken for a key file")
	}
	if _, err := secret.Open(filepath.Join(dir, "none", "lede.key")); err == nil {
		t.Error("a key file is made where there is no folder")
	}
}
