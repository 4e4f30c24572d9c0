package ad

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/fault"
)

// Sent is a file as somebody sent it. Its name is what they called it.
type Sent struct {
	Name string
	File io.ReadSeeker
}

const adColumns = `a.id, v.version, a.advertiser_id, a.at, v.by_id, a.name, a.form, v.stage, a.shown_version, v.judged_by, v.judged_at, v.why, v.what`

func scanAd(r interface{ Scan(...any) error }) (Ad, error) {
	var a Ad
	var at int64
	var judged sql.NullInt64
	var what string
	err := r.Scan(&a.ID, &a.Version, &a.Advertiser, &at, &a.By, &a.Name, &a.Form, &a.Judgement, &a.ShownVersion, &a.JudgedBy, &judged, &a.Why, &what)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("ad: %w", fault.NotFound)
	}
	if err != nil {
		return a, err
	}
	a.Made = db.Time(at)
	if judged.Valid {
		a.Judged = db.Time(judged.Int64)
	}
	return a, json.Unmarshal([]byte(what), &a.Content)
}

// Ad is an ad as it was last made, be that approved or not; fault.NotFound for none.
func (s *Store) Ad(ctx context.Context, id int64) (Ad, error) {
	return oneAd(ctx, s.db.Read(), id)
}

func oneAd(ctx context.Context, q db.Q, id int64) (Ad, error) {
	return scanAd(q.QueryRowContext(ctx, `select `+adColumns+` from ad a join ad_version v on v.ad_id = a.id and v.version = a.version where a.id = $1`, id))
}

// AdVersion is an ad as it was in one of its versions: its content, who made it and how it was judged. Its name is today's.
func (s *Store) AdVersion(ctx context.Context, id, version int64) (Ad, error) {
	return scanAd(s.db.Read().QueryRowContext(ctx, `select `+adColumns+` from ad a join ad_version v on v.ad_id = a.id where a.id = $1 and v.version = $2`, id, version))
}

// Ads are all ads of an advertiser, the house's for 0, the newest first.
func (s *Store) Ads(ctx context.Context, advertiser int64) ([]Ad, error) {
	return listAds(ctx, s.db.Read(), `where a.advertiser_id = $1 order by a.at desc, a.id desc`, advertiser)
}

// AdsWaiting are all ads that wait for somebody to approve them, the one that waits longest first.
func (s *Store) AdsWaiting(ctx context.Context) ([]Ad, error) {
	return listAds(ctx, s.db.Read(), `where a.stage = 'waiting' order by v.at, a.id`)
}

