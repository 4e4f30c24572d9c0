-- The replies of a branch are counted and skipped in this index alone, so that page 200 of a long one is as near as its first.
drop index comment_below;
create index comment_below on comment (root_id, at, id, parent_id) where parent_id <> 0 and standing = 1;

-- When something last ceased to be shown under the article.
alter table thread add column hidden_at bigint not null default 0;
