package newsroom

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lede/ad"
	"lede/comment"
	"lede/staff"
)

var pathPart = regexp.MustCompile(`\{(\w+)(\.\.\.)?\}`)

// thing is what an address is about: one that is the person's own, and one of somebody else.
type thing struct{ own, other int64 }

// address fills in a route's pattern; id stands for the thing it is about.
func address(pattern string, id int64) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, pathPart.ReplaceAllStringFunc(strings.TrimSuffix(path, "{$}"), func(part string) string {
		switch name := strings.Trim(part, "{}."); name {
		case "id":
			return fmt.Sprint(id)
		case "part":
			return "body"
		default:
			return "1"
		}
	})
}

func (r *room) knock(pattern string, id int64) int {
	method, path := address(pattern, id)
	req := httptest.NewRequest(method, path, strings.NewReader(""))
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("X-Lede", "1")
	return r.do(req).StatusCode
}

// TestEveryRouteForEveryRole walks the route table: who the policy does not let in gets 401 or 403, at things of others 404 serves as
// well, and who it lets in is never refused.
func TestEveryRouteForEveryRole(t *testing.T) {
	r := open(t)
	things := r.things()
	for _, ro := range r.news.routes() {
		if ro.open {
			continue
		}
		it := things[ro.on]
		r.be()
		if got := r.knock(ro.pattern, it.own); got != http.StatusUnauthorized {
			t.Errorf("a stranger at %s gets %d, want 401", ro.pattern, got)
		}
		for _, role := range staff.Roles() {
			r.be(role)
			r.judge(ro, role, it.own, true)
			if it.other != 0 && strings.Contains(ro.pattern, "{id}") {
				r.judge(ro, role, it.other, false)
			}
		}
	}
}

func (r *room) judge(ro route, role staff.Role, id int64, mine bool) {
	r.t.Helper()
	got := r.knock(ro.pattern, id)
	refused := got == http.StatusForbidden || got == http.StatusUnauthorized
	if may := staff.May([]staff.Role{role}, ro.act, ro.on, mine); may {
		if refused || got >= 500 {
			r.t.Errorf("%s at %s (own %v) gets %d; the policy lets them in", role, ro.pattern, mine, got)
		}
		return
	}
	if !refused && !(got == http.StatusNotFound && !mine) {
		r.t.Errorf("%s at %s (own %v) gets %d; the policy does not let them in", role, ro.pattern, mine, got)
	}
}

// things are what the addresses of the newsroom can be about.
func (r *room) things() map[staff.Object]thing {
	own, other := r.Text("Mine"), r.Text("Theirs")
	own.Bylines = nil
	other.Bylines = nil
	begun, _, err := r.Articles.Begin(r.t.Context(), own, "", 7, r.Now()) // by whoever is signed in
	if err != nil {
		r.t.Fatal(err)
	}
	articles := thing{begun.ID, r.Write(other).ID}
	said, err := r.Comments.Post(r.t.Context(), comment.Draft{Article: r.Publish(r.Text("Talked about")).ID, Name: "Harold P.", Text: "Is it true?"}, comment.Hand{Owner: "a"}, r.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	buyer, err := r.Ads.SaveAdvertiser(r.t.Context(), ad.Advertiser{Name: "Bellamy’s Hardware"}, 8, r.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	order, err := r.Ads.SaveOrder(r.t.Context(), ad.Order{Advertiser: buyer.ID}, 8, r.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return map[staff.Object]thing{
		staff.Ads:      {own: order.ID},
		staff.Articles: articles,
		staff.Notes:    articles,
		staff.Sections: {own: r.World.ID},
		staff.Comments: {own: said.ID},
		staff.Readers:  {own: said.ID},
		staff.Pictures: {r.pictured("own.png", 7).ID, r.pictured("other.png", 8).ID},
	}
}

// TestAskingChangesNothing sends a publisher to every page: not a row is another afterwards.
func TestAskingChangesNothing(t *testing.T) {
	r := open(t)
	things := r.things()
	before := r.rows()
	for _, ro := range r.news.routes() {
		if method, _ := address(ro.pattern, 0); method == http.MethodGet {
			r.knock(ro.pattern, things[ro.on].own)
		}
		if after := r.rows(); !slices.Equal(before, after) {
			t.Fatalf("after %s the database is another", ro.pattern)
		}
	}
}

// rows are all rows of the database, as text.
func (r *room) rows() []string {
	r.t.Helper()
	var all []string
	for _, table := range r.texts(`select name from sqlite_master where type = 'table' order by name`) {
		rows, err := r.DB.Read().QueryContext(r.t.Context(), `select * from "`+table+`"`)
		if err != nil {
			r.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			r.t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				r.t.Fatal(err)
			}
			all = append(all, table+fmt.Sprint(values...))
		}
		if err := rows.Err(); err != nil {
			r.t.Fatal(err)
		}
	}
	return all
}

func (r *room) texts(statement string) []string {
	rows, err := r.DB.Read().QueryContext(r.t.Context(), statement)
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			r.t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}
