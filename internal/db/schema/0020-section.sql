create table section (
	id $ID,
	version bigint not null,
	parent_id bigint,
	place bigint not null,
	slug text not null unique,
	kind text not null,
	names text not null
);

create table topic (
	id $ID,
	version bigint not null,
	slug text not null unique,
	kind text not null,
	names text not null,
	other_names text not null
);

create table byline (
	id $ID,
	version bigint not null,
	slug text not null unique,
	name text not null,
	names text not null,
	about text not null,
	picture_id bigint not null
);
