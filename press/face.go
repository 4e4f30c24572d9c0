package press

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"lede/internal/fault"
	"lede/paper"
)

// maxFont is the most bytes of a font file that readers are asked to fetch.
const maxFont = 512 << 10

// KeepFont keeps a font file of the paper's own. What is no WOFF2 font, or one too large for readers, is a fault.Invalid.
func (p *Press) KeepFont(ctx context.Context, in io.Reader) (paper.FaceFile, error) {
	font, err := io.ReadAll(io.LimitReader(in, maxFont+1))
	if err != nil {
		return paper.FaceFile{}, err
	}
	if !bytes.HasPrefix(font, []byte("wOF2")) {
		return paper.FaceFile{}, fault.Invalid("This is no WOFF2 font.")
	}
	if len(font) > maxFont {
		return paper.FaceFile{}, fault.Invalid("The font has more than %d KB; make a subset of it first.", maxFont>>10)
	}
	sum := sha256.Sum256(font)
	file := paper.FaceFile{Name: hex.EncodeToString(sum[:16]) + ".woff2"}
	return file, p.Files.Put(ctx, paper.FaceKey(file.Name), bytes.NewReader(font))
}
