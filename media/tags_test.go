package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
)

// segment is a segment of a JPEG.
func segment(marker byte, parts ...string) []byte {
	body := strings.Join(parts, "")
	return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
}

// behind puts segments behind the first two bytes of a JPEG.
func behind(picture []byte, segments ...[]byte) []byte {
	return slices.Concat(picture[:2], slices.Concat(segments...), picture[2:])
}

// iim is IPTC-IIM as Photoshop wraps it: datasets of record 2 by number, in UTF-8 when it says so.
func iim(utf8 bool, sets map[byte]string) []byte {
	var b strings.Builder
	if utf8 {
		b.WriteString("\x1c\x01\x5a\x00\x03\x1b%G")
	}
	for _, n := range slices.Sorted(func(yield func(byte) bool) {
		for n := range sets {
			if !yield(n) {
				return
			}
		}
	}) {
		b.WriteString("\x1c\x02" + string([]byte{n, byte(len(sets[n]) >> 8), byte(len(sets[n]))}) + sets[n])
	}
	size := string(binary.BigEndian.AppendUint32(nil, uint32(b.Len())))
	pad := strings.Repeat("\x00", b.Len()%2)
	return segment(0xed, "Photoshop 3.0\x00", "8BIM\x04\x04\x00\x00", size, b.String(), pad)
}

const xmpPacket = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" photoshop:Credit="Harbour Agency" photoshop:DateCreated="2026-11-23T07:38:12+01:00" exif:GPSLatitude="54,20.5N">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">The ferry leaves</rdf:li><rdf:li xml:lang="fr">Le ferry part</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Ana Ruiz</rdf:li><rdf:li>Jonas Weil</rdf:li></rdf:Seq></dc:creator>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A ferry beside a pier</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

func xmp(packet string) []byte { return segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00", packet) }

// chunked puts a chunk behind the head of a PNG.
func chunked(picture []byte, kind, body string) []byte {
	chunk := append([]byte(kind), body...)
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = binary.BigEndian.AppendUint32(append(b, chunk...), crc32.ChecksumIEEE(chunk))
	return slices.Concat(picture[:33], b, picture[33:])
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// webpWith is a small WebP with a chunk of XMP.
func webpWith(packet string) []byte {
	frame := "VP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
	head := "VP8X\x0a\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	said := "XMP " + string(binary.LittleEndian.AppendUint32(nil, uint32(len(packet)))) + packet + strings.Repeat("\x00", len(packet)%2)
	body := "WEBP" + head + frame + said
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body)
}

var fromXMP = tags{alt: "A ferry beside a pier", caption: "The ferry leaves", credit: "Ana Ruiz, Jonas Weil/Harbour Agency", taken: "2026-11-23 07:38"}

func TestWhatAPictureSaysOfItselfIsRead(t *testing.T) {
	pictures := sent(t)
	jpeg, png := pictures["jpeg"], pictures["png"]
	for name, c := range map[string]struct {
		f    format
		file []byte
		want tags
	}{
		"IPTC in UTF-8": {jpegFormat, behind(jpeg, iim(true, map[byte]string{120: "Café à Hollis", 80: "Ana Ruiz", 110: "Reuters", 116: "© Reuters", 55: "20261123", 60: "073812+0100"})),
			tags{caption: "Café à Hollis", credit: "Ana Ruiz/Reuters", rights: "© Reuters", taken: "2026-11-23 07:38"}},
		"IPTC in Latin-1":                       {jpegFormat, behind(jpeg, iim(false, map[byte]string{120: "Caf\xe9", 110: "M\xfcller"})), tags{caption: "Café", credit: "Müller"}},
		"the credit names the creator":          {jpegFormat, behind(jpeg, iim(true, map[byte]string{80: "Ana Ruiz", 110: "Photo: ANA RUIZ"})), tags{credit: "Photo: ANA RUIZ"}},
		"a headline, where there is no caption": {jpegFormat, behind(jpeg, iim(true, map[byte]string{105: "Ferry strike"})), tags{caption: "Ferry strike"}},
		"XMP":                                   {jpegFormat, behind(jpeg, xmp(xmpPacket)), fromXMP},
		"XMP in PNG":                            {pngFormat, chunked(png, "iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+xmpPacket), fromXMP},
		"XMP in PNG, compressed":                {pngFormat, chunked(png, "iTXt", "XML:com.adobe.xmp\x00\x01\x00\x00\x00"+deflated(xmpPacket)), fromXMP},
		"XMP in WebP":                           {webpFormat, webpWith(xmpPacket), fromXMP},
		"the texts of PNG":                      {pngFormat, chunked(chunked(png, "tEXt", "Description\x00Caf\xe9"), "iTXt", "Author\x00\x00\x00en\x00\x00Ana"), tags{caption: "Café", credit: "Ana"}},
		"a camera's chatter":                    {jpegFormat, behind(jpeg, iim(true, map[byte]string{120: "SONY DSC", 55: "00000000"})), tags{}},
		"control signs":                         {jpegFormat, behind(jpeg, iim(true, map[byte]string{120: "Two\r\nlines\x00\x07 \u202e"})), tags{caption: "Two\n\nlines"}},
		"IPTC before damaged XMP":               {jpegFormat, behind(jpeg, xmp("<x:xmpmeta><rdf"), iim(true, map[byte]string{120: "Pier"})), tags{caption: "Pier"}},
		"XMP beside damaged IPTC":               {jpegFormat, behind(jpeg, segment(0xed, "Photoshop 3.0\x00", "8BIM\x04\x04\x00\x00\x00\x00\xff\xff\x1c\x02\x78"), xmp(xmpPacket)), fromXMP},
		"XMP beside damaged EXIF":               {jpegFormat, behind(jpeg, segment(0xe1, "Exif\x00\x00MM\x00*\xff\xff\xff\xff"), xmp(xmpPacket)), fromXMP},
	} {
		if got := read(c.f, bytes.NewReader(c.file)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMomentsAreUnderstood(t *testing.T) {
	for said, want := range map[string]string{
		"2026:11:23 07:38:12": "2026-11-23 07:38", "2026-11-23T07:38": "2026-11-23 07:38", "2026:11:23": "2026-11-23",
		"0000:00:00 00:00:00": "", "2026:13:01": "", "yesterday": "", "2026-11-23 25:00:00": "2026-11-23", "": "",
	} {
		if got := moment(said, ""); got != want {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
	}
}

func FuzzTags(f *testing.F) {
	pictures := sent(f)
	f.Add(behind(pictures["jpeg"], iim(true, map[byte]string{120: "Pier", 55: "20261123"}), xmp(xmpPacket)))
	f.Add(chunked(pictures["png"], "iTXt", "XML:com.adobe.xmp\x00\x01\x00\x00\x00"+deflated(xmpPacket)))
	f.Add(webpWith(xmpPacket))
	f.Add([]byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00heic\x00\x00\x00\x30meta\x00\x00\x00\x00\x00\x00\x00\x24iprp\x00\x00\x00\x1cipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x0c\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for kind := range formats {
			kind := formats[kind]
			said := read(kind, bytes.NewReader(b))
			for _, s := range []string{said.alt, said.caption, said.credit, said.rights, said.taken} {
				if strings.ContainsRune(s, 0) || len(s) > 4*3*tagRunes {
					t.Errorf("%s said %q", kind.mime, s)
				}
			}
		}
		if size := heifSize(bytes.NewReader(b)); size.X < 0 || size.Y < 0 {
			t.Errorf("a size of %v", size)
		}
		progressive(bytes.NewReader(b))
	})
}
