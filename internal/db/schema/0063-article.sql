-- What a version is called elsewhere (search, social cards), and which articles stand beside it.
alter table article add column search text not null default '{}';
alter table article add column social text not null default '{}';
alter table article add column related text not null default '[]';
-- Who began it.
alter table article add column owner_id bigint not null default 0;
-- The version whose text stands in this row: that of the public, or of the schedule. Later ones wait beside it.
alter table article add column stands bigint not null default 0;
-- When staff last kept a version of it.
alter table article add column saved_at bigint not null default 0;
-- Not before this is it published.
alter table article add column embargo_until bigint;
-- Where readers are sent since it was withdrawn.
alter table article add column withdrawn_to text not null default '';
-- Who said that it shall be withdrawn; the moment itself is withdrawn_at.
alter table article add column withdrawn_by bigint not null default 0;
-- What lies ahead as wall times with their zones, from which the moments are derived; '' when nothing does.
alter table article add column ahead text not null default '';

update article set stands = version, saved_at = changed_at;

create index article_saved on article (saved_at);
create index article_stage on article (stage, saved_at);
create index article_first on article (section_id, saved_at);
create index article_owner on article (owner_id, saved_at) where owner_id <> 0;
create index article_leaving on article (withdrawn_at) where withdrawn_at is not null;
create index article_walls on article (id) where ahead <> '';
create index article_byline_of on article_byline (byline_id);

-- -1: not counted yet.
alter table article_version add column words bigint not null default -1;
-- The change that this one takes the place of.
alter table article_version add column supersedes bigint not null default 0;

-- Pictures of texts that wait beside what stands.
create table article_beside (
	media_id bigint not null,
	article_id bigint not null,
	primary key (media_id, article_id)
);

create index article_beside_of on article_beside (article_id);
