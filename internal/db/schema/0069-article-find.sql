-- Staff look for one section's articles of one stage, and for words within what they looked for.
create index article_first_stage on article (section_id, stage, saved_at);

drop index article_word_of;

create index article_word_of on article_word (article_id, word);
