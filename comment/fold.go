package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// This file says what two spellings have in common: capitals, accents, letters that look the same, figures in the place of letters.

// Skeleton is what a name looks like, so that two that look the same have the same: without capitals, accents, spaces and signs, in
// Latin letters where others look like them (Unicode's UTS 39 calls them confusable), figures as the letters they stand for.
func Skeleton(name string) string {
	var b strings.Builder
	for _, r := range name {
		for _, r := range bare(r) {
			r = unicode.ToLower(looks(r))
			if r = letterOf(r, 'l'); r == 'i' {
				r = 'l'
			}
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) {
				b.WriteRune(r)
			}
		}
	}
	return pairs.Replace(b.String())
}

// pairs are letters that look like one when they stand together.
var pairs = strings.NewReplacer("rn", "m", "vv", "w")

// bare is a letter taken apart (NFKD), small, without what only dresses it; "" for what nobody sees.
func bare(r rune) string {
	switch {
	case r < rune(len(bares)):
		return bares[r]
	case r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3: // Han and Hangul are as they are
		return string(r)
	}
	return bareOf(r)
}

// bares are those of the letters that are used most.
var bares = func() (all [0x0700]string) {
	for r := range all {
		all[r] = bareOf(rune(r))
	}
	return all
}()

func bareOf(r rune) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(string(r)) {
		if s, ok := split[r]; ok {
			b.WriteString(s)
		} else if !isDress(r) && !isUnseen(r) && !isJoiner(r) && !isSelector(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// split are letters that Unicode does not take apart and people do.
var split = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d",
	'ł': "l", 'Ł': "l", 'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h", 'ı': "i", 'İ': "i", 'ŋ': "n", 'Ŋ': "n", 'ς': "σ", 'ŧ': "t", 'Ŧ': "t",
}

// isDress tells whether r is an accent, a vowel sign of Arabic or Hebrew, or the line that draws an Arabic word out: what people leave
// out as they like. Marks of other scripts are letters of their own.
func isDress(r rune) bool {
	switch {
	case r == 0x0640 || r == 0x200e || r == 0x200f || r == 0x061c:
		return true
	case r < 0x0300 || r == 0x3099 || r == 0x309a:
		return false
	}
	return unicode.In(r, unicode.Mn, unicode.Me) && unicode.In(r, unicode.Inherited, unicode.Common, unicode.Hebrew, unicode.Arabic, unicode.Cyrillic)
}

// looks is the Latin letter that a letter looks like, else itself.
func looks(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	if latin, ok := lookalikes[r]; ok {
		return latin
	}
	return r
}

var lookalikes = func() map[rune]rune {
	all := map[rune]rune{}
	for _, pair := range strings.Fields(
		"аa бb вb гr еe ёe ѕs іi їi јj кk мm нh оo рp сc тt уy хx ԁd ԛq ԝw һh ӏl ьb зe пn иu " + // Cyrillic
			"αa βb γy εe ζz ηh ιi κk μm νn οo ρp τt υy χx ωw ϲc ϳj " + // Greek, as its capitals look
			"օo սu հh ոn տs ցg քp ղn զq յj լl " + // Armenian
			"ɑa ƅb ɡg ɩi ɪi ʟl ǀl ǃi ʀr ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜰf ɴn ꜱs ɢg ʜh ʏy ʙb " + // Latin, oddly
			"ɐa ǝe ɟf ɥh ɯm ɹr ʇt ʌv ʍw ʎy") { // Latin, upside down
		r, size := utf8.DecodeRuneInString(pair)
		all[r] = rune(pair[size])
	}
	return all
}()

// letterOf is the letter that a figure or sign stands for where people dodge a list, else itself; one is what 1, ! and | stand for.
func letterOf(r, one rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', '!', '|':
		return one
	case '3', '€':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	case '8':
		return 'b'
	}
	return r
}