func listAds(ctx context.Context, q db.Q, where string, args ...any) ([]Ad, error) {
	rows, err := q.QueryContext(ctx, `select `+adColumns+` from ad a join ad_version v on v.ad_id = a.id and v.version = a.version `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Ad
	for rows.Next() {
		a, err := scanAd(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// AdMade is one version of an ad in its history.
type AdMade struct {
	Ad
	At time.Time
}

// AdHistory are all versions of an ad, the newest first; fault.NotFound for none.
func (s *Store) AdHistory(ctx context.Context, id int64) ([]AdMade, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select v.at, `+adColumns+` from ad a join ad_version v on v.ad_id = a.id where a.id = $1 order by v.version desc`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []AdMade
	for rows.Next() {
		var at int64
		a, err := scanAd(before{rows, &at})
		if err != nil {
			return nil, err
		}
		all = append(all, AdMade{a, db.Time(at)})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if all == nil {
		return nil, fmt.Errorf("ad %d: %w", id, fault.NotFound)
	}
	return all, nil
}

// before scans one column more, which stands before the others.
type before struct {
	r interface{ Scan(...any) error }
	a any
}

func (b before) Scan(to ...any) error { return b.r.Scan(append([]any{b.a}, to...)...) }

// MakeAd keeps an ad: a new one, or with a.ID another version of one that was made from a.Version, else it is fault.Conflict. by is
// who made it. Pictures are made to stand in the boxes of the positions, a zip is unpacked. Of the files of a.Version those stay that
// a.Files names, unless another was sent for the same box; a.Files of a new ad are not read, but the size of an HTML page may be said
// in the first.
//
// Where the publisher wants ads approved, the version waits and readers get the last one approved; else they get it at once. What is
// to be mended is a fault.Form by the fields name, link, headline, line, verb, alt, files, advertiser.
func (s *Store) MakeAd(ctx context.Context, a Ad, sent []Sent, by int64, now time.Time) (Ad, error) {
	was, err := s.madeFrom(ctx, &a)
	if err != nil {
		return a, err
	}
	a.tidy()
	if err := a.check(); err != nil {
		return a, err
	}
	vault := "ad/" + strings.ToLower(rand.Text())
	made, err := s.filesOf(ctx, a, was, sent, vault)
	if err == nil {
		a.Files = made
		a, err = s.keepAd(ctx, a, by, now)
	}
	if err != nil {
		return a, errors.Join(err, s.dropFiles(ctx, made, vault))
	}
	return a, nil
}

// madeFrom is the version that a was made from, zero for a new ad. What cannot be changed it takes from there.
func (s *Store) madeFrom(ctx context.Context, a *Ad) (Ad, error) {
	if a.ID == 0 {
		return Ad{}, nil
	}
	was, err := s.Ad(ctx, a.ID)
	if err == nil && was.Version != a.Version {
		err = fmt.Errorf("ad %d: %w", a.ID, fault.Conflict)
	}
	a.Form, a.Advertiser, a.Made, a.ShownVersion = was.Form, was.Advertiser, was.Made, was.ShownVersion
	return was, err
}

// filesOf are the files of a version: what is made of what was sent, under keys below vault, and what stays of the version before.
// After an error too they name what was kept.
func (s *Store) filesOf(ctx context.Context, a, was Ad, sent []Sent, vault string) ([]File, error) {
	stays := slices.DeleteFunc(slices.Clone(was.Files), func(f File) bool {
		return !slices.ContainsFunc(a.Files, func(k File) bool { return k.Name == f.Name })
	})
	put := &putter{s.files, vault, nil}
	switch {
	case len(sent) == 0 && a.Form == HTMLForm:
		return was.Files, needFiles(a.Form, was.Files)
	case a.Form == HTMLForm:
		var size Box
		if len(a.Files) > 0 {
			size = a.Files[0].Box
		}
		err := s.putBundle(ctx, put, sent, size)
		return put.made, err
	}
	if err := s.putPictures(ctx, put, a.Form, sent); err != nil {
		return put.made, err
	}
	for _, f := range stays {
		if !slices.ContainsFunc(put.made, func(m File) bool { return target(m) == target(f) }) {
			put.made = append(put.made, f)
		}
	}
	slices.SortStableFunc(put.made, func(a, b File) int { return b.Width*b.Height - a.Width*a.Height })
	return put.made, needFiles(a.Form, put.made)
}

func needFiles(form Form, files []File) error {
	f := fault.Form{}
	switch {
	case len(files) > 0 || form == NativeForm:
	case form == HTMLForm:
		f["files"] = "Choose a zip, or one HTML file."
	default:
		f["files"] = "Choose a picture: JPEG, PNG, WebP or GIF."
	}
	return f.Err()
}

// putter keeps files below one vault, and remembers which.
type putter struct {
	store blob.Store
	vault string
	made  []File
}

func (p *putter) put(ctx context.Context, f File, r io.Reader) error {
	f.Key = fmt.Sprintf("%s/%d", p.vault, len(p.made))
	if err := p.store.Put(ctx, f.Key, r); err != nil {
		return err
	}
	p.made = append(p.made, f)
	return nil
}

// keepAd writes the rows of a version that is made.
func (s *Store) keepAd(ctx context.Context, a Ad, by int64, now time.Time) (Ad, error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return a, err
	}
	from := a.Version
	a.Version, a.By, a.Judgement, a.Why, a.JudgedBy, a.Judged = from+1, by, Waiting, "", 0, time.Time{}
	act := "ad.change"
	if a.ID == 0 {
		a.ID, a.Made, act = db.NewID(), now, "ad.make"
	}
	if !rules.Approve {
		a.Judgement, a.ShownVersion = Approved, a.Version
	}
	return a, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if from == 0 {
			if err := s.advertiserThere(ctx, q, a.Advertiser); err != nil {
				return err
			}
			_, err := q.ExecContext(ctx, `insert into ad (id, version, at, by_id, advertiser_id, name, form, stage, shown_version) values ($1, 1, $2, $3, $4, $5, $6, $7, $8)`,
				a.ID, db.Micros(now), by, a.Advertiser, a.Name, a.Form, a.Judgement, a.ShownVersion)
			if err != nil {
				return err
			}
		} else {
			done, err := q.ExecContext(ctx, `update ad set version = $1, name = $2, stage = $3, shown_version = $4, judged_by = 0, judged_at = null, why = ''
				where id = $5 and version = $6`, a.Version, a.Name, a.Judgement, a.ShownVersion, a.ID, from)
			if err := changed(done, err); err != nil {
				return err
			}
		}
		return s.addVersion(ctx, q, a, act, now)
	})
}

func (s *Store) addVersion(ctx context.Context, q db.Q, a Ad, act string, now time.Time) error {
	what, err := json.Marshal(a.Content)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `insert into ad_version (ad_id, version, at, by_id, what, stage) values ($1, $2, $3, $4, $5, $6)`, a.ID, a.Version, db.Micros(now), a.By, string(what), a.Judgement)
	return errors.Join(err, audit.Add(ctx, q, now, act, "ad", a.ID, fmt.Sprintf("%s, version %d", a.Name, a.Version)), Changed.Add(ctx, q, 0))
}

// advertiserThere refuses an ad for nobody; 0 is the house.
func (s *Store) advertiserThere(ctx context.Context, q db.Q, id int64) error {
	if id == 0 {
		return nil
	}
	var n int
	err := q.QueryRowContext(ctx, `select count(*) from advertiser where id = $1`, id).Scan(&n)
	if err == nil && n == 0 {
		return fault.Form{"advertiser": "Choose an advertiser that is there."}
	}
	return err
}

// JudgeAd approves a version of an ad, which readers then get, or rejects it with a reason. A version that is no longer the newest, or
// is judged already, is fault.Conflict. Whoever made what is approved may not approve it: anybody who made a version since the last
// that was approved. Then, and for a rejection without a reason, it is a fault.Form for "why".
func (s *Store) JudgeAd(ctx context.Context, id, version int64, ok bool, why string, by int64, now time.Time) (Ad, error) {
	why = strings.TrimSpace(why)
	if !ok && why == "" {
		return Ad{}, fault.Form{"why": "Say why, so that whoever made it can mend it."}
	}
	if len(why) > longest {
		return Ad{}, fault.Form{"why": fmt.Sprintf("At most %d characters, please.", longest)}
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return Ad{}, err
	}
	var a Ad
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if a, err = oneAd(ctx, q, id); err != nil {
			return err
		}
		if a.Version != version || a.Judgement != Waiting {
			return fmt.Errorf("ad %d: %w", id, fault.Conflict)
		}
		a.Judgement, a.Why, a.JudgedBy, a.Judged = Rejected, why, by, now
		act := "ad.reject"
		if ok && rules.Approve {
			if err := madeByAnother(ctx, q, a, by); err != nil {
				return err
			}
		}
		if ok {
			a.Judgement, a.Why, a.ShownVersion, act = Approved, "", version, "ad.approve"
		}
		return judged(ctx, q, a, act, now)
	})
	return a, err
}

// judged writes how a version was judged.
func judged(ctx context.Context, q db.Q, a Ad, act string, now time.Time) error {
	done, err := q.ExecContext(ctx, `update ad set stage = $1, shown_version = $2, judged_by = $3, judged_at = $4, why = $5 where id = $6 and version = $7`,
		a.Judgement, a.ShownVersion, a.JudgedBy, db.Micros(now), a.Why, a.ID, a.Version)
	if err := changed(done, err); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `update ad_version set stage = $1, judged_by = $2, judged_at = $3, why = $4 where ad_id = $5 and version = $6`,
		a.Judgement, a.JudgedBy, db.Micros(now), a.Why, a.ID, a.Version)
	return errors.Join(err, audit.Add(ctx, q, now, act, "ad", a.ID, fmt.Sprintf("%s, version %d", a.Name, a.Version)), Changed.Add(ctx, q, 0))
}

// madeByAnother refuses who made anything of what is to be approved.
func madeByAnother(ctx context.Context, q db.Q, a Ad, by int64) error {
	var n int
	err := q.QueryRowContext(ctx, `select count(*) from ad_version where ad_id = $1 and version > $2 and by_id = $3`, a.ID, a.ShownVersion, by).Scan(&n)
	if err == nil && n > 0 {
		return fault.Form{"why": "You made this ad or changed it. Somebody else approves it."}
	}
	return err
}

// BringBack makes a version of an ad that is one of its older versions again. One that readers had before needs no second approval;
// any other waits as a new one does. from is the newest version the person saw; if there is a newer one it is fault.Conflict.
func (s *Store) BringBack(ctx context.Context, id, version, from, by int64, now time.Time) (Ad, error) {
	old, err := s.AdVersion(ctx, id, version)
	if err != nil {
		return old, err
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return old, err
	}
	a := old
	a.Version, a.By, a.Why, a.JudgedBy, a.Judged = from+1, by, "", 0, time.Time{}
	if !rules.Approve {
		a.Judgement = Approved
	}
	if a.Judgement == Approved {
		a.ShownVersion = a.Version
	} else {
		a.Judgement = Waiting
	}
	return a, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `update ad set version = $1, stage = $2, shown_version = $3, judged_by = 0, judged_at = null, why = '' where id = $4 and version = $5`,
			a.Version, a.Judgement, a.ShownVersion, id, from)
		if err := changed(done, err); err != nil {
			return err
		}
		return s.addVersion(ctx, q, a, "ad.change", now)
	})
}

// RemoveAd removes an ad that no reader can have got and no booking shows, with all its versions; SweepFiles takes its files. Any other stays,
// since what was shown must be shown again when somebody asks: it is a fault.Form for "ad".
func (s *Store) RemoveAd(ctx context.Context, id, version int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		a, err := oneAd(ctx, q, id)
		if err != nil {
			return err
		}
		if a.Version != version {
			return fmt.Errorf("ad %d: %w", id, fault.Conflict)
		}
		var used int
		err = q.QueryRowContext(ctx, `select (select count(*) from booking_ad where ad_id = $1) + (select count(*) from (select 1 from ad_event where ad_id = $1 limit 1) e)`, id).Scan(&used)
		if err != nil {
			return err
		}
		if used > 0 {
			return fault.Form{"ad": "A booking shows it, or readers saw it: it stays, so that it can be shown what they got."}
		}
		for _, statement := range []string{`delete from ad_version where ad_id = $1`, `delete from ad where id = $1`} {
			if _, err := q.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		return errors.Join(audit.Add(ctx, q, now, "ad.remove", "ad", id, a.Name), Changed.Add(ctx, q, 0))
	})
}

// OpenFile opens a file of a version of an ad, by its name; fault.NotFound for none.
func (s *Store) OpenFile(ctx context.Context, ad, version int64, name string) (io.ReadSeekCloser, File, error) {
	a, err := s.AdVersion(ctx, ad, version)
	if err != nil {
		return nil, File{}, err
	}
	i := slices.IndexFunc(a.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return nil, File{}, fmt.Errorf("ad %d, version %d, %q: %w", ad, version, name, fault.NotFound)
	}
	r, _, err := s.files.Open(ctx, a.Files[i].Key)
	return r, a.Files[i], err
}

// undone is the time that is left to take away the files of an ad that was not made.
const undone = 10 * time.Second

// dropFiles takes away what was kept below vault, also when the request that brought it has ended.
func (s *Store) dropFiles(ctx context.Context, files []File, vault string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undone)
	defer cancel()
	var err error
	for _, f := range files {
		if strings.HasPrefix(f.Key, vault+"/") {
			err = errors.Join(err, s.files.Delete(ctx, f.Key))
		}
	}
	return err
}

// filesOrphaned is how long a file may stand of which no version speaks: one that is being made has none yet.
const filesOrphaned = 24 * time.Hour

// SweepFiles deletes the files of ads of which no version speaks: those of removed ads, and of ads that broke off on their way.
func (s *Store) SweepFiles(ctx context.Context, now time.Time) error {
	known := map[string]bool{}
	texts, err := db.Column[string](ctx, s.db.Read(), `select what from ad_version`)
	if err != nil {
		return err
	}
	for _, text := range texts {
		var c Content
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return err
		}
		for _, f := range c.Files {
			known[f.Key] = true
		}
	}
	return s.files.List(ctx, "ad/", func(key string, info blob.Info) error {
		if known[key] || now.Sub(info.Modified) <= filesOrphaned {
			return nil
		}
		return s.files.Delete(ctx, key)
	})
}

// LatestAds are so many ads of all advertisers, those changed last first.
func (s *Store) LatestAds(ctx context.Context, most int) ([]Ad, error) {
	return listAds(ctx, s.db.Read(), `order by v.at desc, a.id desc limit $1`, most)
}

// AdUse is a booking that shows an ad.
type AdUse struct {
	Booking, Order int64
	Stage          Stage
	Place          Place
	First, Last    string
}

// AdUses are the bookings that show an ad, the one that ends last first.
func (s *Store) AdUses(ctx context.Context, id int64) ([]AdUse, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select b.id, b.order_id, b.stage, b.place, b.first_day, b.last_day from booking_ad s join booking b on b.id = s.booking_id
		where s.ad_id = $1 order by b.until_at desc, b.id desc limit 100`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []AdUse
	for rows.Next() {
		var u AdUse
		if err := rows.Scan(&u.Booking, &u.Order, &u.Stage, &u.Place, &u.First, &u.Last); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, rows.Err()
}
