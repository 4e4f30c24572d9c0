-- The people who sign in to the newsroom. Whoever has left stays, without any way to sign in. What proves who they are is peppered,
-- sealed or hashed with a key that is not in the database.
create table person (
	id $ID,
	version bigint not null,
	email text not null unique,
	name text not null,
	roles text not null,
	byline_id bigint not null,
	lang text not null,
	handle text not null unique,
	password text not null default '',
	totp text not null default '',
	totp_step bigint not null default 0,
	added_at bigint not null,
	joined_at bigint,
	left_at bigint
);

create table passkey (
	id $ID,
	person_id bigint not null,
	credential text not null unique,
	record text not null,
	name text not null,
	added_at bigint not null,
	used_at bigint
);

create index passkey_of on passkey (person_id);

create table recovery (
	person_id bigint not null,
	hash text not null,
	primary key (person_id, hash)
);

create table session (
	id $ID,
	hash text not null unique,
	person_id bigint not null,
	device text not null,
	began_at bigint not null,
	seen_at bigint not null,
	proved_at bigint not null
);

create index session_of on session (person_id);

-- Links that work once: of the setup (person_id 0), of an invitation, of a way back in.
create table link (
	hash text primary key,
	kind text not null,
	person_id bigint not null,
	ends_at bigint not null
);

create index link_of on link (person_id);

-- Who asked to sign in by mail, whether there is such a person or not. browser is what the asking browser holds; link and code
-- are what the mail says.
create table asking (
	id $ID,
	browser text not null unique,
	email text not null,
	origin text not null,
	person_id bigint not null default 0,
	link text unique,
	code text not null default '',
	wrong bigint not null default 0,
	ends_at bigint not null
);

-- What was tried and did not succeed, by what it was tried on.
create table tried (
	what text primary key,
	times bigint not null,
	at bigint not null
);

create index tried_at on tried (at);

-- What served once and may not serve again, until it would no longer serve anyway.
create table spent (
	what text primary key,
	ends_at bigint not null
);

-- A byline that was merged into another stands for that one.
alter table byline add column into_id bigint not null default 0;
