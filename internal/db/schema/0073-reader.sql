-- Readers who have an account: by an address that they proved. mail is a keyed digest of it, by which it is found; sealed is the
-- address itself.
create table reader (
	id $ID,
	version bigint not null,
	name text not null,
	mail text not null unique,
	sealed text not null,
	lang text not null,
	joined_at bigint not null
);

create table reader_session (
	id $ID,
	hash text not null unique,
	reader_id bigint not null,
	device text not null,
	began_at bigint not null,
	seen_at bigint not null
);

create index reader_session_of on reader_session (reader_id);

-- What was mailed to an address. hash is that of the link and null once it served; browser is that of what the asking browser holds.
-- A link of kind 'data' that was confirmed becomes a proof: hash is then that of what the browser holds instead.
create table reader_link (
	id $ID,
	hash text unique,
	browser text not null,
	kind text not null,
	reader_id bigint not null,
	mail text not null,
	sealed text not null,
	lang text not null,
	asked_at bigint not null,
	ends_at bigint not null
);

create index reader_link_mail on reader_link (mail, asked_at);
