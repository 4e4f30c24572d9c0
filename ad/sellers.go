package ad

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Sellers is the text of ads.txt: who may sell the paper's positions besides the paper (IAB Tech Lab, ads.txt specification 1.1).
type Sellers struct {
	Version int64
	At      time.Time // when it was saved; zero for never
	By      int64
	Text    string
}

// Remark is what is to be said of a line of ads.txt.
type Remark struct {
	Line  int  // from 1; 0 for the whole
	Wrong bool // nobody will read it as it is meant; else it is only odd
	Says  string
}

// SellersMost is how long ads.txt may be.
const SellersMost = 512 << 10

// remarksMost is how much is said of one text.
const remarksMost = 200

// variables of ads.txt 1.1, and whether there may be several.
var variables = map[string]bool{"CONTACT": true, "SUBDOMAIN": true, "INVENTORYPARTNERDOMAIN": true, "OWNERDOMAIN": false, "MANAGERDOMAIN": true}

// CheckSellers looks at each line of an ads.txt as those who read it will, in the order of the lines. host is where the paper stands,
// "www.paper.example", or "" where that is not known.
func CheckSellers(text, host string) []Remark {
	c := &sellerCheck{host: strings.ToLower(host), first: map[string]int{}, how: map[string]string{}}
	text = strings.TrimPrefix(text, "\ufeff")
	switch {
	case len(text) > SellersMost:
		return []Remark{{0, true, fmt.Sprintf("The text has %d KB. Readers of such files may stop; %d KB are the most.", len(text)>>10, SellersMost>>10)}}
	case !utf8.ValidString(text):
		return []Remark{{0, true, "The text is not in UTF-8."}}
	}
	for line := range strings.SplitSeq(text, "\n") {
		c.line++
		c.look(strings.TrimSuffix(line, "\r"))
	}
	c.whole(strings.TrimSpace(text) == "")
	slices.SortStableFunc(c.said, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return c.said[:min(len(c.said), remarksMost)]
}

type sellerCheck struct {
	host    string
	line    int
	records int
	contact int
	first   map[string]int    // of what stands once: on which line it stood first
	how     map[string]string // of an account: DIRECT or RESELLER
	said    []Remark
}

func (c *sellerCheck) wrong(format string, args ...any) {
	c.said = append(c.said, Remark{c.line, true, fmt.Sprintf(format, args...)})
}

func (c *sellerCheck) odd(format string, args ...any) {
	c.said = append(c.said, Remark{c.line, false, fmt.Sprintf(format, args...)})
}

func (c *sellerCheck) look(line string) {
	line, _, _ = strings.Cut(line, "#")
	line, _, _ = strings.Cut(line, ";") // what an extension adds
	if line = strings.TrimSpace(line); line == "" {
		return
	}
	if strings.ContainsFunc(line, func(r rune) bool { return hidden(r) && r != '\t' }) {
		c.wrong("There are hidden characters in this line. Type it anew.")
		return
	}
	name, value, isVariable := strings.Cut(line, "=")
	if isVariable && !strings.Contains(name, ",") {
		c.variable(strings.TrimSpace(name), strings.TrimSpace(value))
		return
	}
	c.record(line)
}

func (c *sellerCheck) record(line string) {
	f := strings.Split(line, ",")
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if len(f) < 3 || len(f) > 4 {
		c.wrong("A record has three or four parts with commas between them: domain, account, DIRECT or RESELLER, and perhaps the certification; this one has %d.", len(f))
		return
	}
	c.records++
	if says := domainWrong(f[0]); says != "" {
		c.wrong("The first part is the domain of who sells: %s", says)
		return
	}
	if f[1] == "" || strings.ContainsAny(f[1], " \t") {
		c.wrong("The second part is the account there: it is empty, or has spaces.")
	}
	how := strings.ToUpper(f[2])
	if how != "DIRECT" && how != "RESELLER" {
		c.wrong("The third part is DIRECT or RESELLER, not %q.", f[2])
		return
	}
	if len(f) == 4 && (f[3] == "" || strings.Trim(strings.ToLower(f[3]), "0123456789abcdefghijklmnopqrstuvwxyz-") != "") {
		c.wrong("The fourth part is the certification of %s, letters and digits alone; leave it out if there is none.", f[0])
	}
	c.repeated(strings.ToLower(f[0]), f[1], how)
}

// repeated says what stands twice. The same account sold in both ways is allowed, and seldom meant.
func (c *sellerCheck) repeated(domain, account, how string) {
	key := domain + ", " + account
	if at := c.first[key+", "+how]; at > 0 {
		c.odd("The same stands on line %d.", at)
	} else if other := c.how[key]; other != "" {
		c.odd("This account is %s on line %d. Both are allowed; one is seldom meant.", other, c.first[key+", "+other])
	}
	if c.first[key+", "+how] == 0 {
		c.first[key+", "+how], c.how[key] = c.line, how
	}
}

func (c *sellerCheck) variable(name, value string) {
	upper := strings.ToUpper(name)
	several, known := variables[upper]
	switch {
	case !known:
		c.wrong("%q is nothing that ads.txt knows. It knows CONTACT, SUBDOMAIN, INVENTORYPARTNERDOMAIN, OWNERDOMAIN and MANAGERDOMAIN.", name)
		return
	case value == "":
		c.wrong("%s has no value.", upper)
		return
	case !several && c.first[upper] > 0:
		c.wrong("%s stands on line %d already; there is one.", upper, c.first[upper])
		return
	}
	c.first[upper] = cmp.Or(c.first[upper], c.line)
	switch upper {
	case "CONTACT":
		c.contact++
		if !reachable(value) {
			c.wrong("CONTACT is an e-mail address or the address of a page.")
		}
	case "SUBDOMAIN":
		c.subdomain(value)
	case "MANAGERDOMAIN":
		c.manager(value)
	default:
		if says := domainWrong(value); says != "" {
			c.wrong("%s is a domain: %s", upper, says)
		} else if upper == "OWNERDOMAIN" && strings.HasPrefix(strings.ToLower(value), "www.") {
			c.wrong("OWNERDOMAIN is the domain as it is registered: %s", strings.TrimPrefix(strings.ToLower(value), "www."))
		}
	}
}

func (c *sellerCheck) subdomain(value string) {
	value = strings.ToLower(value)
	root := strings.TrimPrefix(c.host, "www.")
	switch says := domainWrong(value); {
	case says != "":
		c.wrong("SUBDOMAIN is a domain: %s", says)
	case root != "" && !strings.HasSuffix(value, "."+root):
		c.wrong("SUBDOMAIN names a part of this site, something.%s.", root)
	case value == c.host:
		c.wrong("SUBDOMAIN names this very site; readers would ask in a circle.")
	case c.first["SUBDOMAIN "+value] > 0:
		c.odd("The same stands on line %d.", c.first["SUBDOMAIN "+value])
	}
	c.first["SUBDOMAIN "+value] = cmp.Or(c.first["SUBDOMAIN "+value], c.line)
}

// manager is a domain, and perhaps the country it is for; there is one for each country, and one for all others.
func (c *sellerCheck) manager(value string) {
	domain, country, some := strings.Cut(value, ",")
	domain, country = strings.TrimSpace(domain), strings.ToUpper(strings.TrimSpace(country))
	if says := domainWrong(domain); says != "" {
		c.wrong("MANAGERDOMAIN begins with a domain: %s", says)
		return
	}
	if some && (len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		c.wrong("After the comma stands a country in two letters, as US, not %q.", country)
		return
	}
	key := "MANAGERDOMAIN " + country
	if at := c.first[key]; at > 0 {
		c.wrong("MANAGERDOMAIN stands on line %d already%s.", at, map[bool]string{true: " for " + country}[some])
		return
	}
	c.first[key] = c.line
}

// whole says what is missing in all of it.
func (c *sellerCheck) whole(empty bool) {
	c.line = 0
	if empty {
		return
	}
	if c.records == 0 {
		c.odd("There is no record in it. If nobody else sells for you, say so with: placeholder.example.com, placeholder, DIRECT, placeholder")
	}
	if c.first["OWNERDOMAIN"] == 0 {
		c.odd("OWNERDOMAIN is not said. Readers then take the domain at which the file stands.")
	}
	if c.contact == 0 {
		c.odd("CONTACT is not said: whom to write to when something in it is wrong.")
	}
}

// domainWrong says what is wrong with a domain, with a full stop at the end; "" for nothing.
func domainWrong(d string) string {
	switch {
	case d == "":
		return "it is empty."
	case strings.Contains(d, "://"):
		return "leave out " + d[:strings.Index(d, "://")+3] + "."
	case strings.ContainsAny(d, "/?"):
		return "leave out what stands after the domain."
	case strings.Contains(d, "@"):
		return "this is an e-mail address."
	case strings.ContainsAny(d, " \t"):
		return "it has spaces. Parts are set apart by commas."
	}
	for _, r := range d {
		if r > 127 {
			return "write it as machines do (xn--…)."
		}
	}
	labels := strings.Split(strings.ToLower(d), ".")
	if len(labels) < 2 || len(d) > 253 {
		return fmt.Sprintf("%q is none.", d)
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return fmt.Sprintf("%q is none.", d)
		}
	}
	return ""
}

