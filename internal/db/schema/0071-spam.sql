-- What was learned of spam. trait is a keyed digest of a word or feature: no word of anybody stands here. spam and ham count the
-- decided comments it stood in.
create table spam_trait (
	trait $ID,
	spam bigint not null,
	ham bigint not null
);

-- How many decisions of each kind were learned from; turn counts all changes, so that a node sees that there was one. One row.
create table spam_total (
	id $ID,
	turn bigint not null,
	spam bigint not null,
	ham bigint not null
);

-- Which comments taught, and what: 1 that they are spam, 0 that they are not.
create table spam_lesson (
	comment_id $ID,
	spam bigint not null
);
