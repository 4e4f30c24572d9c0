-- What readers write under articles. root_id is the first comment of its branch (its own id for that one), parent_id what it replies
-- to (0 for a first one). standing is 1 while it stands in the thread: shown, or gone with shown replies below it. below counts the
-- shown replies of a branch, kept on its root. owner, prefix, mail and said are digests: of the cookie of whoever wrote it, of the
-- network it came from, of the address given, of the text. idem makes one comment of a post sent twice.
create table comment (
	id $ID,
	version bigint not null,
	article_id bigint not null,
	root_id bigint not null,
	parent_id bigint not null,
	depth bigint not null,
	state text not null,
	at bigint not null,
	edited_at bigint,
	shown_at bigint,
	judged_at bigint,
	judged_by bigint not null default 0,
	name text not null,
	text text not null,
	site text not null,
	lang text not null,
	owner text not null,
	prefix text not null,
	mail text not null,
	mail_sealed text not null,
	reader_id bigint not null,
	staff_id bigint not null,
	said text not null,
	idem text unique,
	import_key text unique,
	reasons text not null,
	why text not null,
	score bigint not null,
	reports bigint not null default 0,
	standing bigint not null,
	below bigint not null default 0,
	pinned bigint not null default 0,
	featured bigint not null default 0
);

create index comment_roots on comment (article_id, at) where parent_id = 0 and standing = 1;
create index comment_below on comment (root_id, at) where parent_id <> 0 and standing = 1;
create index comment_marked on comment (article_id) where pinned = 1 or featured = 1;
create index comment_state on comment (state, at);
create index comment_reported on comment (at) where reports > 0;
create index comment_article on comment (article_id, at);
create index comment_owner on comment (owner, at) where owner <> '';
create index comment_prefix on comment (prefix, at) where prefix <> '';
create index comment_mail on comment (mail, at) where mail <> '';
create index comment_reader on comment (reader_id, at) where reader_id <> 0;
create index comment_said on comment (said, at);

-- The thread of an article: how many comments it shows, how many branches stand in it, and its own switch over the rules of the paper.
create table thread (
	article_id $ID,
	shown bigint not null,
	roots bigint not null,
	opening text not null default ''
);

-- What was decided about a comment, the newest last; undone ones stay.
create table verdict (
	id $ID,
	comment_id bigint not null,
	at bigint not null,
	by_id bigint not null,
	before text not null,
	after text not null,
	reason text not null,
	note text not null,
	undone bigint not null default 0
);

create index verdict_comment on verdict (comment_id, at);
create index verdict_by on verdict (by_id, at);

-- Who is kept to what: kind is reader, mail, browser or prefix, mark the id or digest.
create table measure (
	id $ID,
	kind text not null,
	mark text not null,
	act text not null,
	at bigint not null,
	until bigint,
	by_id bigint not null,
	comment_id bigint not null,
	reason text not null,
	note text not null,
	lifted_at bigint,
	lifted_by bigint not null default 0
);

create index measure_mark on measure (kind, mark);

-- The rules of the paper for comments; the table has one row. Word lists stand beside it.
create table comment_rules (
	id $ID,
	version bigint not null,
	rules text not null
);

create table word_list (
	id $ID,
	version bigint not null,
	name text not null,
	act text not null,
	terms text not null
);