// reachable tells whether somebody can be written to.
func reachable(s string) bool {
	if a, err := mail.ParseAddress(strings.TrimPrefix(s, "mailto:")); err == nil && a.Address != "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && domainWrong(u.Hostname()) == ""
}

// Sellers is ads.txt as it was saved last; the zero Sellers until somebody did.
func (s *Store) Sellers(ctx context.Context) (Sellers, error) {
	var l Sellers
	var at int64
	err := s.db.Read().QueryRowContext(ctx, `select version, at, by_id, text from ad_sellers order by version desc limit 1`).Scan(&l.Version, &at, &l.By, &l.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return l, nil
	}
	l.At = db.Time(at)
	return l, err
}

// SetSellers saves another text; what stood before is kept. Lines that are wrong are a fault.Form for "text". It must be made from the
// version that stands, else it is fault.Conflict.
func (s *Store) SetSellers(ctx context.Context, l Sellers, host string, by int64, now time.Time) (Sellers, error) {
	l.Text = strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(l.Text, "\ufeff"), "\r\n", "\n"))
	if l.Text != "" {
		l.Text += "\n"
	}
	var lines []string
	for _, r := range CheckSellers(l.Text, host) {
		if r.Wrong {
			lines = append(lines, fmt.Sprint(r.Line))
		}
	}
	if len(lines) > 0 {
		return l, fault.Form{"text": "Mend what is wrong first: line " + strings.Join(lines, ", ") + "."}
	}
	l.Version, l.At, l.By = l.Version+1, now, by
	return l, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `insert into ad_sellers (id, version, at, by_id, text) values ($1, $1, $2, $3, $4) on conflict do nothing`, l.Version, db.Micros(now), by, l.Text)
		if err := changed(done, err); err != nil {
			return err
		}
		return errors.Join(audit.Add(ctx, q, now, "ad.sellers", "paper", 0, "ads.txt"), Changed.Add(ctx, q, 0))
	})
}
