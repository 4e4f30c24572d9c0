package staff

import (
	"testing"
)

func TestEveryRuleIsSaidOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range policy {
		name := string(p.act) + " " + string(p.on)
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
	}
}

func TestPolicyDeniesByDefault(t *testing.T) {
	for _, r := range Roles() {
		if May([]Role{r}, "bake", Articles, true) || May([]Role{r}, Publish, Backups, true) {
			t.Errorf("%s may what nobody thought of", r)
		}
	}
	if May(nil, Read, Articles, true) {
		t.Error("somebody without a role may read drafts")
	}
}

func TestWhoMayWhat(t *testing.T) {
	for _, c := range []struct {
		role Role
		act  Act
		on   Object
		mine bool
		want bool
	}{
		{Publisher, Redact, Articles, false, true},
		{Editor, Redact, Articles, true, false},
		{Editor, Publish, Articles, false, true},
		{Reporter, Write, Articles, true, true},
		{Reporter, Write, Articles, false, false},
		{Contributor, Read, Articles, false, false},
		{Contributor, File, Articles, true, true},
		{Contributor, Ready, Articles, true, false},
		{Auditor, Read, Audit, false, true},
		{Auditor, Write, Articles, true, false},
		{Publisher, Read, Self, false, false},
		{Moderator, Write, Self, true, true},
	} {
		if got := May([]Role{c.role}, c.act, c.on, c.mine); got != c.want {
			t.Errorf("%s may %s %s (mine %v): %v, want %v", c.role, c.act, c.on, c.mine, got, c.want)
		}
	}
	if !May([]Role{Auditor, Reporter}, Write, Articles, true) {
		t.Error("a second role adds nothing")
	}
}
