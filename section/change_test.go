package section_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lede/article"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/section"
)

func leadsTo(t *testing.T, p *ledetest.Paper, from, to string) {
	t.Helper()
	var moved fault.Moved
	if _, err := p.Papers.At(t.Context(), from); !errors.As(err, &moved) || moved.To != to {
		t.Errorf("%s: %v, wanted to be led to %s", from, err, to)
	}
}

func recorded(t *testing.T, p *ledetest.Paper, act string) {
	t.Helper()
	if list, err := p.Audit.List(t.Context(), audit.Filter{Act: act}); err != nil || len(list) == 0 {
		t.Errorf("nothing is recorded as %s; %v", act, err)
	}
}

func TestSectionIsRenamedAndItsAddressLeadsOn(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		for _, slug := range []string{"planet", "globe", "world"} { // and back to its first
			tree, err := p.Sections.Tree(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			world, _ := tree.Get(p.World.ID)
			former := world.Path()
			world.Slug, world.Names = slug, map[string]string{"en": "The " + slug, "ar": "  "}
			if err := p.Sections.Change(t.Context(), world, p.Now()); err != nil {
				t.Fatal(err)
			}
			leadsTo(t, p, former, "/"+slug)
			if err := p.Sections.Change(t.Context(), world, p.Now()); !errors.Is(err, fault.Conflict) {
				t.Errorf("a stale change gives %v", err)
			}
		}
		leadsTo(t, p, "/planet", "/world")
		leadsTo(t, p, "/globe", "/world")
		tree, _ := p.Sections.Tree(t.Context())
		if world, _ := tree.Get(p.World.ID); world.Names["en"] != "The world" || len(world.Names) != 1 {
			t.Errorf("it is called %v", world.Names)
		}
		world, _ := tree.Get(p.World.ID)
		world.Slug = "harbor"
		if err := p.Sections.Change(t.Context(), world, p.Now()); !errors.As(err, new(fault.Form)) {
			t.Errorf("another's address gives %v", err)
		}
		recorded(t, p, "section.set")
	})
}

func order(t *testing.T, p *ledetest.Paper, parent int64) string {
	t.Helper()
	tree, err := p.Sections.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range tree.Below(parent) {
		all = append(all, s.Slug)
	}
	return strings.Join(all, " ")
}

func TestSectionsAreArranged(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		arrange := func(s section.Section, parent, before int64) error {
			tree, err := p.Sections.Tree(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			now, _ := tree.Get(s.ID)
			return p.Sections.Arrange(t.Context(), s.ID, now.Version, parent, before, p.Now())
		}
		before := order(t, p, 0)
		if err := arrange(p.Opinion, 0, p.World.ID); err != nil {
			t.Fatal(err)
		}
		if got := order(t, p, 0); strings.Index(got, "opinion") > strings.Index(got, "world") {
			t.Errorf("%s became %s", before, got)
		}
		if err := arrange(p.World, 0, 0); err != nil {
			t.Fatal(err)
		}
		if got := order(t, p, 0); !strings.HasSuffix(got, "world") {
			t.Errorf("put last, it is %s", got)
		}
		if err := arrange(p.World, p.Ferries.ID, 0); err != nil {
			t.Fatal(err)
		}
		for name, parent := range map[string]int64{"itself": p.Harbor.ID, "its child": p.Ferries.ID, "its grandchild": p.World.ID, "nothing": 1} {
			if err := arrange(p.Harbor, parent, 0); !errors.As(err, new(fault.Form)) {
				t.Errorf("under %s: %v", name, err)
			}
		}
		if err := p.Sections.Arrange(t.Context(), p.World.ID, 1, 0, 0, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a stale arrangement gives %v", err)
		}
		recorded(t, p, "section.move")
	})
}

func listed(t *testing.T, p *ledetest.Paper, of int64) []int64 {
	t.Helper()
	rows, err := p.DB.Read().QueryContext(t.Context(), `select article_id from listed where of_id = $1 order by article_id`, of)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		all = append(all, id)
	}
	return all
}

func TestArticlesFollowTheirSection(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		text := p.Text("Fares Rise")
		text.Sections = []int64{p.Ferries.ID}
		a := p.Publish(text)
		p.Settle()
		tree, err := p.Sections.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ferries, _ := tree.Get(p.Ferries.ID)
		if err := p.Sections.Arrange(t.Context(), ferries.ID, ferries.Version, p.World.ID, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		p.Settle()
		if in := listed(t, p, p.World.ID); !slices.Contains(in, a.ID) {
			t.Error("the section above does not list it")
		}
		if in := listed(t, p, p.Harbor.ID); slices.Contains(in, a.ID) {
			t.Error("the section that was above still lists it")
		}
	})
}

