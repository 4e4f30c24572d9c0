package comment_test

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/fault"
	"lede/ledetest"
)

var followLink = regexp.MustCompile(`/reader/follow/(\d+)/(yes|end)/([\w-]+)`)

// linkIn is the link of a kind in the last letter to an address.
func linkIn(t *testing.T, box *ledetest.Mailbox, to, kind string) (id int64, key string) {
	t.Helper()
	mails := box.To(to)
	if len(mails) == 0 {
		t.Fatalf("%s got no mail", to)
	}
	for _, m := range followLink.FindAllStringSubmatch(mails[len(mails)-1], -1) {
		if m[2] == kind {
			id, _ = strconv.ParseInt(m[1], 10, 64)
			return id, m[3]
		}
	}
	t.Fatalf("no link to %s in %q", kind, mails[len(mails)-1])
	return 0, ""
}

// follows posts a comment whose replies are to be mailed, and has it shown.
func (k talk) follows(t *testing.T, by comment.Hand, mail string) comment.Comment {
	t.Helper()
	c, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold P.", Text: "Who asked us? " + k.Now().String(), Mail: mail, Follow: true, Origin: "https://narrows.example"}, by, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	if c.State != comment.Shown {
		c = k.judge(t, c, comment.Verdict{To: comment.Shown})
	}
	k.Settle()
	return c
}

func (k talk) answers(t *testing.T, to comment.Comment, name, text string, by comment.Hand) comment.Comment {
	t.Helper()
	c, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Parent: to.ID, Name: name, Text: text}, by, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	if c.State != comment.Shown {
		c = k.judge(t, c, comment.Verdict{To: comment.Shown})
	}
	k.Settle()
	return c
}

func TestWhoFollowsIsMailedEachReplyOnceAfterSayingYes(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.Mailbox()
		mine := k.follows(t, guest(1), "harold@example.org")
		k.answers(t, mine, "Ada", "Before the yes.", guest(2))
		if mails := box.To("harold@example.org"); len(mails) != 1 || strings.Contains(mails[0], "Before") {
			t.Fatalf("before the yes came %q", mails)
		}
		id, key := linkIn(t, box, "harold@example.org", "yes")
		if err := k.Comments.Confirm(t.Context(), id, key, k.Now()); err != nil {
			t.Fatal(err)
		}
		reply := k.answers(t, mine, "Eve\r\nBcc: all@example.org", "They asked \u202e me. See https://bad.example/x and\nmore "+strings.Repeat("and more ", 40), guest(3))
		letters := box.Letters("harold@example.org")
		if len(letters) != 2 {
			t.Fatalf("after the yes there are %d mails, want 2", len(letters))
		}
		told := letters[1]
		if told.Header.Get("Bcc") != "" || strings.Contains(told.Header.Get("Subject"), "Eve") {
			t.Errorf("a name got into the head: %v", told.Header)
		}
		if off := told.Header.Get("List-Unsubscribe"); !strings.HasPrefix(off, "<https://narrows.example/reader/follow/") || told.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("one cannot leave by one click: %q, %q", off, told.Header.Get("List-Unsubscribe-Post"))
		}
		if strings.Contains(told.Text, "bad.example") || strings.Contains(told.Text, "\u202e") || strings.Count(told.Text, "and more") > 20 || !strings.Contains(told.Text, "/comment/"+strconv.FormatInt(reply.ID, 10)) {
			t.Errorf("the mail says %q", told.Text)
		}
		if err := k.Comments.Tell(t.Context(), reply.ID, k.Now()); err != nil {
			t.Fatal(err)
		}
		k.answers(t, mine, "Harold P.", "My own word.", guest(1))
		if n := len(box.To("harold@example.org")); n != 2 {
			t.Errorf("told again, or of one's own reply: %d mails", n)
		}
		id, key = linkIn(t, box, "harold@example.org", "end")
		for range 2 {
			if err := k.Comments.Unfollow(t.Context(), id, key, false); err != nil {
				t.Fatal(err)
			}
		}
		k.answers(t, mine, "Ada", "After it ended.", guest(4))
		if n := len(box.To("harold@example.org")); n != 2 {
			t.Errorf("after it ended there came mail: %d", n)
		}
	})
}

func TestAnAddressConfirmedInThisBrowserOrByTheAccountIsNotAskedAgain(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.Mailbox()
		k.follows(t, guest(1), "harold@example.org")
		id, key := linkIn(t, box, "harold@example.org", "yes")
		if err := k.Comments.Confirm(t.Context(), id, key, k.Now()); err != nil {
			t.Fatal(err)
		}
		k.Pass(time.Minute)
		second := k.follows(t, guest(1), "harold@example.org")
		k.answers(t, second, "Ada", "An answer.", guest(2))
		if n := len(box.To("harold@example.org")); n != 2 {
			t.Errorf("%d mails, want the question and the reply", n)
		}
		k.Pass(time.Minute)
		k.follows(t, guest(5), "harold@example.org")
		if n := len(box.To("harold@example.org")); n != 3 {
			t.Errorf("another browser that types the address is not asked: %d mails", n)
		}
		account := guest(6)
		account.Reader, account.Mail, account.Named = 77, "nora@example.org", "Nora"
		theirs := k.follows(t, account, "")
		k.answers(t, theirs, "Ada", "An answer to Nora.", guest(2))
		if mails := box.To("nora@example.org"); len(mails) != 1 || !strings.Contains(mails[0], "An answer to Nora") {
			t.Errorf("an account got %q", mails)
		}
	})
}

func TestFollowingIsForThoseWhoGiveAnAddressAndAreNotBanned(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.Mailbox()
		var form fault.Form
		_, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold", Text: "Hm.", Follow: true}, guest(1), k.Now())
		if !errors.As(err, &form) || form["mail"] == "" {
			t.Errorf("without an address: %v", err)
		}
		for range 9 {
			k.Pass(time.Minute)
			k.follows(t, guest(1), "victim@example.org")
		}
		if n := len(box.To("victim@example.org")); n != 3 {
			t.Errorf("somebody who never said yes got %d mails in a day, want 3", n)
		}
		id, key := linkIn(t, box, "victim@example.org", "yes")
		if err := k.Comments.Confirm(t.Context(), id, key, k.Now().Add(49*time.Hour)); !errors.Is(err, fault.NotFound) {
			t.Errorf("a yes after two days: %v", err)
		}
		for _, wrong := range []string{"", "AAAA", key + "A"} {
			if err := k.Comments.Confirm(t.Context(), id, wrong, k.Now()); !errors.Is(err, fault.NotFound) {
				t.Errorf("the key %q opens: %v", wrong, err)
			}
		}
		k.Pass(49 * time.Hour)
		if err := k.Comments.Sweep(t.Context(), k.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Comments.Following(t.Context(), id, key); !errors.Is(err, fault.NotFound) {
			t.Errorf("what nobody confirmed is kept: %v", err)
		}
	})
}
