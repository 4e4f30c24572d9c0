-- By which words staff find an article: those of its kicker, headline and summary, folded in Go.
create table article_word (
	word text not null,
	article_id bigint not null,
	primary key (word, article_id)
);

create index article_word_of on article_word (article_id);

-- 0 until its words were found.
alter table article add column worded bigint not null default 0;

create index article_unworded on article (id) where worded = 0;
