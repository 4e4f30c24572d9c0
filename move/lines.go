package move

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// furniture tells what a short line is when it is not part of an article, in every language listed here; the first that fits names it.
// To teach the importer another paper's furniture, add to this table.
// It is compiled when the first page is read, for it costs more than the rest of the program's start.
var furniture = sync.OnceValue(func() []furnishing {
	return []furnishing{
		{"weather", regexp.MustCompile(`^(?:[^\d\s]{1,20} )?[-−+]?\d{1,3}(?:[.,]\d)?\s*(?:°\s*[CF]?|º\s*[CF]?|℃|℉|[CF])$`)},
		{"ad mark", phrase(`[-–—\s]*(?:advertisement|advertising|advert|ad|sponsored(?: content)?|publicidad|anuncio|publicité|anzeige|iklan|реклама|إعلان|إعلانات)[-–—\s:]*(?:spot_img|continue reading below)?`)},
		{"ad mark", phrase(`(?:story |article )?continues? (?:reading )?(?:below|after)(?: (?:the )?(?:ad|advert|advertisement))?|spot_img`)},
		{"counters", phrase(`[\d.,]+\s?[kKmM]?\s?(?:fans?|followers?|subscribers?|likes?|shares?|views?|reads?|retweets?|seguidores|suscriptores|fans me gusta|me gusta|compartir|vistas|abonnés|متابع(?:ون|ين|اً)?|مشترك(?:ون|ين)?|معجب(?:ون|ين)?|مشاهدة|مشاركة)\s*(?:like|follow|subscribe|seguir|suscribirse|إعجاب|متابعة|اشتراك)?`)},
		{"comments", phrase(`(?:no|one|\d[\d.,]*)\s(?:comments?|repl(?:y|ies)|responses?|comentarios?|respuestas?|commentaires?|kommentare?|تعليقات|تعليق)|(?:post|add|leave|view|show|hide|read|join) (?:a |all |the )?(?:comments?|conversation)(?: ?\(.{0,4}\))?|comments? ?(?:\(\d*\)|are closed)`)},
		{"form", phrase(`(?:please )?enter your .*|your (?:email|e-mail).{0,30}(?:published|required).*|save my name.*|notify me.*|(?:comment|name|e-?mail|website|nombre|correo(?: electrónico)?|comentario|sitio web|الاسم|البريد الإلكتروني|التعليق|الموقع الإلكتروني)\s?\*?:?\s?\*?|(?:post|submit) (?:comment|reply)|publicar (?:el |un )?comentario|(?:por favor,? )?(?:ingrese|introduzca|escriba) su .*|guardar? mi nombre.*|tu dirección de correo.*|الرجاء إدخال .*|لن يتم نشر .*|log ?in|sign ?(?:in|up|out)|register|subscribe(?: now)?|iniciar sesión|suscríbete|suscribirse|تسجيل الدخول|اشترك(?: الآن)?|search|buscar|بحث|submit|cancel reply`)},
		{"share bar", phrase(`(?:share|tweet|pin|email|e-mail|print|facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|copy link|instagram|youtube|tiktok|compartir|imprimir|شارك|مشاركة|طباعة|فيسبوك|تويتر|واتساب|تيليجرام|click to tweet)(?:[\s,|/·]+(?:share|tweet|pin|email|print|facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|instagram|youtube|on|via|this|it|story|article|compartir|en))*[:.]?|(?:like|enjoy(?:ed)?) this (?:story|article|post).*|share (?:this|on|via) .{0,40}`)},
		{"newsletter", phrase(`(?:sign up|subscribe|register) (?:for|to|now|here|today|via|with).{0,160}|(?:suscríbe(?:te|se)|inscríbete|اشترك) .{0,160}|get (?:the|our|more|all|breaking|daily|weekly|your) .{0,80}(?:inbox|newsletters?|alerts|emails|app\b).{0,60}|.{0,60}newsletter(?: sign.?up)?s?|breaking news emails`)},
		{"cookie notice", phrase(`.{0,160}(?:\b(?:uses?|using|accept|our|use of) (?:\S+ ){0,2}cookies|cookies? (?:policy|settings|preferences|notice)|cookies (?:to|and similar)|utiliza(?:mos)? cookies)\b.{0,300}|.{0,80}ملفات تعريف الارتباط.{0,200}`)},
		{"another story", phrase(`(?:\[)?(?:read (?:more|also|next|on|full story.*)|see (?:also|more)|more on this|more(?: on| about| from)?|related(?: stor(?:y|ies)| articles?| posts?| coverage| content| news| topics)?.{0,30}|also(?: on| read)?|don'?t miss|you (?:may|might) also (?:like|enjoy).{0,20}|watch|recommended(?: for you)?|must[ -]read|leer (?:más|también)|lee (?:más|también)|te puede interesar|también te puede interesar|más (?:noticias|información|sobre)|(?:artículos |noticias )?relacionad[oa]s|ver también|lire aussi|lesen sie auch|اقرأ (?:أيضا|أيضاً|المزيد)|إقرأ أيضا|مواضيع (?:ذات صلة|متعلقة)|أخبار ذات صلة|قد يعجبك أيضا)(?:\s?[:：|»>…-].{0,250})?`)},
		{"another story", phrase(`(?:more|also) (?:on|from|at) \S+(?: \S+){0,5}:?.{0,200}|.{0,80}\bclick(?:ing)? here\b.{0,60}|more \S+ (?:\S+ )?(?:stories|news)|more \S+ \S+:.{0,200}|want more .{0,60}`)},
		{"follow us", phrase(`(?:follow|like|find|join) (?:\S+ ){1,4}on (?:\S+ )?(?:facebook|twitter|x|instagram|youtube|tiktok|telegram|whatsapp|linkedin|threads|bluesky|mastodon|flipboard|google news|pinterest)\b.{0,120}|síguenos.{0,80}|تابعنا.{0,80}|follow \S+(?: \S+){0,3}['’]s full coverage.{0,160}`)},
		{"credit", phrase(`(?:photos?|image|images|picture|video|source|sources|foto|fotos|imagen|fuente|fuentes|crédito|créditos|credit|quelle|صورة|الصورة|المصدر|المصادر)(?: (?:by|credit|courtesy|copyright|caption|de|del|por))*\s?[:|©/].{0,200}|(?:©|\(c\)|copyright (?:©|\(c\)|\d{4}|by\b)|copyright$|image copyright|image caption).{0,160}|\((?:image|photo|picture|foto)s?\b[^)]{0,120}\)|.{0,160}all rights reserved.{0,60}|.{0,80}todos los derechos reservados.{0,40}|.{0,80}جميع الحقوق محفوظة.{0,40}`)},
		{"caption", phrase(`.{5,300}[\[(][^\])]{0,60}(?:photos?\b|images?\b|getty|file:|afp/|/\s?(?:afp|reuters|epa|ap)\b)[^\])]{0,60}[\])]`)},
		{"reading time", phrase(`(?:reading time:? ?)?\d+[ -]min(?:ute)?s?(?: read)?|tiempo de lectura:?.{0,20}|tempo de leitura:?.{0,20}|(?:listen|escuchar|استمع)(?: to (?:this|the) (?:story|article))?(?:[ (]+\d+ min[a-z]*\)?)?`)},
		{"date", phrase(`(?:posted|published|publicado|veröffentlicht) (?:on|by|in|el|por|am) [^.!?]{3,80}`)},
		{"menu", phrase(`get short url|image \d+ of ?/? ?\d+|this slideshow requires javascript\.`)},
		{"tags", phrase(`(?:tags?|topics?|filed under|categor(?:y|ies)|etiquetas|temas|الوسوم|كلمات مفتاحية)\s?:.{0,200}`)},
		{"menu", phrase(`skip to (?:main )?content.*|home|inicio|menu|menú|الرئيسية|القائمة|.{1,30}(?: ?[>»›] ?.{1,30}){2,}|.{1,30}(?: [/|·•] .{1,30}){2,}|back to top|close|next|previous|play video|caption|warning`)},
		{"contributors", phrase(`(?:additional )?reporting by .{2,150}|.{3,200} contributed (?:reporting|to this (?:report|story|article)).{0,60}`)},
	}
})

