package newsroom

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/db"
	"lede/staff"
)

// day is a date so many days from today by the paper's clock.
func (r *room) day(n int) string {
	p, err := r.Papers.Get(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return r.Now().In(p.Clock()).AddDate(0, 0, n).Format(time.DateOnly)
}

// begin begins an order as the overview does, and gives its address.
func (r *room) begin(buyer string) string {
	r.t.Helper()
	got := r.send("/newsroom/sales/orders", url.Values{"buyer": {buyer}})
	if got.StatusCode != http.StatusSeeOther {
		r.t.Fatalf("an order for %s answers %d: %s", buyer, got.StatusCode, got.body)
	}
	return got.Header.Get("Location")
}

// typed is a booking of the top of World, ten days from tomorrow.
func (r *room) typed() url.Values {
	return url.Values{"place": {"top"}, "promise": {"share"}, "share": {"3"}, "first": {r.day(1)}, "last": {r.day(10)}, "price": {"400"}, "pricing": {"time"}, "sections": {fmt.Sprint(r.World.ID)}}
}

// with adds to what is typed: name, value, name, value.
func with2(form url.Values, more ...string) url.Values {
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

var orderVersion = regexp.MustCompile(`name="order-version" value="(\d+)"`)

// book types a booking into an order and books it in one go.
func (r *room) book(at string, form url.Values) answer {
	r.t.Helper()
	page := r.page(at)
	version := orderVersion.FindStringSubmatch(page.body)
	if version == nil {
		r.t.Fatalf("no booking form at %s", at)
	}
	return r.send(at+"/bookings", with2(form, "do", "book", "order-version", version[1]))
}

// bookings are those of the order at an address.
func (r *room) bookings(at string) []ad.Booking {
	r.t.Helper()
	all, err := r.Ads.Bookings(r.t.Context(), number(at[strings.LastIndex(at, "/")+1:]))
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

func (a answer) wants(t *testing.T, status int, says ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("answered %d, want %d: %s", a.StatusCode, status, main(a.body))
	}
	for _, s := range says {
		if !strings.Contains(a.body, s) {
			t.Errorf("want %q in %s", s, main(a.body))
		}
	}
}

// main is what a page says in its middle.
func main(body string) string {
	if _, rest, ok := strings.Cut(body, "<main"); ok {
		return rest
	}
	return body
}

func TestAnOrderIsBookedInOneSitting(t *testing.T) {
	r := open(t)
	r.be(staff.AdManager)
	r.page("/newsroom/sales").wants(t, 200, "Nothing is sold yet.", "Third-party tags are not supported")
	at := r.begin("Bellamy’s Hardware")
	r.page(at).wants(t, 200, "order 2025-1, being made", "Nothing in this order yet", "free dates")
	looked := r.send(at+"/bookings", r.typed())
	looked.wants(t, 200, "What they will get", "Top of World: free dates", "18 June, 3 of 3 free, in this booking")
	if n := len(r.bookings(at)); n != 0 {
		t.Fatalf("looking made %d bookings", n)
	}
	got := r.book(at, r.typed())
	got.wants(t, http.StatusSeeOther)
	all := r.bookings(at)
	if len(all) != 1 || all[0].Stage != ad.Booked || all[0].Price != 400_00 || all[0].Share != 3 {
		t.Fatalf("booked: %+v", all)
	}
	r.page(got.Header.Get("Location")).wants(t, 200, "Order 2025-1 is booked.", "1 in 3 views", "400.00", "18–27 Jun", "Save the change")
	r.page(at+"/confirmation").wants(t, 200, "Confirmation of order 2025-1", "Bellamy’s Hardware", "18 June 2025, 00:00, to 27 June 2025, 24:00, New York time", "1 in 3 views of World.", "For the paper: Mara Lindqvist")
	r.Pass(24 * time.Hour)
	r.page("/newsroom/sales").wants(t, 200, "Runs now", "Top of World", "has no ad", "It runs since 18 Jun and shows nothing.")
	r.page("/newsroom/sales/orders").wants(t, 200, "2025-1", "Top of World", "booked")
	r.page("/newsroom/sales/buyers").wants(t, 200, "Bellamy’s Hardware", "1 booking", "2025-1, 17 Jun 2025")
}

func TestAnOrderForSomebodyKnownIsTheirs(t *testing.T) {
	r := open(t)
	first, second := r.begin("Bellamy’s Hardware"), r.begin("bellamy's  HARDWARE")
	if first == second {
		t.Error("two orders have one address")
	}
	all, err := r.Ads.Advertisers(t.Context(), "")
	if err != nil || len(all) != 1 {
		t.Errorf("%d advertisers (%v), want one", len(all), err)
	}
	r.send("/newsroom/sales/orders", url.Values{"buyer": {" "}}).wants(t, 422, "Say who the order is for.", `aria-invalid="true"`)
}

func TestWhatMakesNoSenseIsSaidBesideItsFieldAndKept(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	for _, c := range []struct{ field, value, says string }{
		{"first", "2020-01-01", "This day is past. Today is 17 June 2025."},
		{"last", "2025-06-01", "The last day is before the first."},
		{"last", "", "Give a day."},
		{"price", "cheap", "This is no sum. One is written 1,234.50."},
		{"hours", "25", "Hours are written 7–9, 17–19"},
		{"topics", "Nobody Knows", "“Nobody Knows” is no topic of the paper."},
		{"articles", "/2020/01/nothing", "is the address of no article."},
		{"countries", "xq", "XQ is no country."},
		{"pages", "front", "Of the pages you aim at none stands in a section."},
	} {
		got := r.book(at, with2(r.typed(), c.field, c.value))
		got.wants(t, 422, c.says, "Not saved yet.")
		if c.value != "" && c.field != "pages" && !strings.Contains(got.body, c.value) && !strings.Contains(got.body, strings.ToUpper(c.value)) {
			t.Errorf("what was typed at %s is lost", c.field)
		}
	}
	got := r.book(at, with2(r.typed(), "first", "2020-01-01", "price", "cheap"))
	got.wants(t, 422, "This day is past.", "This is no sum.", "2 things are to mend below")
	if all := r.bookings(at); len(all) != 0 {
		t.Errorf("%d bookings were kept, want none", len(all))
	}
	if o := r.order(at); o.Stage != ad.Draft {
		t.Errorf("the order is %s", o.Stage)
	}
}

func (r *room) order(at string) ad.Order {
	r.t.Helper()
	o, err := r.Ads.Order(r.t.Context(), number(at[strings.LastIndex(at, "/")+1:]))
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

// measured has four weeks of traffic behind the paper: so many an hour asked for the top of World.
func (r *room) measured(asked int) {
	r.t.Helper()
	err := r.DB.Tx(r.t.Context(), func(ctx context.Context, q db.Q) error {
		for at := r.Now().Truncate(time.Hour).AddDate(0, 0, -28); at.Before(r.Now()); at = at.Add(time.Hour) {
			_, err := q.ExecContext(ctx, `insert into ad_traffic (hour, place, page_kind, section_id, lang, device, asked, rendered, viewed, clicked) values ($1, 'top', 'section', $2, 'en', 'desk', $3, $3, $3, 1)`,
				db.Micros(at), r.World.ID, asked)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestOversellingIsSaidBeforeItIsBooked(t *testing.T) {
	r := open(t)
	r.measured(100)
	flat := r.begin("Alder Motors")
	r.book(flat, with2(r.typed(), "promise", "flat")).wants(t, http.StatusSeeOther)
	at := r.begin("Bellamy’s Hardware")
	r.send(at+"/bookings", r.typed()).wants(t, 200, "It displaces Alder Motors: Top of World, 18–27 Jun (the position)", "18–27 Jun is full: Alder Motors.")
	r.book(at, r.typed()).wants(t, http.StatusConflict, "Not booked yet: this sells more than there is.", "It displaces Alder Motors", "Book it all the same")
	if all := r.bookings(at); len(all) != 1 || all[0].Stage != ad.Draft {
		t.Fatalf("it is %+v, want a draft", all)
	}
	version := fmt.Sprint(r.order(at).Version)
	r.send(at+"/booked", url.Values{"version": {version}, "sure": {"yes"}}).wants(t, http.StatusSeeOther)
	if all := r.bookings(at); all[0].Stage != ad.Booked {
		t.Errorf("it is %s, want booked", all[0].Stage)
	}
}

func TestTwoBookingsOfOneOrderDoNotSellOnePositionTwice(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	r.send(at+"/bookings", with2(r.typed(), "promise", "flat", "do", "save")).wants(t, http.StatusSeeOther)
	r.send(at+"/bookings", with2(r.typed(), "promise", "flat", "first", r.day(10), "last", r.day(12), "do", "save")).wants(t, http.StatusSeeOther)
	version := fmt.Sprint(r.order(at).Version)
	r.send(at+"/booked", url.Values{"version": {version}}).wants(t, http.StatusConflict, "Two bookings of this order are promised more of one position than there is")
}

func TestWhatRunsIsChangedPausedAndTakenBack(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	r.book(at, r.typed()).wants(t, http.StatusSeeOther)
	r.Pass(48 * time.Hour)
	b := r.bookings(at)[0]
	change := func(more ...string) url.Values {
		b = r.bookings(at)[0]
		return with2(with2(r.typed(), "first", b.First, "last", b.Last, "id", fmt.Sprint(b.ID), "version", fmt.Sprint(b.Version), "do", "save"), more...)
	}
	r.send(at+"/bookings", change("last", r.day(20))).wants(t, 422, "It is booked: say why it is changed.")
	r.send(at+"/bookings", change("place", "foot", "why", "cheaper")).wants(t, 422, "It has begun, and this cannot change any more.")
	got := r.send(at+"/bookings", change("last", r.day(20), "why", "June wants more"))
	got.wants(t, http.StatusSeeOther)
	r.page(got.Header.Get("Location")).wants(t, 200, "is changed, and in force", "Undo</button>")
	stage := func(do string) answer {
		b = r.bookings(at)[0]
		return r.send(fmt.Sprintf("/newsroom/sales/bookings/%d/stage", b.ID), url.Values{"do": {do}, "version": {fmt.Sprint(b.Version)}})
	}
	for _, step := range []struct {
		do   string
		want ad.Stage
	}{{"pause", ad.Paused}, {"resume", ad.Booked}, {"cancel", ad.Cancelled}, {"undo", ad.Booked}} {
		stage(step.do).wants(t, http.StatusSeeOther)
		if b := r.bookings(at)[0]; b.Stage != step.want {
			t.Errorf("after %s it is %s", step.do, b.Stage)
		}
	}
	stage("bake").wants(t, 422)
	r.send(fmt.Sprintf("/newsroom/sales/bookings/%d/stage", b.ID), url.Values{"do": {"pause"}, "version": {"1"}}).wants(t, http.StatusConflict, "Somebody changed this while you looked.")
	r.page(fmt.Sprintf("/newsroom/sales/bookings/%d", b.ID)).wants(t, 200, "It was made: 1 in 3 views", "It was booked.", "“June wants more”", "<dt>When</dt>", "It was paused.", "It went on.", "It was cancelled.", "That it was cancelled was taken back.", "Mara Lindqvist")
	r.page("/newsroom/audit?act=ad.booking.pause").wants(t, 200, "Booking paused", "The booking")
}

func TestTwoWhoTypeIntoOneBookingAreBothHeard(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	r.send(at+"/bookings", with2(r.typed(), "do", "save")).wants(t, http.StatusSeeOther)
	b := r.bookings(at)[0]
	mine := with2(r.typed(), "id", fmt.Sprint(b.ID), "version", fmt.Sprint(b.Version), "do", "save")
	r.send(at+"/bookings", with2(r.typed(), "id", fmt.Sprint(b.ID), "version", fmt.Sprint(b.Version), "do", "save", "share", "2")).wants(t, http.StatusSeeOther)
	mine.Set("price", "350")
	r.send(at+"/bookings", mine).wants(t, http.StatusConflict, "Mara Lindqvist changed this while you looked.", "theirs is <q>1 in 2 views</q>, yours is <q>1 in 3 views</q>", `value="350"`)
	if got := r.bookings(at)[0]; got.Share != 2 || got.Price != 400_00 {
		t.Errorf("1 in %d at %d stands, want theirs", got.Share, got.Price)
	}
	r.send(at+"/booked", url.Values{"version": {"1"}}).wants(t, http.StatusConflict, "Somebody changed this order while you looked.")
}

func TestAClickOnTheMonthChoosesDays(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	chosen := func(form url.Values, first, last string) {
		t.Helper()
		got := r.send(at+"/bookings", form)
		got.wants(t, 200, fmt.Sprintf(`id="first" name="first" type="date" value="%s"`, first), fmt.Sprintf(`id="last" name="last" type="date" value="%s"`, last))
	}
	chosen(with2(r.typed(), "first", "", "last", "", "day", r.day(3)), r.day(3), r.day(3))
	chosen(with2(r.typed(), "first", r.day(3), "last", r.day(3), "day", r.day(8)), r.day(3), r.day(8))
	chosen(with2(r.typed(), "first", r.day(3), "last", r.day(8), "day", r.day(5)), r.day(5), r.day(5))
	chosen(with2(r.typed(), "first", r.day(3), "last", r.day(3), "day", r.day(2)), r.day(2), r.day(2))
	r.send(at+"/bookings", with2(r.typed(), "turn", "2025-08")).wants(t, 200, "August 2025", `name="turn" value="2025-07"`, `name="turn" value="2025-09"`)
	r.send(at+"/bookings", with2(r.typed(), "turn", "1999-01")).wants(t, 200, "June 2025")
}

func TestTheHouseBooksWithoutAnOrder(t *testing.T) {
	r := open(t)
	r.page("/newsroom/sales/house").wants(t, 200, "Nothing of the house yet")
	r.page("/newsroom/sales/house?booking=new").wants(t, 200, "Put it on the pages", `<option value="house" selected>`)
	form := with2(r.typed(), "promise", "house", "do", "save")
	form.Del("price")
	r.send("/newsroom/sales/house/bookings", form).wants(t, http.StatusSeeOther)
	all, err := r.Ads.Bookings(t.Context(), 0)
	if err != nil || len(all) != 1 || all[0].Stage != ad.Booked || all[0].Promise != ad.House {
		t.Errorf("the house has %+v, %v", all, err)
	}
}

func TestACancelledOrderIsTakenBackFromItsPage(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	r.book(at, r.typed()).wants(t, http.StatusSeeOther)
	version := func() string { return fmt.Sprint(r.order(at).Version) }
	r.send(at+"/cancellation", url.Values{"version": {"1"}}).wants(t, http.StatusConflict)
	r.send(at+"/cancellation", url.Values{"version": {version()}, "why": {"bankrupt"}}).wants(t, http.StatusSeeOther)
	r.page(at).wants(t, 200, "cancelled", "Take the cancelling back")
	r.page(at+"/confirmation").wants(t, 200, "Order 2025-1, cancelled")
	r.send(at+"/cancellation", url.Values{"version": {version()}, "do": {"revive"}}).wants(t, http.StatusSeeOther)
	if b := r.bookings(at)[0]; b.Stage != ad.Booked {
		t.Errorf("it is %s", b.Stage)
	}
}

func TestAnAuditorReadsWhatIsSoldAndChangesNothing(t *testing.T) {
	r := open(t)
	at := r.begin("Alder Motors")
	r.book(at, r.typed()).wants(t, http.StatusSeeOther)
	r.be(staff.Auditor)
	for _, path := range []string{"/newsroom/sales", at, at + "/confirmation", "/newsroom/sales/orders", "/newsroom/sales/buyers", "/newsroom/sales/house"} {
		got := r.page(path)
		got.wants(t, 200)
		for _, button := range []string{"Book it", "Begin the order", "Cancel the order", ">Pause<", ">Save", ">Add<"} {
			if strings.Contains(main(got.body), button) {
				t.Errorf("%s offers an auditor %q", path, button)
			}
		}
	}
	r.send(at+"/bookings", r.typed()).wants(t, http.StatusForbidden)
	r.be(staff.Reporter)
	r.page("/newsroom/sales").wants(t, http.StatusForbidden)
}

func TestAnAdvertiserIsKeptWithWhomOneSpeaksTo(t *testing.T) {
	r := open(t)
	form := url.Values{"name": {"Bay Brewing"}, "address": {"4 Dock Road\nAlder Bay"}, "contact-0-name": {"Ray"}, "contact-0-mail": {"nonsense"}}
	r.send("/newsroom/sales/buyers", form).wants(t, 422, "This is no e-mail address.", `value="nonsense"`, "4 Dock Road")
	form.Set("contact-0-mail", "ray@brewing.example")
	got := r.send("/newsroom/sales/buyers", form)
	got.wants(t, http.StatusSeeOther)
	at := strings.Split(got.Header.Get("Location"), "?")[0]
	r.page(at).wants(t, 200, "ray@brewing.example", "Another person", "No order yet.")
	r.send(at, url.Values{"version": {"1"}, "name": {"Bay Brewery"}, "contact-0-name": {"Ray"}}).wants(t, http.StatusSeeOther)
	r.send(at, url.Values{"version": {"1"}, "name": {"Bay Beer"}}).wants(t, http.StatusConflict, "Somebody changed this while you looked.", `value="Bay Beer"`)
	r.send(at, url.Values{"do": {"order"}}).wants(t, http.StatusSeeOther)
	r.page("/newsroom/sales/buyers?find=brewery").wants(t, 200, "Bay Brewery", "2025-1, 17 Jun 2025")
	r.page("/newsroom/sales/buyers?find=xyz").wants(t, 200, "No advertiser of that name.")
}

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]string{"7-9": "7–9", "7–9, 17-19": "7–9, 17–19", "7": "7–8", "0-24": "0–24", "": "", "8 to 10": "8–10"} {
		hours, ok := hoursOf(typed)
		if got := hourSpans(hours); !ok || got != want {
			t.Errorf("%q is %q, %v; want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"25", "9-7", "x", "-1", "7-7", "7-25", "1-2-3"} {
		if hours, ok := hoursOf(typed); ok {
			t.Errorf("%q is taken as %v", typed, hours)
		}
	}
}
