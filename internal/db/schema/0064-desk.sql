-- What is being written, part by part, as it was typed: nothing of it is checked. seq counts the writes of a part; base is the seq
-- from which its last writer (tab) wrote, n how often that tab had written, sent a digest of what it sent. cut is the seq up to which
-- a version of the article holds it, kept the seq up to which only a scrap does. version is the article's version with which the row
-- was last compared, canon a digest of the article's own text of this part at that version.
create table working (
	article_id bigint not null,
	part text not null,
	seq bigint not null,
	value text not null,
	tab text not null,
	by_id bigint not null,
	at bigint not null,
	base bigint not null,
	n bigint not null,
	sent text not null,
	cut bigint not null,
	cut_at bigint not null,
	kept bigint not null,
	version bigint not null,
	canon text not null,
	primary key (article_id, part)
);

create index working_open on working (at) where seq > cut;

-- What a tab wrote while somebody else's text stood in its place, until it is merged.
create table aside (
	article_id bigint not null,
	part text not null,
	tab text not null,
	by_id bigint not null,
	base bigint not null,
	n bigint not null,
	value text not null,
	at bigint not null,
	primary key (article_id, part, tab)
);

-- What could not become a version, as it was, and why.
create table scrap (
	id $ID,
	article_id bigint not null,
	part text not null,
	by_id bigint not null,
	at bigint not null,
	value text not null,
	why text not null,
	beside bigint not null,
	seen bigint not null default 0
);

create index scrap_article on scrap (article_id);
create index scrap_new on scrap (at) where seen = 0;

-- Who writes which part. asked: who asks for it; from: whom it was taken from.
create table hold (
	article_id bigint not null,
	part text not null,
	tab text not null,
	by_id bigint not null,
	since bigint not null,
	at bigint not null,
	asked_tab text not null default '',
	asked_by bigint not null default 0,
	asked_at bigint not null default 0,
	asked_no bigint not null default 0,
	from_tab text not null default '',
	from_by bigint not null default 0,
	primary key (article_id, part)
);

create table presence (
	tab text primary key,
	article_id bigint not null,
	person_id bigint not null,
	part text not null,
	at bigint not null
);

create index presence_article on presence (article_id);

-- What is arranged about an article: until when (as wall time and zone; due is the instant), by whom, how long.
create table work (
	article_id $ID,
	due bigint,
	wall text not null default '',
	zone text not null default '',
	due_by bigint not null default 0,
	target bigint not null default 0,
	target_by bigint not null default 0,
	people_by bigint not null default 0,
	tks bigint not null default 0,
	over bigint not null default 0
);

create index work_due on work (due) where over = 0 and due is not null;

create table assigned (
	article_id bigint not null,
	person_id bigint not null,
	primary key (article_id, person_id)
);

create index assigned_person on assigned (person_id);

create table note (
	id $ID,
	article_id bigint not null,
	under bigint not null,
	block text not null,
	quote text not null,
	text text not null,
	by_id bigint not null,
	at bigint not null,
	done_at bigint,
	done_by bigint not null default 0
);

create index note_article on note (article_id);

create table list_view (
	id $ID,
	person_id bigint not null,
	name text not null,
	filter text not null,
	at bigint not null
);

create index list_view_person on list_view (person_id);

-- The list of work reads these of the article's own table.
create index article_open on article (saved_at) where stage in ('draft', 'filed', 'ready', 'scheduled');
create index article_out on article (published_at) where stage = 'published';

-- What somebody called a version.
create table version_name (
	article_id bigint not null,
	n bigint not null,
	name text not null,
	by_id bigint not null,
	at bigint not null,
	primary key (article_id, n)
);
