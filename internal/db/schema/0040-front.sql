-- What editors picked for the front, one row a language.
create table front (
	lang text primary key,
	version bigint not null,
	picks text not null,
	changed_at bigint not null
);
