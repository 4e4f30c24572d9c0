-- Who pays for an article, or for all in a section; '' for nobody. quiet is 1 on an article that has no positions.
alter table article add column sponsor text not null default '';
alter table article add column quiet bigint not null default 0;
alter table section add column sponsor text not null default '';
