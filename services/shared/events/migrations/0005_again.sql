-- What was published to a stream that is lost, and is to be published again: the positions after `again_position`, up to
-- `again_until`. It goes out beside what is new, which does not wait for it.
alter table outbox_cursor
    add column again_position bigint not null default 0,
    add column again_until    bigint not null default 0;