// furnishing is one kind of furniture and the lines that are it.
type furnishing struct {
	why  string
	line *regexp.Regexp
}

// ends are the lines after which the article is over: what follows them is about other articles or by readers.
var ends = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		phrase(`(?:leave|post|write|add) a (?:reply|comment).{0,40}|deja (?:una respuesta|un comentario).{0,30}|dejar (?:una respuesta|un comentario).{0,30}|اترك (?:تعليق|رد).{0,30}|أضف تعليق.{0,20}|schreibe einen kommentar|laisser un commentaire`),
		phrase(`(?:(?:\d[\d.,]* )?(?:comments?|comentarios|kommentare|commentaires)|(?:التعليقات|تعليقات)|отзывы)(?: ?\(?\d+\)?)?:?|join the (?:conversation|discussion).{0,40}|conversation|what do you think\??.{0,60}|tell us what you think.{0,20}`),
		phrase(`(?:latest|recent|popular|trending|most (?:read|popular|viewed|shared))(?: (?:articles?|posts?|news|stories|now|this week|today|topics|videos?)){0,2}|trending|editors?['’]?s? picks?|top stories|stay connected|últimas noticias|lo más (?:leído|visto)|artículos recientes|conecta con nosotros|آخر الأخبار|أحدث المقالات|الأكثر (?:قراءة|مشاهدة)|ابق على اتصال|популярное|самые популярные.{0,30}`),
		phrase(`about (?:the )?(?:authors?|writers?|reporters?)|sobre (?:el|la) autora?|acerca del autor|عن (?:الكاتب|المؤلف)|über den autor`),
		phrase(`(?:related|recommended) (?:articles?|stories|posts?|coverage|reading|content|news).{0,60}|more (?:great |from |in |on |stories|news|coverage).{0,60}|you (?:may|might) also (?:like|enjoy).{0,20}|holiday gift guides|artículos relacionados|noticias relacionadas|مقالات ذات صلة|أخبار ذات صلة`),
	}
})

