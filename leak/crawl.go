package leak

import (
	"context"
	"fmt"
	"hash/maphash"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"lede/paper"
)

// crawlState is what was asked and is still to be asked.
type crawlState struct {
	mu    sync.Mutex
	base  string
	asked map[string]bool
	seed  maphash.Seed
	seen  map[uint64]bool // answers
}

// most bounds the crawl: no paper of ours has more addresses.
const most = 1 << 20

// knock tries the addresses that must not open, in all the ways a stranger might think of.
func (t *test) knock(ctx context.Context) error {
	t.asked, t.seen, t.seed = map[string]bool{}, map[uint64]bool{}, maphash.MakeSeed()
	err := each(ctx, t.hidden, func(d door) error {
		a, err := t.get(ctx, http.MethodGet, d.path, nil, nil)
		if err == nil && a.Status == http.StatusOK && t.nobodyElses(ctx, d) {
			t.tell(Leak{"GET " + d.path, d.of, "answers, though it is not public", 0})
		}
		return err
	})
	if err != nil {
		return err
	}
	var ways []way
	tried := map[int64]bool{}
	for _, d := range t.hidden {
		if d.of != 0 && !tried[d.of] { // one address of each is tried in all ways
			tried[d.of] = true
			ways = append(ways, waysTo(d, t.langs)...)
		}
	}
	return each(ctx, ways, func(w way) error {
		_, err := t.get(ctx, w.method, w.path, w.header, nil)
		return err
	})
}

// way is one way of asking.
type way struct {
	method, path string
	header       http.Header
}

// waysTo are other ways to an address than to ask for it.
func waysTo(d door, langs []string) []way {
	var ways []way
	for _, query := range []string{"?preview=true", "?page=2"} {
		ways = append(ways, way{http.MethodGet, d.path + query, nil})
	}
	for _, below := range []string{"/", "/history", "/feed.json", ".json", "/comments", "/comments/atom.xml", "/replies", "/edit", "/report", "/withdrawal"} {
		ways = append(ways, way{http.MethodGet, d.path + below, nil})
	}
	for _, lang := range langs {
		ways = append(ways, way{http.MethodGet, "/" + lang + d.path, nil})
	}
	for _, method := range []string{http.MethodHead, http.MethodPost, http.MethodOptions} {
		ways = append(ways, way{method, d.path, nil})
	}
	for _, name := range []string{"X-Original-Url", "X-Rewrite-Url"} {
		ways = append(ways, way{http.MethodGet, "/", http.Header{name: {d.path}}})
	}
	if d.of != 0 {
		for _, form := range []string{"/?p=%d", "/?id=%d", "/article/%d", "/newsroom/article/%d", "/newsroom/article/%d/preview/now/", "/newsroom/article/%d/versions/1"} {
			ways = append(ways, way{http.MethodGet, fmt.Sprintf(form, d.of), nil})
		}
	}
	return ways
}

// nobodyElses tells whether no other article stands publicly at an address that was guessed.
func (t *test) nobodyElses(ctx context.Context, d door) bool {
	at, err := t.Papers.At(ctx, d.path)
	if err != nil || at.Kind != paper.KindArticle || at.ID == d.of {
		return true
	}
	_, err = t.Articles.Public(ctx, at.ID, t.now)
	return err != nil
}

// crawl asks for every public address: those the paper gave out, in every edition and as every feed, and all that they lead to.
func (t *test) crawl(ctx context.Context) error {
	next, err := t.doorsteps(ctx)
	if err != nil {
		return err
	}
	for len(next) > 0 && len(t.asked) < most {
		var found []string
		var mu sync.Mutex
		err := each(ctx, next, func(path string) error {
			_, err := t.get(ctx, http.MethodGet, path, nil, func(links []string) {
				mu.Lock()
				defer mu.Unlock()
				found = append(found, links...)
			})
			return err
		})
		if err != nil {
			return err
		}
		next = t.fresh(found)
	}
	return nil
}

// doorsteps are where a crawl begins.
func (t *test) doorsteps(ctx context.Context) ([]string, error) {
	paths, err := t.Papers.Paths(ctx, paper.KindSection, paper.KindTopic, paper.KindByline, paper.KindPage)
	if err != nil {
		return nil, err
	}
	all := []string{"/robots.txt", "/site.webmanifest", "/favicon.ico", "/icon/192.png", "/.well-known/security.txt", "/sitemap.xml", "/sitemap/news.xml", "/sitemap/pages.xml",
		"/nowhere", "/newsroom/", "/newsroom/articles", "/newsroom/front", "/newsroom/preview/now/", "/newsroom/pictures.json", "/newsroom/find.json?q=a", "/api/v1/articles",
		"/feed", "/wp-json/wp/v2/posts", "/?s=a", "/search?q=a", "/?preview=true", "/?page=2"}
	for _, path := range append([]string{""}, paths...) {
		for _, edition := range append([]string{""}, slashed(t.langs)...) {
			for _, below := range []string{"", "/rss.xml", "/atom.xml", "/feed.json"} {
				if at := edition + path + below; at != "" {
					all = append(all, at)
				}
			}
		}
	}
	for _, path := range t.paths {
		for _, below := range []string{"", "/comments", "/comments?page=2", "/comments?order=oldest", "/comments/feed", "/comments/atom.xml", "/comments/rss.xml"} {
			all = append(all, path+below)
		}
	}
	return t.fresh(append(all, "/")), nil
}

