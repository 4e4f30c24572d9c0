package dbtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// errAbsent: there is no PostgreSQL on this machine to start.
var errAbsent = errors.New("there are no PostgreSQL binaries here (apt-get install postgresql)")

// keeper makes a cluster in a folder of its own, runs it, and takes it away again as soon as its standard input ends: when whoever
// holds the other end closes it or dies, however that happens. A file it left unflushed may be lost with the machine: these are tests.
const keeper = `
bin=$1; dir=$2
trap 'kill -QUIT $pid 2>/dev/null; wait; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
"$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions >"$dir/log" 2>&1 || exit 1
"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=300 \
	-c shared_buffers=32MB -c autovacuum=off -c max_wal_size=256MB >>"$dir/log" 2>&1 </dev/null &
pid=$!
cat >/dev/null
`

// ownCluster is a cluster that lives as long as this process.
func ownCluster() (string, error) {
	where, _, err := Start(context.Background())
	return where, err
}

// Start starts a PostgreSQL of its own from local binaries in a temporary folder, reached by a socket in it, and gives its address.
// It ends with stop, or when this process does. Run by root, it runs as the user postgres.
func Start(ctx context.Context) (where string, stop func(), err error) {
	bin, err := binaries()
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "lede-pg-")
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "keeper", bin, dir)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C for the tests must not end the keeper before its work is done
	if err := asPostgres(cmd, dir); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	leash, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	stop = func() { leash.Close(); <-done; os.RemoveAll(dir) }
	where = "postgres:///postgres?user=postgres&host=" + dir
	if err := answers(ctx, where, filepath.Join(dir, "log"), done); err != nil {
		stop()
		return "", nil, err
	}
	held(leash)
	return where, stop, nil
}

// leashes keeps the other ends from being collected, which would close them.
var leashes []io.Closer

func held(c io.Closer) { leashes = append(leashes, c) }

// binaries is the folder of the newest PostgreSQL on this machine.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // Debian's place
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		initdb, err := exec.LookPath("initdb")
		if err != nil {
			return "", errAbsent
		}
		return filepath.Dir(initdb), nil
	}
	version := func(p string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p)))) // a folder without a number is the oldest
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// asPostgres has cmd run as the user postgres when we are root, since PostgreSQL refuses to run as root.
func asPostgres(cmd *exec.Cmd, dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("%w: root needs the user postgres to run it as: %w", errAbsent, err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}

// answers waits until the server takes connections.
func answers(ctx context.Context, where, log string, done <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, where)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-done:
			return fmt.Errorf("PostgreSQL did not start; %s may tell why", log)
		case <-ctx.Done():
			said, _ := os.ReadFile(log)
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
