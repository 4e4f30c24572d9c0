package staff

import "slices"

// Role is what somebody does at the paper; a person may have several.
type Role string

// The roles, from the one that may all to the one that changes nothing.
const (
	Publisher   Role = "publisher"
	Editor      Role = "editor"
	Reporter    Role = "reporter"
	Contributor Role = "contributor"
	Moderator   Role = "moderator"
	AdManager   Role = "ad manager"
	Auditor     Role = "auditor"
)

// Roles are all roles, in the order in which they are shown.
func Roles() []Role {
	return []Role{Publisher, Editor, Reporter, Contributor, Moderator, AdManager, Auditor}
}

// Act is what somebody does to an Object.
type Act string

// The acts.
const (
	Read     Act = "read"
	Write    Act = "write"    // make, and change one's own or anybody's
	File     Act = "file"     // hand in, and take back what was handed in
	Ready    Act = "ready"    // say that it may go out
	Assign   Act = "assign"   // who does it until when
	Publish  Act = "publish"  // now, later, under embargo
	Amend    Act = "amend"    // update, clarify, correct what is published
	Withdraw Act = "withdraw" // from the public
	Redact   Act = "redact"   // by law
	Delete   Act = "delete"
	Code     Act = "code"   // put free code into a text
	Manage   Act = "manage" // invite, give roles, dismiss
	Judge    Act = "judge"  // show, refuse, undo, pin
)

// Object is what is acted on.
type Object string

// The objects.
const (
	Articles Object = "article"
	Notes    Object = "note"
	Pictures Object = "picture"
	Front    Object = "front"
	Paper    Object = "paper"
	Sections Object = "section"
	Topics   Object = "topic"
	People   Object = "staff"
	Self     Object = "account" // one's own name, sign-in and sessions
	Audit    Object = "audit"
	Backups  Object = "backup"
	Comments Object = "comment"
	Readers  Object = "reader"  // accounts, measures against persons, what is kept of them
	Ads      Object = "ad"      // advertisers, orders, bookings, ads, reports
	Selling  Object = "selling" // what the paper has decided about positions, prices and who approves
)

// rule is one row of the policy: which roles may do the act to everybody's, and which to their own alone. What is one's own the
// object says: an article that the person began, is assigned to or signs; a picture that the person added.
type rule struct {
	act Act
	on  Object
	any []Role
	own []Role
}

// policy says who may what. What does not stand here is allowed to nobody; a publisher may all that stands here.
var policy = []rule{
	{act: Read, on: Articles, any: []Role{Editor, Reporter, Moderator, AdManager, Auditor}, own: []Role{Contributor}},
	{act: Write, on: Articles, any: []Role{Editor}, own: []Role{Reporter, Contributor}},
	{act: File, on: Articles, any: []Role{Editor}, own: []Role{Reporter, Contributor}},
	{act: Ready, on: Articles, any: []Role{Editor}},
	{act: Assign, on: Articles, any: []Role{Editor}, own: []Role{Reporter}},
	{act: Publish, on: Articles, any: []Role{Editor}},
	{act: Amend, on: Articles, any: []Role{Editor}},
	{act: Withdraw, on: Articles, any: []Role{Editor}},
	{act: Redact, on: Articles},
	{act: Code, on: Articles, any: []Role{Editor}},
	{act: Read, on: Notes, any: []Role{Editor, Reporter, Auditor}, own: []Role{Contributor}},
	{act: Write, on: Notes, any: []Role{Editor, Reporter}, own: []Role{Contributor}},
	{act: Read, on: Pictures, any: []Role{Editor, Reporter, Moderator, AdManager, Auditor}, own: []Role{Contributor}},
	{act: Write, on: Pictures, any: []Role{Editor, Reporter}, own: []Role{Contributor}},
	{act: Delete, on: Pictures, any: []Role{Editor}, own: []Role{Reporter}},
	{act: Redact, on: Pictures},
	{act: Read, on: Front, any: []Role{Editor, Reporter, Auditor}},
	{act: Write, on: Front, any: []Role{Editor}},
	{act: Read, on: Paper, any: []Role{Editor, Auditor}},
	{act: Write, on: Paper},
	{act: Read, on: Sections, any: []Role{Editor, Auditor}},
	{act: Write, on: Sections},
	{act: Read, on: Topics, any: []Role{Editor, Reporter, Auditor}},
	{act: Write, on: Topics, any: []Role{Editor}},
	{act: Read, on: People, any: []Role{Editor, Auditor}},
	{act: Manage, on: People},
	{act: Read, on: Audit, any: []Role{Auditor}},
	{act: Read, on: Backups, any: []Role{Auditor}},
	{act: Write, on: Backups},
	{act: Read, on: Comments, any: []Role{Editor, Moderator, Auditor}},
	{act: Judge, on: Comments, any: []Role{Editor, Moderator}},
	{act: Write, on: Comments, any: []Role{Editor, Reporter, Moderator}},
	{act: Manage, on: Comments},
	{act: Read, on: Readers, any: []Role{Moderator, Auditor}},
	{act: Manage, on: Readers, any: []Role{Moderator}},
	{act: Delete, on: Readers},
	{act: Read, on: Ads, any: []Role{AdManager, Auditor}},
	{act: Write, on: Ads, any: []Role{AdManager}},
	{act: Judge, on: Ads, any: []Role{AdManager}},
	{act: Read, on: Selling, any: []Role{AdManager, Auditor}},
	{act: Write, on: Selling},
	{act: Read, on: Self, own: Roles()},
	{act: Write, on: Self, own: Roles()},
}

// Known tells whether the policy says anything of the act on the object: a page that asks for more is a mistake of ours.
func Known(act Act, on Object) bool {
	return slices.ContainsFunc(policy, func(p rule) bool { return p.act == act && p.on == on })
}

// May tells whether somebody with these roles may do this; mine is whether the thing is the person's own.
// What the policy does not name nobody may.
func May(roles []Role, act Act, on Object, mine bool) bool {
	i := slices.IndexFunc(policy, func(p rule) bool { return p.act == act && p.on == on })
	if i < 0 {
		return false
	}
	return slices.ContainsFunc(roles, func(r Role) bool { return policy[i].grants(r, mine) })
}

func (p rule) grants(r Role, mine bool) bool {
	return r == Publisher && (mine || p.on != Self) || slices.Contains(p.any, r) || mine && slices.Contains(p.own, r)
}
