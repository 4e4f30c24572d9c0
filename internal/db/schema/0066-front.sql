-- Every choice editors made for a front: what stood there before can be put back.
create table front_version (
	lang text not null,
	version bigint not null,
	picks text not null,
	at bigint not null,
	primary key (lang, version)
);

-- What the paper says at once on all its pages, one at a time in a language. Those that are over stay, as history.
create table alert (
	id $ID,
	version bigint not null,
	lang text not null,
	text text not null,
	link text not null,
	begins_at bigint not null,
	ends_at bigint not null,
	added_at bigint not null,
	changed_at bigint not null
);

create index alert_ends on alert (lang, ends_at);
