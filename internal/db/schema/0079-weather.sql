-- What a provider of the weather said of a place, and when it may be asked again. source is both: "met 40.7128,-74.006".
-- report is the last good answer (JSON), whole_at when it came, good_at when it was last confirmed; modified is the provider's own
-- Last-Modified. free_at is the moment before which the provider does not want to be asked, next_at the one at which we ask by ourselves:
-- whoever moves it on has claimed the question. status and fault say how the last question ended, fails how often that was badly in a row.
create table weather (
	source text primary key,
	report text not null,
	whole_at bigint not null,
	good_at bigint not null,
	modified text not null,
	free_at bigint not null,
	next_at bigint not null,
	asked_at bigint not null,
	status bigint not null,
	fault text not null,
	fails bigint not null
);
