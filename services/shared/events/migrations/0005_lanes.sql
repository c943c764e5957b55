-- Three kinds of rows are published beside each other: changes that somebody waits for, before all others; what an import
-- brings or a resync tells; and what a lost stream had.
alter table outbox add column bulk boolean not null default false;
alter table outbox_cursor
    -- changes are published up to here; all of it is up to `position`
    add column ahead          bigint not null default 0,
    -- what a lost stream had, and is to be published again: what follows `again_position`, up to `again_until`
    add column again_position bigint not null default 0,
    add column again_until    bigint not null default 0;
update outbox_cursor set ahead = position;
