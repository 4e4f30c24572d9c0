-- Every saved state of the paper's settings, and who saved it.
create table paper_version (
	n bigint primary key,
	at bigint not null,
	by_id bigint not null,
	by_name text not null,
	settings text not null
);

-- Every saved state of a standing page.
create table page_version (
	page_id bigint not null,
	n bigint not null,
	at bigint not null,
	by_id bigint not null,
	by_name text not null,
	title text not null,
	body text not null,
	primary key (page_id, n)
);

-- 1 for a redirect that a person made; the others the paper made as something moved.
alter table address add column by_hand bigint not null default 0;

create index address_moved on address (moved_to);

-- The topic that this one became part of; 0 for one that stands.
alter table topic add column merged_into bigint not null default 0;

create index article_topic_of on article_topic (topic_id);

create index article_section_of on article_section (section_id);
