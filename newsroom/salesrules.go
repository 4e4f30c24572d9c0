package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lede/ad"
	"lede/article"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

const salesRulesPath = "/newsroom/sales/positions"

func (n *Newsroom) salesRulesRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/sales/positions", act: staff.Read, on: staff.Selling, handle: salesRulesPage},
		{pattern: "POST /newsroom/sales/positions", act: staff.Write, on: staff.Selling, handle: setSalesRules},
		{pattern: "GET /newsroom/sales/positions/where", act: staff.Read, on: staff.Ads, handle: wherePositions},
	}
}

// salesRule is one of the rules for positions, as a form has it: a text.
type salesRule struct {
	setting
	get func(ad.Rules) string
	put func(r *ad.Rules, typed string) (wrong string)
}

func salesTicked(name, label, hint string, get func(ad.Rules) bool, put func(*ad.Rules, bool)) salesRule {
	return salesRule{setting{Name: name, Label: label, Hint: hint, Kind: "tick"},
		func(r ad.Rules) string { return map[bool]string{true: "yes"}[get(r)] },
		func(r *ad.Rules, typed string) string { put(r, typed == "yes"); return "" }}
}

func salesCounted(name, label, hint string, of func(*ad.Rules) *int) salesRule {
	return salesRule{setting{Name: name, Label: label, Hint: hint},
		func(r ad.Rules) string { return strconv.Itoa(*of(&r)) },
		func(r *ad.Rules, typed string) string {
			n, err := strconv.Atoi(typed)
			if err != nil {
				n = -1 // no rule takes it
			}
			*of(r) = n
			return ""
		}}
}

// member puts what into a list or takes it out.
func member[T comparable](list []T, what T, in bool) []T {
	list = slices.DeleteFunc(slices.Clone(list), func(x T) bool { return x == what })
	if in {
		list = append(list, what)
	}
	return list
}

// salesRules are the rules for positions, in the order of the page.
func salesRules(tree section.Tree) []salesRule {
	all := []salesRule{
		salesTicked("off", "No positions anywhere", "What is booked waits, and is not delivered.", func(r ad.Rules) bool { return r.Off }, func(r *ad.Rules, on bool) { r.Off = on }),
		salesCounted("first", "Words before the first", "In the text of an article.", func(r *ad.Rules) *int { return &r.Text.First }),
		salesCounted("apart", "Words between two", "", func(r *ad.Rules) *int { return &r.Text.Apart }),
		salesCounted("most", "At most in an article", "0 is none.", func(r *ad.Rules) *int { return &r.Text.Most }),
		salesCounted("part", "At most so many percent of the height", "30 is what readers bear (Better Ads Standards).", func(r *ad.Rules) *int { return &r.Text.Part }),
		salesTicked("approve", "A second person approves each ad", "Whoever made it cannot.", func(r ad.Rules) bool { return r.Approve }, func(r *ad.Rules, on bool) { r.Approve = on }),
		{setting{Name: "currency", Label: "Currency", Hint: "Three letters, as EUR."}, func(r ad.Rules) string { return r.Currency },
			func(r *ad.Rules, typed string) string { r.Currency = strings.ToUpper(typed); return "" }},
		{setting{Name: "exclude", Label: "Networks that are not billed", Kind: "text", Hint: "The office, monitoring: one to a line, 192.0.2.0/24."}, excludedSay, readExcluded},
		{setting{Name: "counted", Label: "What a confirmation says of counting", Hint: "One line, or nothing."}, func(r ad.Rules) string { return r.Counted },
			func(r *ad.Rules, typed string) string { r.Counted = paper.Line(typed); return "" }},
	}
	for _, p := range ad.Places() {
		all = append(all, placeRules(p)...)
	}
	for _, s := range tree {
		all = append(all, salesTicked(fmt.Sprint("section-", s.ID), s.NameIn("en"), "", func(r ad.Rules) bool { return slices.Contains(r.Sections, s.ID) },
			func(r *ad.Rules, on bool) { r.Sections = member(r.Sections, s.ID, on) }))
	}
	return all
}

// placeRules are what can be said of one place: that it is not used, and a first price.
func placeRules(p ad.Place) []salesRule {
	return []salesRule{
		salesTicked("closed-"+string(p), "Not used", "", func(r ad.Rules) bool { return slices.Contains(r.Closed, p) }, func(r *ad.Rules, on bool) { r.Closed = member(r.Closed, p, on) }),
		{setting{Name: "rate-" + string(p), Label: "A thousand viewed"},
			func(r ad.Rules) string {
				if r.Rates[p] == 0 {
					return ""
				}
				return ad.Amount(r.Rates[p], r.Currency)
			},
			func(r *ad.Rules, typed string) string {
				rates := map[ad.Place]int64{}
				for place, n := range r.Rates {
					rates[place] = n
				}
				r.Rates = rates
				delete(rates, p)
				if typed == "" {
					return ""
				}
				n, ok := ad.ParseAmount(typed, r.Currency)
				if !ok {
					return "Give a price as 12.50, or nothing."
				}
				rates[p] = n
				return ""
			}},
	}
}

