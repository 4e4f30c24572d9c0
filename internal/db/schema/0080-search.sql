-- What is found by which words. A row is an article as the public has it: place orders by publication (see search), head holds the
-- words by which it is ranked, said those it lent to search_word, words all by which it is found, as the index was given them.
create table search_doc (
	place $ID,
	article_id bigint not null unique,
	make bigint not null,
	lang text not null,
	head text not null,
	said text not null,
	words text not null
);

-- The index keeps no text of its own; what is taken out of it is overwritten at once.
$SQLITE create virtual table search_index using fts5(words, content='', tokenize='ascii');
$SQLITE insert into search_index (search_index, rank) values ('secure-delete', 1);

$POSTGRES alter table search_doc add column vector tsvector not null;
$POSTGRES create index search_doc_vector on search_doc using gin (vector);

-- The paper's own words, folded, and as they were first printed: in how many articles they stand.
create table search_word (
	lang text not null,
	word text not null,
	shape text not null,
	n bigint not null,
	primary key (lang, word)
);

-- How far the index has been made anew, by which make.
create table search_make (
	id $ID,
	make bigint not null,
	upto bigint not null,
	done bigint not null
);

insert into search_make (id, make, upto, done) values (1, 0, 0, 0);
