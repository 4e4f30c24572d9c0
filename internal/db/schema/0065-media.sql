-- The library. rights_end: the last day on which it may be published newly (YYYY-MM-DD) or ''. formats: what it is served in
-- beside JPEG, tried: what was tried, both as "avif webp". indexed: by which rules its words stand in media_word.
alter table media add column rights_end text not null default '';
alter table media add column formats text not null default '';
alter table media add column tried text not null default '';
alter table media add column added_by bigint not null default 0;
alter table media add column changed_by bigint not null default 0;
alter table media add column indexed bigint not null default 0;
alter table media add column trashed_at bigint;
alter table media add column redacted_at bigint;

create index media_rights on media (rights_end) where rights_end <> '';

create index media_credit on media (credit) where credit <> '' and redacted_at is null and trashed_at is null;

create index media_trash on media (trashed_at) where trashed_at is not null;

-- The folded words of what is said of a picture or file, for the search.
create table media_word (
	word text not null,
	media_id bigint not null,
	primary key (word, media_id)
);

create index media_word_of on media_word (media_id);

-- Where pictures and files stand: in articles, in texts that wait beside them, and as the faces of bylines.
create index byline_picture on byline (picture_id) where picture_id <> 0;

create view media_use as
	select media_id, article_id as of_id from article_media
	union
	select media_id, article_id as of_id from article_beside
	union
	select picture_id as media_id, id as of_id from byline where picture_id <> 0;
