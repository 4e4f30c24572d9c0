package ad

import (
	"bytes"
	"testing"

	"lede/internal/fault"
)

// FuzzBundle takes whatever is sent as an ad of HTML: it is refused with words for a person, or it holds nothing but its own files.
func FuzzBundle(f *testing.F) {
	f.Add([]byte("PK\x03\x04"), "ad.zip")
	f.Add([]byte(`<meta name="ad.size" content="width=300,height=250"><img srcset="a.png 1x"><style>@import "x"</style>`), "ad.html")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		files, err := unpackSent([]Sent{{name, bytes.NewReader(b)}})
		if err == nil {
			files, err = ordered(files)
		}
		if err == nil {
			err = wholesome(files)
		}
		if err == nil {
			_, err = sizeOf(files[0], Box{300, 250})
		}
		if err != nil {
			if !fault.IsInvalid(err) {
				t.Errorf("%v", err)
			}
			return
		}
		total := 0
		for _, one := range files {
			if total += len(one.bytes); !nameOK.MatchString(one.name[:1]) || one.kind() == "" {
				t.Errorf("%q was taken", one.name)
			}
		}
		if total > BundleWeight || len(files) > BundleFiles || !files[0].page() {
			t.Errorf("%d files of %d bytes", len(files), total)
		}
	})
}
