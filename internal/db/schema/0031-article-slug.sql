-- The last part of an address that somebody wished for, until the article is published.
alter table article add column slug text not null default '';
