package article_test

import (
	"context"
	"strings"
	"testing"

	"lede/article"
	"lede/internal/db"
)

func execOf(statement string) func(context.Context, db.Q) error {
	return func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, statement)
		return err
	}
}

func TestSlug(t *testing.T) {
	for headline, want := range map[string]string{
		"Russia in Talks with Syrian Rebels to Maintain Military Bases": "russia-in-talks-with-syrian-rebels-to-maintain-military-bases",
		"El niño, señor: ¿qué pasa?":                                    "el-nino-senor-que-pasa",
		"Straße & Łódź, Ørsted":                                         "strasse-lodz-orsted",
		"The mayor’s  budget — read":                                    "the-mayors-budget-read",
		"رفع أجرة العبّارات":                                            "",
		"  9–4  ":                                                       "9-4",
	} {
		if got := article.Slug(headline); got != want {
			t.Errorf("%q becomes %q, wanted %q", headline, got, want)
		}
	}
	if got := article.Slug(strings.Repeat("word ", 40)); len(got) > 80 || strings.HasSuffix(got, "-") {
		t.Errorf("a long headline becomes %q", got)
	}
}
