-- What happened, until it has been told. Claimed by state, never by a cursor: a late commit would fall behind one.
-- due: when a scheduled event happens, by the runners' clocks; 0: it happened when it was committed.
-- ready: when it happened, by the database's clock; null while it is only scheduled.
-- open: 1 until it has become one task for each listener.
create table event (
    id    $ID,
    name  text not null,
    about bigint not null,
    due   bigint not null default 0,
    ready bigint,
    open  bigint not null default 1
);
create index event_open on event (due) where open = 1;
create index event_ready on event (ready);

-- What is still to be done for an event (or for a period, then event is its beginning). A task that succeeded is deleted.
-- due: not before, lease: claimed until, both by the runners' clocks. tries counts claims. fault: how the last try ended.
create table task (
    id       $ID,
    event    bigint not null,
    name     text not null,
    about    bigint not null,
    listener text not null,
    due      bigint not null,
    owner    bigint,
    lease    bigint not null default 0,
    tries    bigint not null default 0,
    fault    text not null default '',
    gave_up  bigint not null default 0,
    unique (event, listener)
);
create index task_due on task (listener, due) where gave_up = 0;
create index task_fault on task (due) where fault <> '';

-- The last period in which a regular task was begun.
create table regular (
    name text primary key,
    last bigint not null
);
