package ledetest

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
)

// crowdWords are what a Crowd talks with.
var crowdWords = strings.Fields(`the of and to a in that it is was for on are as with they be at one have this from by hot but what some we can out other were all
	there when up use your how said an each she which do their time if will way about many then them write would like so these her long make thing see him two has
	look more day could go come did number sound no most people my over know water than call first who may down side been now find any new work part take get place
	made live where after back little only round man year came show every good me give our under name very through just form sentence great think say help low line
	differ turn cause much mean before move right boy old too same tell does set three want air well also play small end put home read hand port large spell add even
	land here must big high such follow act why ask men change went light kind off need house picture try us again animal point mother world near build self earth
	father ferry harbor county council pier fares commuters yesterday mayor timetable island bridge tunnel editor honestly ridiculous wrong agree disagree thanks`)

// Crowd puts comments under an article at once, past every guard, as a busy day leaves them: so many first ones a second apart, all
// shown, and so many replies to them or to each other, in the lengths and with the words that people use.
func (p *Paper) Crowd(article int64, first, replies int) {
	p.T.Helper()
	r := rand.New(rand.NewPCG(7, 11))
	begun := p.Now().Add(-time.Duration(first+replies) * time.Second)
	type row struct {
		id, root, parent int64
		depth            int
		at               time.Time
	}
	rows := make([]row, 0, first+replies)
	below := map[int64]int{}
	for i := range first + replies {
		c := row{id: db.NewID(), at: begun.Add(time.Duration(i) * time.Second)}
		c.root = c.id
		if i >= first {
			to := rows[r.IntN(len(rows))]
			c.root, c.parent, c.depth = to.root, to.id, to.depth+1
			below[c.root]++
		}
		rows = append(rows, c)
	}
	p.must(p.DB.Tx(context.Background(), func(ctx context.Context, q db.Q) error {
		const columns, together = 10, 500
		for len(rows) > 0 {
			some := rows[:min(together, len(rows))]
			rows = rows[len(some):]
			var values []string
			var args []any
			for i, c := range some {
				values = append(values, `(`+db.Places(i*columns+1, columns)+`, 1, 'shown', '', 'en', '', '', '', '', 0, 0, '', '[]', '', 0, 1)`)
				args = append(args, c.id, article, c.root, c.parent, c.depth, db.Micros(c.at), db.Micros(c.at), crowdName(r), crowdText(r), below[c.id])
			}
			if _, err := q.ExecContext(ctx, `insert into comment (id, article_id, root_id, parent_id, depth, at, shown_at, name, text, below,
				version, state, site, lang, owner, prefix, mail, mail_sealed, reader_id, staff_id, said, reasons, why, score, standing) values `+strings.Join(values, ","), args...); err != nil {
				return err
			}
		}
		_, err := q.ExecContext(ctx, `insert into thread (article_id, shown, roots) values ($1, $2, $3)`, article, first+replies, first)
		return err
	}))
}

func crowdName(r *rand.Rand) string {
	first := []string{"Harold", "Ines", "Maya", "Tom", "Ruth", "Amir", "Layla", "Joan", "Pete", "Wanda", "Björn", "Chloé", "عمر"}
	return first[r.IntN(len(first))] + " " + string(rune('A'+r.IntN(26))) + "." + strings.Repeat(strconv.Itoa(r.IntN(99)), r.IntN(2))
}

// crowdText has a median of some 200 characters, as comments on news sites do, and now and then some thousands.
func crowdText(r *rand.Rand) string {
	long := int(min(4000, 200*math.Exp(0.9*r.NormFloat64())))
	var b strings.Builder
	for b.Len() < long {
		word := crowdWords[min(r.IntN(len(crowdWords)), r.IntN(len(crowdWords)))]
		switch {
		case b.Len() == 0:
			word = strings.ToUpper(word[:1]) + word[1:]
		case r.IntN(60) == 0:
			b.WriteString(".\n\n")
		case r.IntN(12) == 0:
			b.WriteString(". ")
		case r.IntN(9) == 0:
			b.WriteString(", ")
		default:
			b.WriteString(" ")
		}
		b.WriteString(word)
	}
	return b.String() + "."
}
