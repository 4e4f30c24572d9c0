package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lede/internal/db"
)

// server is where fresh databases are made, and the migrated one they are copied from.
type server struct {
	mu       sync.Mutex
	url      *url.URL
	template string
	made     int
}

// theServer is started by the first test of the process that needs it.
var theServer = sync.OnceValues(func() (*server, error) {
	where := os.Getenv("LEDE_TEST_POSTGRES_URL")
	if where == "" {
		var err error
		if where, err = ownCluster(); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(where)
	if err != nil {
		return nil, fmt.Errorf("LEDE_TEST_POSTGRES_URL: %w", err)
	}
	s := &server{url: u, template: fmt.Sprintf("lede_%d_%d", os.Getpid(), time.Now().UnixNano())}
	return s, s.prepare(context.Background())
})

// Postgres gives the address of a fresh database on PostgreSQL that goes when the test ends. See Each for where it comes from.
func Postgres(t testing.TB) string {
	t.Helper()
	s, err := theServer()
	if errors.Is(err, errAbsent) && os.Getenv("LEDE_TEST_POSTGRES") != "required" {
		t.Skipf("not tried on PostgreSQL: %v", err)
	}
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	name, err := s.fresh(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.do(context.Background(), `drop database `+name+` with (force)`); err != nil {
			t.Error(err)
		}
	})
	return s.at(name)
}

// prepare makes the template: an empty database ordered as Lede needs it, with the schema in place.
func (s *server) prepare(ctx context.Context) error {
	err := s.do(ctx, `create database `+s.template+` template template0 encoding 'UTF8' locale 'C.UTF-8'`)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, s.at(s.template))
	if err != nil {
		return err
	}
	return d.Close()
}

func (s *server) fresh(ctx context.Context) (name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	name = fmt.Sprintf("%s_%d", s.template, s.made)
	return name, s.do(ctx, `create database `+name+` template `+s.template+` strategy file_copy`)
}

func (s *server) at(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

func (s *server) do(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