// isUnspaced tells whether r is of a script that sets no spaces between words.
func isUnspaced(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// disguise is how people dodge a list of words, undone.
type disguise struct {
	one     rune // figures and signs stand for letters, and 1 for this one; 0: they are what they are
	squeeze bool // a letter that is repeated three times or more stands once, not twice
	join    bool // letters that stand alone are one word: s p a m
}

// folded is a text as words in their plainest spelling, a space before, between and after them, and of each byte where in the original
// its letter begins.
type folded struct {
	text []byte
	from []int32
}

// folder folds a text.
type folder struct {
	folded
	source string
	how    disguise
	seen   disguise // what there is to undo
	last   rune     // the letter before
	run    int      // how often it stands there
	begun  int      // where the word begins
	alone  int      // words of one letter, up to here
}

// fold folds a text, undoing what it is told to, and tells what else could be undone.
func fold(s string, how disguise) (folded, disguise) {
	f := folder{source: s, how: how}
	f.text, f.from = make([]byte, 0, len(s)+2), make([]int32, 0, len(s)+2)
	f.space(0)
	for at := 0; at < len(s); {
		if end := f.wordEnd(at); end > at {
			f.word(at, end)
			at = end
			continue
		}
		f.space(at)
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	f.space(len(s))
	if how.join {
		f.join()
	}
	return f.folded, f.seen
}

// wordEnd is where the word ends that begins at a place: the place itself where none does.
func (f *folder) wordEnd(at int) int {
	for at < len(f.source) && isPlainWordly(f.source[at]) {
		at++
	}
	end := at
	for i, r := range f.source[at:] {
		switch {
		case isWordly(r):
			end = at + i + utf8.RuneLen(r)
		case !isSign(r):
			return end
		case f.how.one == 0:
			if next, _ := utf8.DecodeRuneInString(f.source[at+i+utf8.RuneLen(r):]); isWordly(next) {
				f.seen.one = 'i'
			}
			return end
		case r == '@' || r == '$' || r == '€':
			end = at + i + utf8.RuneLen(r)
		}
	}
	return end
}

// isSign tells whether a sign may stand for a letter.
func isSign(r rune) bool { return r == '@' || r == '$' || r == '€' || r == '!' || r == '|' }

// isWordly tells whether r is part of a word.
func isWordly(r rune) bool {
	if r < utf8.RuneSelf {
		return isPlainWordly(byte(r))
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.Is(unicode.M, r) || unicode.IsDigit(r) || isUnseen(r) || isJoiner(r) || unicode.Is(unicode.So, r) && bare(r) != string(r))
}

func isPlainWordly(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// plainWord folds a word of Latin letters only; whether it was one.
func (f *folder) plainWord(at, end int) bool {
	for _, c := range []byte(f.source[at:end]) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	for i := at; i < end; i++ {
		f.letter(rune(f.source[i]|0x20), i)
	}
	return true
}

// word folds one word. Letters of other scripts that look like Latin ones are read so where they stand between Latin ones.
func (f *folder) word(at, end int) {
	if f.plainWord(at, end) {
		return
	}
	letters, figures, latin, other := false, false, false, false
	for _, r := range f.source[at:end] {
		letters = letters || unicode.IsLetter(r)
		figures = figures || r >= '0' && r <= '9' || isSign(r)
		latin = latin || r < utf8.RuneSelf && unicode.IsLetter(r)
		other = other || r >= utf8.RuneSelf && looks(r) != r
	}
	if letters && figures {
		f.seen.one = 'i'
	}
	for i, r := range f.source[at:end] {
		for _, r := range bare(r) {
			if latin && other {
				r = looks(r)
			}
			if letters && f.how.one != 0 {
				r = letterOf(r, f.how.one)
			}
			f.letter(r, at+i)
		}
	}
}

func (f *folder) letter(r rune, at int) {
	if r != f.last || r >= '0' && r <= '9' {
		f.last, f.run = r, 0
	}
	if f.run++; f.run > 2 {
		f.seen.squeeze = true
		if f.run == 3 && f.how.squeeze {
			short := len(f.text) - utf8.RuneLen(r)
			f.text, f.from = f.text[:short], f.from[:short]
		}
		return
	}
	if r < utf8.RuneSelf {
		f.text, f.from = append(f.text, byte(r)), append(f.from, int32(at))
		return
	}
	f.text = utf8.AppendRune(f.text, r)
	for len(f.from) < len(f.text) {
		f.from = append(f.from, int32(at))
	}
}

// space ends a word.
func (f *folder) space(at int) {
	if len(f.text) > 0 && f.begun == len(f.text) {
		return
	}
	if f.alone++; utf8.RuneCount(f.text[f.begun:]) != 1 {
		f.alone = 0
	}
	f.seen.join = f.seen.join || f.alone >= leastJoined
	f.text, f.from = append(f.text, ' '), append(f.from, int32(at))
	f.begun, f.last = len(f.text), 0
}

// leastJoined is how many letters that stand alone are taken for a word.
const leastJoined = 3

// join makes one word of letters that stand alone.
func (f *folder) join() {
	out := folded{text: make([]byte, 0, len(f.text)), from: make([]int32, 0, len(f.text))}
	begun, alone := 0, 0 // of the last letters alone: where they begin in out, how many they are
	for at := 0; at < len(f.text); {
		end := at + 1 // of the word, with its space
		for f.text[end-1] != ' ' {
			end++
		}
		if utf8.RuneCount(f.text[at:end]) != 2 {
			alone = 0
		} else if alone++; alone == 1 {
			begun = len(out.text)
		}
		out.text, out.from = append(out.text, f.text[at:end]...), append(out.from, f.from[at:end]...)
		if alone == leastJoined {
			out.close(begun)
		} else if alone > leastJoined {
			out.close(len(out.text) - (end - at) - 1)
		}
		at = end
	}
	f.folded = out
}

// close takes out the spaces from a place on, but the last.
func (f *folded) close(at int) {
	to := at
	for i := at; i < len(f.text); i++ {
		if f.text[i] != ' ' || i == len(f.text)-1 {
			f.text[to], f.from[to] = f.text[i], f.from[i]
			to++
		}
	}
	f.text, f.from = f.text[:to], f.from[:to]
}

// original is the passage of the source that a passage of the folded text comes from.
func (f folded) original(source string, from, until int) (int, int) {
	last := int(f.from[until-1])
	_, size := utf8.DecodeRuneInString(source[last:])
	end := last + size
	for _, r := range source[end:] {
		if !unicode.Is(unicode.M, r) {
			break
		}
		end += utf8.RuneLen(r)
	}
	return int(f.from[from]), end
}