func topic(t *testing.T, p *ledetest.Paper, slug, name string, others ...string) section.Topic {
	t.Helper()
	made, err := p.Sections.AddTopic(t.Context(), section.Topic{Slug: slug, Kind: "person", Names: map[string]string{"en": name}, OtherNames: others}, p.Now())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestMergedTopicsAreOne(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		kept := topic(t, p, "ana-souza", "Ana Souza", "A. Souza")
		lost := topic(t, p, "a-de-souza", "Ana de Souza", "A. Souza", "Dona Ana")
		older := topic(t, p, "souza", "Souza")
		write := func(headline string, topics ...int64) article.Article {
			text := p.Text(headline)
			text.Topics = topics
			return p.Publish(text)
		}
		one, both := write("One", lost.ID), write("Both", kept.ID, lost.ID)
		draft := p.Text("Draft")
		draft.Topics = []int64{older.ID}
		unseen := p.Write(draft)
		for _, m := range [][2]int64{{older.ID, lost.ID}, {lost.ID, kept.ID}} {
			if err := p.Sections.MergeTopics(t.Context(), m[0], m[1], p.Now()); err != nil {
				t.Fatal(err)
			}
		}
		p.Settle()
		leadsTo(t, p, "/a-de-souza", "/ana-souza")
		leadsTo(t, p, "/souza", "/ana-souza")
		now, err := p.Sections.Topic(t.Context(), older.ID)
		if err != nil || now.ID != kept.ID || strings.Join(now.OtherNames, ", ") != "A. Souza, Ana de Souza, Dona Ana, Souza" {
			t.Errorf("it is %+v, %v", now, err)
		}
		if in := listed(t, p, kept.ID); !slices.Contains(in, one.ID) || !slices.Contains(in, both.ID) {
			t.Errorf("it lists %v", in)
		}
		if in := listed(t, p, lost.ID); len(in) > 0 {
			t.Errorf("the lost one still lists %v", in)
		}
		if got := p.Article(both.ID).Topics; !slices.Equal(got, []int64{kept.ID}) {
			t.Errorf("an article about both is about %v", got)
		}
		if got := p.Article(unseen.ID).Topics; !slices.Equal(got, []int64{kept.ID}) {
			t.Errorf("a draft is about %v", got)
		}
		if err := p.Sections.MergeTopics(t.Context(), lost.ID, kept.ID, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("merged twice: %v", err)
		}
		if err := p.Sections.MergeTopics(t.Context(), kept.ID, kept.ID, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("merged with itself: %v", err)
		}
		if err := p.Sections.RemoveTopic(t.Context(), kept.ID, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("one that articles are about is removed: %v", err)
		}
		recorded(t, p, "topic.merge")
	})
}

func TestTopicIsChangedFoundAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		jose := topic(t, p, "jose", "José Ávila", "Pepe")
		topic(t, p, "avila-port", "Port of Ávila")
		topic(t, p, "zed", "Zed")
		for find, want := range map[string]string{"": "jose avila-port zed", "AVILA": "jose avila-port", "jose": "jose", "pepe": "jose", "nobody": "", "po": "avila-port"} {
			list, more, err := p.Sections.FindTopics(t.Context(), section.Search{Find: find, Limit: 10})
			if err != nil || more {
				t.Fatal(more, err)
			}
			var got []string
			for _, topic := range list {
				got = append(got, topic.Slug)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %v, wanted %s", find, got, want)
			}
		}
		if list, more, _ := p.Sections.FindTopics(t.Context(), section.Search{Limit: 1, After: 1}); !more || len(list) != 1 || list[0].Slug != "avila-port" {
			t.Errorf("the second is %v, more %v", list, more)
		}
		jose.Slug, jose.Kind, jose.OtherNames = "jose-avila", "subject", []string{" Pepe ", "", "Pepe", "Chepe"}
		if err := p.Sections.ChangeTopic(t.Context(), jose, p.Now()); err != nil {
			t.Fatal(err)
		}
		leadsTo(t, p, "/jose", "/jose-avila")
		if err := p.Sections.ChangeTopic(t.Context(), jose, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a stale change gives %v", err)
		}
		now, err := p.Sections.Topic(t.Context(), jose.ID)
		if err != nil || now.Kind != "subject" || strings.Join(now.OtherNames, ",") != "Pepe,Chepe" {
			t.Errorf("it is %+v, %v", now, err)
		}
		if err := p.Sections.RemoveTopic(t.Context(), jose.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		leadsTo(t, p, "/jose-avila", "/")
		if _, err := p.Sections.Topic(t.Context(), jose.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("removed, it is still there: %v", err)
		}
	})
}