func excludedSay(r ad.Rules) string {
	var lines []string
	for _, p := range r.Exclude {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

func readExcluded(r *ad.Rules, typed string) string {
	r.Exclude = nil
	for _, line := range strings.Fields(typed) {
		p, err := netip.ParsePrefix(line)
		if addr, alone := netip.ParseAddr(line); alone == nil {
			p, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return fmt.Sprintf("%s is no network: write it as 192.0.2.0/24.", line)
		}
		r.Exclude = append(r.Exclude, p.Masked())
	}
	return ""
}

// salesRulesView is the page of positions and prices.
type salesRulesView struct {
	settingsPage
	Saved  string
	Places []placeRow
	Where  string // the page that tells where positions stand
}

// placeRow is a place with its sizes and what is set for it.
type placeRow struct {
	Name         string
	Boxes        []string
	Closed, Rate field
}

func salesRulesPage(v *visit) error {
	r, err := v.Ads.Rules(v.ctx())
	if err != nil {
		return err
	}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	return v.showSalesRules(http.StatusOK, r.Version, salesRules(tree), func(s salesRule) string { return s.get(r) }, nil, nil)
}

func (v *visit) showSalesRules(status int, version int64, rules []salesRule, value func(salesRule) string, wrong fault.Form, clashes []clash) error {
	page := salesRulesView{settingsPage: settingsPage{frame: v.frame("Positions and prices", "sales"), Tabs: v.adTabs(salesRulesPath), Action: salesRulesPath,
		Version: version, May: v.person.May(staff.Write, staff.Selling, true), Wrong: wrong, Clashes: clashes, ByWhom: "Somebody"}, Saved: v.told(), Where: salesRulesPath + "/where"}
	for _, s := range rules {
		page.fields = append(page.fields, field{setting: s.setting, Value: value(s), Wrong: wrong[s.Name]})
	}
	for _, p := range ad.Places() {
		row := placeRow{Name: placeNames[p], Closed: page.Field("closed-" + string(p)), Rate: page.Field("rate-" + string(p))}
		row.Closed.Label, row.Rate.Label = "Not used", "A thousand viewed"
		for _, d := range ad.Devices() {
			b := p.Box(d)
			row.Boxes = append(row.Boxes, fmt.Sprintf("%s %d × %d", d, b.Width, b.Height))
		}
		page.Places = append(page.Places, row)
	}
	return v.showAs(status, "salesrules", page)
}

func setSalesRules(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	now, err := v.Ads.Rules(v.ctx())
	if err != nil {
		return err
	}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	rules, r, wrong := salesRules(tree), now, fault.Form{}
	r.Version = number(sent.Get("version"))
	for _, s := range rules {
		if says := s.put(&r, strings.TrimSpace(sent.Get(s.Name))); says != "" {
			wrong[s.Name] = says
		}
	}
	typed := func(s salesRule) string { return sent.Get(s.Name) }
	if len(wrong) > 0 {
		return v.showSalesRules(http.StatusUnprocessableEntity, r.Version, rules, typed, wrong, nil)
	}
	err = v.Ads.SetRules(v.ctx(), r, v.now)
	switch {
	case errors.As(err, &wrong):
		return v.showSalesRules(http.StatusUnprocessableEntity, r.Version, rules, typed, wrong, nil)
	case errors.Is(err, fault.Conflict):
		return v.showSalesRules(http.StatusConflict, now.Version, rules, typed, nil, salesClashes(rules, now, sent))
	case err != nil:
		return err
	}
	return v.tell(salesRulesPath, nil, "Saved. Pages follow within a second.")
}

// salesClashes are the rules in which what was typed is not what stands now.
func salesClashes(rules []salesRule, now ad.Rules, sent url.Values) (list []clash) {
	for _, s := range rules {
		if theirs, mine := s.get(now), strings.TrimSpace(sent.Get(s.Name)); theirs != mine {
			list = append(list, clash{Label: s.Label, Theirs: theirs, Mine: mine})
		}
	}
	return list
}

// whereView shows where positions stand on a page, where not, and why.
type whereView struct {
	frame
	Tabs   []tab
	Path   string
	Wrong  string
	Name   string // of the page
	None   string // why it has no positions at all
	Places []whereRow
	Text   []whereBlock
}

// whereRow is a place of the page.
type whereRow struct {
	Name, Says string
	Stands     bool
}

// whereBlock is a block of the text, and what is behind it.
type whereBlock struct {
	Kind, Begins string
	Words        int
	Stands       bool
	Why          string // none stands behind it; "" at the end
}

// wherePositions tells of the page at ?path= where positions stand and where not.
func wherePositions(v *visit) error {
	page := whereView{frame: v.frame("Where positions stand", "sales"), Tabs: v.adTabs(salesRulesPath), Path: strings.TrimSpace(v.r.URL.Query().Get("path"))}
	if page.Path == "" {
		return v.show("saleswhere", page)
	}
	err := v.placed(&page)
	if errors.Is(err, fault.NotFound) || errors.As(err, new(fault.Moved)) || errors.Is(err, fault.Gone) {
		page.Wrong = "No page with positions stands at this address."
		return v.showAs(http.StatusNotFound, "saleswhere", page)
	}
	if err != nil {
		return err
	}
	return v.show("saleswhere", page)
}

// placed fills in what is to be said of the page.
func (v *visit) placed(page *whereView) error {
	on, a, err := v.pageAt(page)
	if err != nil {
		return err
	}
	r, err := v.Ads.Rules(v.ctx())
	if err != nil {
		return err
	}
	standing, err := v.Ads.Stands(v.ctx(), on, v.now)
	if err != nil {
		return err
	}
	switch {
	case r.Off:
		page.None = "Positions are switched off in the whole paper."
	case r.Bars(on):
		page.None = "Its section has no positions."
	case a.Sensitive:
		page.None = "The article is sensitive."
	case a.Quiet:
		page.None = "Positions are switched off in this article."
	}
	at, why := ad.Spread(a.Body, r.Text)
	for _, p := range ad.Places() {
		_, booked := standing.Places[p]
		says := placeRefused(on, p, booked, slices.Contains(r.Closed, p), len(at))
		page.Places = append(page.Places, whereRow{Name: placeNames[p], Says: cmp.Or(page.None, says, "Stands."), Stands: page.None == "" && says == ""})
	}
	page.Text = whereBlocks(a.Body, at, why)
	return nil
}

// placeRefused says why a place of a page has no position; "" where it has.
func placeRefused(on ad.Page, p ad.Place, booked, closed bool, gaps int) string {
	switch {
	case p == ad.Text && on.Kind != ad.ArticlePage:
		return "Only articles have a text."
	case p == ad.Between && (on.Kind == ad.ArticlePage || on.Kind == ad.StandingPage):
		return "There are no cards on it."
	case p == ad.Beside && on.Kind == ad.StandingPage:
		return "There is no room beside it."
	case closed:
		return "The place is not used."
	case p == ad.Text && gaps == 0:
		return "No place in the text fits the rules."
	case !booked:
		return "Nothing is booked here now, and no house ad stands."
	}
	return ""
}

// whereBlocks are the blocks of a text, with what is behind each.
func whereBlocks(body doc.Doc, at []ad.Gap, why []ad.Refusal) []whereBlock {
	var list []whereBlock
	for i, n := range body.Blocks {
		b := whereBlock{Kind: n.Type, Begins: begins(n.PlainText()), Words: doc.Doc{Blocks: body.Blocks[i : i+1]}.Words()}
		b.Stands = slices.ContainsFunc(at, func(g ad.Gap) bool { return g.After == i })
		if no := slices.IndexFunc(why, func(x ad.Refusal) bool { return x.After == i }); no >= 0 {
			b.Why = why[no].Why
		}
		list = append(list, b)
	}
	return list
}

// begins is the beginning of a text.
func begins(text string) string {
	const most = 90
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// pageAt is the page at the address that was typed, and the article where it is one.
func (v *visit) pageAt(page *whereView) (ad.Page, article.Article, error) {
	path := page.Path
	if u, err := url.Parse(path); err == nil {
		path = u.Path
	}
	on := ad.Page{Lang: v.paper.Main()}
	if lang, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); lang != v.paper.Main() && slices.Contains(v.paper.Langs, lang) {
		on.Lang, path = lang, "/"+rest
	}
	if path == "/" {
		on.Kind, page.Name = ad.FrontPage, "The front"
		return on, article.Article{}, nil
	}
	at, err := v.Papers.At(v.ctx(), path)
	if err != nil {
		return on, article.Article{}, err
	}
	on.ID = at.ID
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return on, article.Article{}, err
	}
	switch at.Kind {
	case paper.KindArticle:
		a, err := v.Articles.Public(v.ctx(), at.ID, v.now)
		if err != nil {
			return on, a, err
		}
		on.Kind, on.Topics, on.Lang, page.Name = ad.ArticlePage, a.Topics, v.paper.Edition(a.Lang), a.Headline
		on.Sections = ad.In(tree, a.Sections...)
		return on, a, nil
	case paper.KindSection:
		s, _ := tree.Get(at.ID)
		on.Kind, on.Sections, page.Name = ad.SectionPage, ad.In(tree, at.ID), s.NameIn("en")
	case paper.KindTopic:
		on.Kind, on.Topics, page.Name = ad.TopicPage, []int64{at.ID}, path
	case paper.KindByline:
		on.Kind, on.ID, page.Name = ad.ListPage, 0, path
	default:
		on.Kind, page.Name = ad.StandingPage, path
	}
	return on, article.Article{}, nil
}
