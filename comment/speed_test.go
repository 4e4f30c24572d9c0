package comment_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

// BenchmarkPost posts from 32 goroutines, each post with a text of its own, and a new network after every fifteen. The jobs run as in
// the server.
func BenchmarkPost(b *testing.B) {
	for _, mode := range []comment.Mode{comment.ShowAll, comment.HoldFirst} {
		b.Run(string(mode), func(b *testing.B) {
			p := ledetest.Open(b, dbtest.Open(b, dbtest.SQLite(b)))
			on := p.Publish(p.Text("Ferry late again"))
			rules := comment.NewRules()
			rules.Mode = mode
			if err := p.Comments.SetRules(b.Context(), rules, p.Now()); err != nil {
				b.Fatal(err)
			}
			p.Jobs.Start(b.Context())
			defer func() { _ = p.Jobs.Stop(context.Background()) }()
			b.SetParallelism(32 / 2)
			var n atomic.Uint32
			before := spent(b)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					by := comment.Hand{Owner: fmt.Sprint("browser ", i), Addr: network(i / 15)}
					text := fmt.Sprintf("The county never asked us about pier %d, nor about what it costs to keep. It should have.", i)
					if _, err := p.Comments.Post(b.Context(), comment.Draft{Article: on.ID, Name: "Harold P.", Text: text}, by, p.Now()); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
			b.ReportMetric(float64((spent(b)-before).Microseconds())/float64(b.N), "cpu-µs/post")
		})
	}
}

func network(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{127, byte(n >> 8), byte(n), 1})
}

// spent is the time this process has computed so far.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
