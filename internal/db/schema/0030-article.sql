create table article (
	id $ID,
	version bigint not null,
	stage text not null,
	path text not null,
	lang text not null,
	group_id bigint not null,
	section_id bigint not null,
	kicker text not null,
	headline text not null,
	summary text not null,
	dateline text not null,
	slug text not null,
	seen text not null,
	sensitive bigint not null,
	words bigint not null,
	sources text not null,
	lead text not null,
	published_at bigint,
	updated_at bigint,
	corrected_at bigint,
	withdrawn_at bigint,
	withdrawn_note text not null default '',
	changed_at bigint not null,
	import_key text unique,
	body text not null
);

create index article_group on article (group_id);

create table article_byline (
	article_id bigint not null,
	place bigint not null,
	byline_id bigint not null,
	primary key (article_id, place)
);

create table article_section (
	article_id bigint not null,
	place bigint not null,
	section_id bigint not null,
	primary key (article_id, place)
);

create table article_topic (
	article_id bigint not null,
	place bigint not null,
	topic_id bigint not null,
	primary key (article_id, place)
);

create table article_media (
	media_id bigint not null,
	article_id bigint not null,
	primary key (media_id, article_id)
);

create index article_media_of on article_media (article_id);

-- Where an article is listed: of_id is 0 for the whole paper, else a section (and those above it), a topic or a byline.
create table listed (
	of_id bigint not null,
	lang text not null,
	at bigint not null,
	article_id bigint not null,
	primary key (of_id, lang, at, article_id)
);

create index listed_article on listed (article_id);

-- Every saved state. Those with a digest were public, and are chained.
create table article_version (
	article_id bigint not null,
	n bigint not null,
	at bigint not null,
	kind text not null,
	note text not null,
	by_id bigint not null,
	body text,
	salt text,
	body_digest text not null,
	digest text not null,
	primary key (article_id, n)
);

create index article_version_at on article_version (kind, at);

-- What is still to come, so that every page knows at once until when it is right.
create index article_ahead on article (published_at) where stage = 'scheduled';