// phrase is a pattern that a whole line must fit, whatever its case.
func phrase(p string) *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:` + p + `)$`) }

const longLine = 400 // letters; no furniture is longer

// isFurniture tells why a line is no part of an article, or "" when nothing says so.
func isFurniture(line string) string {
	line = western(squeeze(line))
	if line == "" || len(line) > longLine*2 || utf8.RuneCountInString(line) > longLine {
		return ""
	}
	for _, f := range furniture() {
		if f.line.MatchString(line) && !prose(line) {
			return f.why
		}
	}
	if !strings.ContainsFunc(line, unicode.IsLetter) && !strings.ContainsFunc(line, isPictorial) {
		return "bare number"
	}
	return ""
}

// commentEnds is how many of ends begin what readers wrote.
const commentEnds = 2

// endOf tells which of ends a line is, -1 for none: an article is over there.
func endOf(line string) int {
	line = squeeze(line)
	if len(line) > 200 {
		return -1
	}
	for i, e := range ends() {
		if e.MatchString(line) {
			return i
		}
	}
	return -1
}

// prose tells whether a line reads as running text whatever words it holds: two sentences or more, and long.
func prose(line string) bool {
	return len(line) > 240 && strings.Count(line, ". ") >= 2 && !strings.Contains(strings.ToLower(line), "cookies")
}

func isPictorial(r rune) bool { return r > 0x2000 && unicode.IsSymbol(r) }

const closers = "\"'”’»)]）」』…*"

// ended tells whether a line ends as a sentence does, in any script.
func ended(line string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(strings.TrimSpace(line), closers))
	if strings.HasSuffix(strings.TrimSpace(line), "…") || strings.HasSuffix(line, "...") {
		return true
	}
	return strings.ContainsRune(".!?؟。！？।։።", r)
}

// inQuotes tells whether a line closes with a quotation mark, as spoken paragraphs do.
func inQuotes(line string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(line))
	return strings.ContainsRune("\"”»」』", r)
}

// words counts the words of a line; in scripts without blanks, each two letters count as one.
func words(line string) int {
	n := len(strings.Fields(line))
	wide := 0
	for _, r := range line {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			wide++
		}
	}
	return max(n, wide/2)
}