func slashed(langs []string) []string {
	var all []string
	for _, lang := range langs {
		all = append(all, "/"+lang)
	}
	return all
}

// fresh are those of paths that were not asked yet, each once.
func (t *test) fresh(paths []string) []string {
	var list []string
	for _, path := range paths {
		if !t.asked[path] {
			t.asked[path] = true
			list = append(list, path)
		}
	}
	return list
}

// links of a page or a list of addresses.
var links = regexp.MustCompile(`(?:href|src|action|data-frame)="([^"]+)"|<loc>([^<]+)</loc>|"url": ?"([^"]+)"`)

// get asks once, looks through the answer, and gives the links of a page to follow.
func (t *test) get(ctx context.Context, method, path string, header http.Header, follow func([]string)) (Answer, error) {
	a, err := t.ask(ctx, method, path, header)
	if err != nil {
		return a, fmt.Errorf("%s %s: %w", method, path, err)
	}
	t.mu.Lock()
	t.report.Asked++
	t.mu.Unlock()
	t.look(method+" "+path, path, a)
	if follow == nil || a.Status != http.StatusOK {
		if to := a.Header.Get("Location"); follow != nil && to != "" {
			follow(t.ours(path, []string{to}))
		}
		return a, nil
	}
	var found []string
	for _, m := range links.FindAllSubmatch(a.Body, -1) {
		for _, one := range m[1:] {
			if len(one) > 0 {
				found = append(found, html.UnescapeString(string(one)))
			}
		}
	}
	follow(t.ours(path, found))
	return a, nil
}

// ours are those of the addresses found at path that lead to pages of this paper.
func (t *test) ours(path string, found []string) []string {
	var list []string
	for _, one := range found {
		one = strings.TrimPrefix(one, t.base)
		u, err := url.Parse(one)
		if err != nil || u.Host != "" && !strings.HasSuffix(u.Host, Host) || u.Scheme != "" && u.Host == "" || !strings.HasPrefix(u.Path, "/") {
			continue
		}
		to := u.EscapedPath()
		if u.RawQuery != "" {
			to += "?" + u.RawQuery
		}
		if skip(to) {
			continue
		}
		list = append(list, to)
	}
	return list
}

// Host is the host a paper is asked by that has no address yet.
const Host = "leak-test.invalid"

// skip tells of addresses that hold no text, and of those that were knocked at.
func skip(path string) bool {
	for _, prefix := range []string{"/assets/", "/media/", "/icon/", "/face/", "/newsroom"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// look looks for canaries in an answer: in its headers, in its text with its marks and attributes, and in its text alone.
func (t *test) look(asked, path string, a Answer) {
	if t.known(a) {
		return
	}
	own, _, _ := strings.Cut(strings.TrimRight(path, "/"), "?") // what answers may repeat what was asked for
	kind := a.Header.Get("Content-Type")
	views := []string{headers(a.Header)}
	if text := string(a.Body); strings.HasPrefix(kind, "text/") || strings.Contains(kind, "xml") || strings.Contains(kind, "json") {
		if strings.Contains(kind, "json") {
			text = said(text)
		}
		text = html.UnescapeString(text)
		views = append(views, text, html.UnescapeString(bare(text)))
		if strings.Contains(kind, "xml") {
			views = append(views, html.UnescapeString(text))
		}
	}
	for _, view := range views {
		if len(own) > 1 {
			view = strings.ReplaceAll(view, own, " ")
		}
		t.scan(hashes(view), func(key uint64, c canary) {
			t.tell(Leak{asked, c.of, fmt.Sprintf("tells %s: “%s”", c.what, c.words), key})
		})
	}
}

// known tells whether the very same answer was looked through before: what is not there is one page for all.
func (t *test) known(a Answer) bool {
	sum := maphash.Bytes(t.seed, a.Body) ^ maphash.String(t.seed, headers(a.Header))
	t.mu.Lock()
	defer t.mu.Unlock()
	was := t.seen[sum]
	t.seen[sum] = true
	return was
}

// bare is a text without its tags.
func bare(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for {
		before, after, found := strings.Cut(text, "<")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if _, text, found = strings.Cut(after, ">"); !found {
			b.WriteString(after)
			return b.String()
		}
	}
}

func headers(h http.Header) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		b.WriteString(strings.Join(h[name], "\n") + "\n")
	}
	return b.String()
}

func (t *test) tell(l Leak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leaks[l] = true
}

// each does it for all, as many at once as there are processors; the first error ends it.
func each[T any](ctx context.Context, list []T, do func(T) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan T)
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for one := range work {
				if err := do(one); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, one := range list {
		select {
		case work <- one:
		case <-ctx.Done():
		}
	}
	close(work)
	all.Wait()
	return context.Cause(ctx)
}
