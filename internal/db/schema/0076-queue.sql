-- Verdicts on many comments at once share a batch, by which they are undone together; verdict_id of a measure is the verdict it came
-- with, and it is lifted when that is undone.
alter table verdict add column batch bigint not null default 0;

create index verdict_batch on verdict (batch) where batch <> 0;

alter table measure add column verdict_id bigint not null default 0;

create index measure_force on measure (at) where lifted_at is null;
