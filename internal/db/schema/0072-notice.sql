-- What readers report to the paper about comments (Regulation (EU) 2022/2065, article 16). mark is a digest of whoever reported: one
-- report of each comment by each. state is open, upheld or dismissed; verdict_id is the verdict that decided it.
create table notice (
	id $ID,
	comment_id bigint not null,
	mark text not null,
	at bigint not null,
	reason text not null,
	text text not null,
	name text not null,
	lang text not null,
	owner text not null,
	prefix text not null,
	mail text not null,
	mail_sealed text not null,
	reader_id bigint not null,
	state text not null,
	decided_at bigint,
	decided_by bigint not null default 0,
	verdict_id bigint not null default 0,
	why text not null default '',
	told bigint not null default 0
);

create unique index notice_once on notice (comment_id, mark);
create index notice_state on notice (state, at);
create index notice_at on notice (at);
create index notice_owner on notice (owner, at) where owner <> '';
create index notice_prefix on notice (prefix, at) where prefix <> '';
create index notice_mail on notice (mail) where mail <> '';
create index notice_reader on notice (reader_id) where reader_id <> 0;
create index notice_verdict on notice (verdict_id) where verdict_id <> 0;

-- Against what was decided (article 20). about names the decision, each of which can be appealed once: "verdict 7", "guard 7" (of a
-- comment), "notice 7" (by whoever reported). against is who decided; same tells that for want of another the same person decided again.
create table appeal (
	id $ID,
	comment_id bigint not null,
	notice_id bigint not null,
	about text not null unique,
	at bigint not null,
	text text not null,
	against bigint not null,
	state text not null,
	decided_at bigint,
	decided_by bigint not null default 0,
	same bigint not null default 0,
	note text not null default ''
);

create index appeal_state on appeal (state, at);
create index appeal_comment on appeal (comment_id);

-- Whether the writer was told of a verdict.
alter table verdict add column told bigint not null default 0;

create index verdict_at on verdict (at);

-- The digests that were sent, one a day of the paper's clock ("2026-11-24"), and until when they told of what is held.
create table digest (
	day text primary key,
	at bigint not null,
	comments bigint not null
);
