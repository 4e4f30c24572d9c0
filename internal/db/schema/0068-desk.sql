-- What went out since a moment, and which embargoes end, whatever the stage.
create index article_published on article (published_at) where published_at is not null;
create index article_embargo on article (embargo_until) where embargo_until is not null;

-- What is still work, the latest saved last, with what its views count.
create index article_work on article (saved_at, stage, owner_id, words, published_at, (case lead when '{"media":0}' then 0 else 1 end))
	where (case stage when 'published' then 0 when 'withdrawn' then 0 else 1 end) = 1;
drop index article_open;
drop index article_out;
