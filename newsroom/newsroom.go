// Package newsroom is the paper as its staff see it: the list of work, the editor, pictures, the front, and the paper's settings.
package newsroom

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/fetch"
	"lede/internal/web"
	"lede/press"
	"lede/staff"
)

// Newsroom answers staff.
type Newsroom struct {
	*press.Press
	Options
	assets *web.Assets
	views  *views
	web    *web.Web
	guard  *http.CrossOriginProtection
	links  linkBook
}

// Options are what the newsroom is handed by whoever opens it.
type Options struct {
	// Preview makes a page of the readers' site as of a moment, all its links leading below g.Under; nil where there is none.
	Preview func(ctx context.Context, g Glance) (web.Page, error)
	// Guest finds who is signed in, fault.NotFound for a stranger; nil for the newsroom's own, which goes by the cookie.
	Guest func(ctx context.Context, r *http.Request, now time.Time) (staff.Person, staff.Session, error)
	// Fetch asks other sites, for the cards of what is linked; nil for a client that asks public addresses alone.
	Fetch *fetch.Client
}

// New is the staff's face of p.
func New(p *press.Press, o Options) (*Newsroom, error) {
	n := &Newsroom{Press: p, Options: o, guard: http.NewCrossOriginProtection()}
	if n.Guest == nil {
		n.Guest = n.guest
	}
	files, err := files()
	if err != nil {
		return nil, err
	}
	n.assets = web.NewAssets(files)
	if n.views, err = parse(n.assets.Path); err != nil {
		return nil, err
	}
	return n, nil
}

// route is one address of the newsroom and who may use it.
type route struct {
	pattern string // as net/http.ServeMux takes it, "GET /newsroom/today"
	act     staff.Act
	on      staff.Object
	handle  func(*visit) error
	options []web.RouteOption
	// open lets strangers in: the pages on which they sign in.
	open bool
	// fresh wants a proof of the last ten minutes that it is still the same person: for what is dangerous.
	fresh bool
}

// routes are all addresses of the newsroom.
func (n *Newsroom) routes() []route {
	var all []route
	for _, some := range [][]route{
		n.everythingRoutes(), n.signInRoutes(), n.accountRoutes(), n.staffRoutes(),
		n.todayRoutes(), n.arrangeRoutes(), n.calendarRoutes(), n.writingRoutes(), n.notesRoutes(),
		n.editorRoutes(), n.publishRoutes(), n.versionsRoutes(), n.articlesRoutes(),
		n.picturesRoutes(), n.frontRoutes(), n.alertRoutes(), n.previewRoutes(), n.commentsRoutes(),
		n.paperRoutes(), n.sectionsRoutes(), n.topicsRoutes(), n.pagesRoutes(), n.redirectsRoutes(), n.lookRoutes(),
		n.mailRoutes(), n.weatherRoutes(), n.backupsRoutes(), n.auditRoutes(),
		n.commentRulesRoutes(), n.commentDigestRoutes(), n.commentMoveRoutes(), n.readersRoutes(),
		n.salesAdsRoutes(), n.sellersRoutes(), n.salesRulesRoutes(),
		n.salesReportRoutes(), n.buyerRoutes(),
		n.adSightRoutes(), n.salesRoutes(),
	} {
		all = append(all, some...)
	}
	return all
}

// Routes adds the newsroom's addresses to mux. It panics on a route of which the policy says nothing.
func (n *Newsroom) Routes(mux *http.ServeMux, wb *web.Web) {
	n.web = wb
	for _, r := range n.routes() {
		if !r.open && !staff.Known(r.act, r.on) {
			panic(fmt.Sprintf("the policy does not say who may use %s", r.pattern))
		}
		mux.Handle(r.pattern, wb.Route("newsroom", n.enter(r), r.options...))
	}
	mux.Handle("/newsroom/", wb.Route("newsroom", n.enter(route{open: true, handle: nowhere})))
	mux.Handle(web.AssetsPrefix+"newsroom/", wb.Route("asset", n.assets.Serve))
}

// Logged is a path as it may stand in a log: of a link that lets somebody in, who reads the log learns no more than that it was used.
func Logged(path string) string {
	for _, way := range []string{"/newsroom/setup/", "/newsroom/welcome/", "/newsroom/sign-in/", buyerPath, comment.DigestPath, adSightPath} {
		if key, rest, _ := strings.Cut(strings.TrimPrefix(path, way), "/"); strings.HasPrefix(path, way) && key != "mail" && key != "sent" && key != "" {
			return strings.TrimSuffix(way+"…/"+rest, "/")
		}
	}
	return path
}

func nowhere(*visit) error { return fault.NotFound }
