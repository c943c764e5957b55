-- Three kinds of rows are published beside each other, so that changes wait for nothing that was told before.
alter table outbox_cursor
    -- changes are published up to here; all that is up to `position`, state that a resync tells too
    add column ahead          bigint not null default 0,
    -- what a lost stream had, and is to be published again: changes after `again_position`, up to `again_until`
    add column again_position bigint not null default 0,
    add column again_until    bigint not null default 0;
update outbox_cursor set ahead = position;
