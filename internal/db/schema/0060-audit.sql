-- What was done, by whom: only added to. Each entry's digest covers the one before it.
create table audit (
	n bigint primary key,
	at bigint not null,
	act text not null,
	kind text not null,
	of_id bigint not null,
	actor_id bigint not null,
	actor text not null,
	detail text not null,
	salt text not null,
	body_digest text not null,
	digest text not null
);

create index audit_actor on audit (actor_id, n);

-- How many entries there are and the digest of the last: this table has one row.
create table audit_head (
	id $ID,
	n bigint not null,
	digest text not null
);

insert into audit_head (id, n, digest) values (1, 0, '');
