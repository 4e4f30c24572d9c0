-- One database is one paper: this table has one row.
create table paper (
	id $ID,
	version bigint not null,
	settings text not null,
	changed_at bigint not null
);

create table page (
	id $ID,
	version bigint not null,
	slug text not null,
	lang text not null,
	place bigint not null,
	title text not null,
	body text not null,
	changed_at bigint not null,
	unique (slug, lang)
);

-- Every address that was ever given out, and what stands there now.
create table address (
	path text primary key,
	kind text not null,
	of_id bigint not null,
	moved_to text not null default '',
	since bigint not null
);

create index address_kind on address (kind, path);
