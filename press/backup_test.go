package press_test

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/article"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/secret"
	"lede/ledetest"
	"lede/media"
	"lede/press"
)

// illustrated is a paper with three articles, one of them with a picture.
func illustrated(t *testing.T) *ledetest.Paper {
	t.Helper()
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	var b bytes.Buffer
	im := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for i := range im.Pix {
		im.Pix[i] = byte(i * i >> 7)
	}
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	m, err := p.Media.Add(t.Context(), "boat.jpg", &b, media.About{Alt: "A boat"}, p.Now())
	if err != nil {
		t.Fatal(err)
	}
	lead := p.Text("Boat Is Back")
	lead.Lead = article.Picture{Media: m.ID}
	p.Publish(lead)
	p.Publish(p.Text("Fares Rise"))
	p.Write(p.Text("A Draft"))
	p.Settle()
	return p
}

func backedUp(t *testing.T, p *ledetest.Paper) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "paper.tar")
	if err := p.Backup(t.Context(), file, p.Now()); err != nil {
		t.Fatal(err)
	}
	return file
}

// restored opens the paper that a backup makes of an empty folder.
func restored(t *testing.T, file string) *press.Press {
	t.Helper()
	dir := t.TempDir()
	if err := press.Restore(t.Context(), file, dir); err != nil {
		t.Fatal(err)
	}
	files, err := blob.Disk(filepath.Join(dir, press.FilesFolder))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	p, err := press.Open(t.Context(), dbtest.Open(t, filepath.Join(dir, press.DatabaseFile)), files, secret.New(), time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// contents are the rows of all tables that make the paper, and the bytes of all its files.
func contents(t *testing.T, p *press.Press) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range []string{"paper", "address", "section", "byline", "article", "article_version", "article_media", "listed", "media"} {
		rows, err := p.DB.Read().QueryContext(t.Context(), `select * from `+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			row := table
			for _, v := range values {
				row += fmt.Sprintf(" | %v", *v.(*any))
			}
			all[row] = table
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	err := p.Files.List(t.Context(), "", func(key string, _ blob.Info) error {
		f, _, err := p.Files.Open(t.Context(), key)
		if err != nil {
			return err
		}
		defer f.Close()
		text, err := io.ReadAll(f)
		all[key] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRestoredPaperIsTheSamePaper(t *testing.T) {
	p := illustrated(t)
	want, got := contents(t, p.Press), contents(t, restored(t, backedUp(t, p)))
	if len(want) < 15 || !reflect.DeepEqual(got, want) {
		for row := range want {
			if got[row] != want[row] {
				t.Errorf("missing or other: %.120s", row)
			}
		}
		t.Errorf("%d rows and files, want %d", len(got), len(want))
	}
}

func TestBackupUnderWritesIsWhole(t *testing.T) {
	p := illustrated(t)
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	var known []article.Article
	writing.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			a, _, err := p.Articles.Keep(context.Background(), p.Text(fmt.Sprintf("Story %d", i)), "", p.Now())
			if err == nil {
				err = p.Articles.Publish(context.Background(), a.ID, 1, p.Now(), p.Now(), 0)
			}
			if err != nil {
				t.Error(err)
			}
			known = append(known, a)
		}
	})
	file := backedUp(t, p)
	stop()
	writing.Wait()
	there := restored(t, file)
	for _, a := range known {
		if _, err := there.Articles.Get(t.Context(), a.ID); err != nil {
			continue // begun after the copy was made
		}
		if err := there.Articles.Verify(t.Context(), a.ID); err != nil {
			t.Errorf("article %d: %v", a.ID, err)
		}
	}
}

func TestFlippedBitIsFound(t *testing.T) {
	file := backedUp(t, illustrated(t))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		at := r.IntN(len(whole))
		if i < 40 {
			at = len(whole) - 1 - r.IntN(2048) // the seal too
		}
		broken := bytes.Clone(whole)
		broken[at] ^= 1 << r.IntN(8)
		if err := os.WriteFile(file, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := press.VerifyBackup(t.Context(), file); err == nil || !fault.IsInvalid(err) {
			t.Errorf("byte %d of %d: %v", at, len(whole), err)
		}
	}
}

func TestHalfABackupIsRefused(t *testing.T) {
	file := backedUp(t, illustrated(t))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 511, 512, 2048, len(whole) / 2, len(whole) - 2048, len(whole) - 1024, len(whole) - 1} {
		if err := os.WriteFile(file, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := press.Restore(t.Context(), file, dir); err == nil || !fault.IsInvalid(err) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%d of %d bytes: left %v, %v", n, len(whole), left, err)
		}
	}
}

func TestBackupNeverWritesOverAFile(t *testing.T) {
	p := illustrated(t)
	file := filepath.Join(t.TempDir(), "diary.txt")
	if err := os.WriteFile(file, []byte("dear diary"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Backup(t.Context(), file, p.Now()); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "dear diary" {
		t.Errorf("it now holds %q, %v", text, err)
	}
}

func TestBackupHoldsThePaperAndNothingElse(t *testing.T) {
	file := backedUp(t, illustrated(t))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("beside it: %v, %v", left, err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names := tar.NewReader(f)
	for {
		h, err := names.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Name != "database.sqlite" && h.Name != "sha256" && !strings.HasPrefix(h.Name, "files/") {
			t.Errorf("it holds %s", h.Name)
		}
	}
}

func TestRestoreGoesIntoAnEmptyFolderOnly(t *testing.T) {
	file := backedUp(t, illustrated(t))
	for _, c := range []struct {
		there []string
		good  bool
	}{
		{[]string{"lock", "lede.sock"}, true},
		{[]string{"restoring/lede.db", "files/00/half"}, true}, // interrupted
		{[]string{"lede.db"}, false},
		{[]string{"lede.db-wal"}, false}, // it would be taken for the log of the restored database
		{[]string{"pages/a"}, false},
		{[]string{"files/00/a"}, false},
		{[]string{"restoring/lede.db", "lede.db"}, false},
		{[]string{"restoring/lede.db", "letters/a"}, false},
	} {
		dir := t.TempDir()
		for _, name := range c.there {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := press.Restore(t.Context(), file, dir)
		if (err == nil) != c.good {
			t.Errorf("into %v: %v", c.there, err)
		}
		if _, gone := os.Stat(filepath.Join(dir, c.there[0])); !c.good && gone != nil {
			t.Errorf("%v: %v", c.there, gone)
		}
	}
}

func TestNightlyBackupsKeepSevenAndTellTheirAge(t *testing.T) {
	p := illustrated(t)
	dir := filepath.Join(t.TempDir(), "nightly")
	if _, err := press.BackupAge(dir, p.Now()); err == nil {
		t.Error("there is an age without a backup")
	}
	if err := p.Nightly(dir); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		p.Settle()
		p.Pass(24 * time.Hour)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 7 || filepath.Base(left[0]) != "paper-2025-06-19.tar" || filepath.Base(left[6]) != "paper-2025-06-25.tar" {
		t.Errorf("left are %v, %v", left, err)
	}
	for _, file := range left {
		if err := press.VerifyBackup(t.Context(), file); err != nil {
			t.Error(err)
		}
	}
	age, err := press.BackupAge(dir, time.Now().Add(time.Hour))
	if err != nil || age < time.Hour || age > 2*time.Hour {
		t.Errorf("the newest is %v old, %v", age, err)
	}
}

func TestFailedBackupIsSaidLoudly(t *testing.T) {
	p := illustrated(t)
	var said bytes.Buffer
	p.Log = slog.New(slog.NewTextHandler(&said, nil))
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Nightly(filepath.Join(file, "folder")); err != nil {
		t.Fatal(err)
	}
	p.Settle()
	if !strings.Contains(said.String(), "THE NIGHTLY BACKUP FAILED") {
		t.Errorf("it said %q", said.String())
	}
}

func TestInterruptedBackupIsSweptAfterADay(t *testing.T) {
	p := illustrated(t)
	dir := t.TempDir()
	for _, name := range []string{".lede-backup-old", ".lede-backup-new"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	day := p.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, ".lede-backup-old"), day, day); err != nil {
		t.Fatal(err)
	}
	if err := p.Backup(t.Context(), filepath.Join(dir, "paper.tar"), p.Now()); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".lede*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != ".lede-backup-new" {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestPostgresIsBackedUpByItsOwnTools(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.Postgres(t)))
	for _, err := range []error{p.Backup(t.Context(), filepath.Join(t.TempDir(), "a.tar"), p.Now()), p.Nightly(t.TempDir())} {
		if err == nil || !strings.Contains(err.Error(), "pg_dump") {
			t.Errorf("got %v", err)
		}
	}
	if p.DB.Kind() != db.Postgres {
		t.Error("this was not PostgreSQL")
	}
}
