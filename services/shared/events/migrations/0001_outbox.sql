-- How the log stands: one row.
create table outbox_state (
    -- grows when the whole state is told again; (epoch, version) orders all states of a resource
    epoch     bigint not null default 1,
    -- the newest position that was given
    sequenced bigint not null default 0,
    -- the history of writes that the log belongs to: PostgreSQL starts another one when it is restored or promoted
    timeline  bigint,
    single    boolean primary key default true check (single)
);
insert into outbox_state default values;

-- How far the log has been published: one row, apart from the state because it changes with every batch.
create table outbox_cursor (
    position        bigint not null default 0,
    -- the stream it was published to: another one of the same name was made at another time (nanoseconds, UNIX)
    stream_created  bigint,
    -- the newest message of that stream that is ours
    stream_sequence bigint not null default 0,
    single          boolean primary key default true check (single)
);
insert into outbox_cursor default values;

-- A resync that goes on: one row, empty when there is none.
create table outbox_resync (
    epoch      bigint not null,
    -- where the next page begins; none at the beginning
    after      text,
    told       bigint not null default 0,
    started_at timestamptz not null default now(),
    single     boolean primary key default true check (single)
);

-- The present epoch, held until the transaction ends: it is raised only when nobody writes under the old one, else a
-- state that was told again could hide a change that commits after it. A function because each of its statements
-- sees what was committed before it began, so the epoch is read after the wait.
create function outbox_epoch() returns bigint language plpgsql volatile as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('outbox.epoch'));
    return (select epoch from outbox_state);
end
$$;

create sequence outbox_number;

-- The log of facts, kept 30 days. `position` is given after commit, so it grows in commit order and is safe to follow.
create table outbox (
    -- the order of writing; of two changes of one resource the later has the greater number, because writers lock the resource
    number      bigint not null default nextval('outbox_number'),
    id          uuid not null,
    resource    text not null check (resource ~ '^[a-z][a-z_-]{0,62}$'),
    key         text not null check (key ~ '^[A-Za-z0-9_-]{1,128}$'),
    change      text not null check (change ~ '^[a-z][a-z-]{0,62}$'),
    epoch       bigint not null default outbox_epoch(),
    version     bigint not null,
    removed     boolean not null,
    -- told again, not changed
    resync      boolean not null default false,
    -- under the broker's limit of 1 MiB with its headers: what the broker always refuses would block all behind it
    state       bytea not null check (octet_length(state) <= 1000000),
    traceparent text,
    position    bigint,
    -- not now(): of two changes of one resource the later is written later, though its transaction may be older
    created_at  timestamptz not null default clock_timestamp(),
    primary key (created_at, number)
) partition by range (created_at);

-- What live events wait for goes before what is told again.
create index outbox_waiting on outbox (resync, number) where position is null;
create index outbox_log on outbox (position) where position is not null;

-- Takes what no day has a partition for, so that a write never fails because maintenance is late.
create table outbox_default partition of outbox default;

-- Makes the partitions of yesterday, today and `ahead` more days (UTC), and says how many were missing. Rows of such a day that
-- had to go to the default partition move to their own.
create function outbox_prepare(ahead integer) returns integer language plpgsql set timezone = 'UTC' as $$
declare
    made integer := 0;
    day  date;
    name text;
begin
    for day in select generate_series(current_date - 1, current_date + ahead, interval '1 day') loop
        name := 'outbox_' || to_char(day, 'YYYYMMDD');
        continue when to_regclass(name) is not null;
        lock table outbox_default in access exclusive mode;
        execute format('create table %I (like outbox including defaults including constraints including indexes)
                        with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)', name);
        execute format('with moved as (delete from outbox_default where created_at >= %L and created_at < %L returning *)
                        insert into %I select * from moved', day, day + 1, name);
        execute format('alter table outbox attach partition %I for values from (%L) to (%L)', name, day, day + 1);
        made := made + 1;
    end loop;
    return made;
end
$$;
select outbox_prepare(14);

-- Drops the partitions that ended `days` ago and are published, and says how many there were.
create function outbox_retire(days integer) returns integer language plpgsql set timezone = 'UTC' as $$
declare
    gone integer := 0;
    name text;
    used boolean;
begin
    for name in select inhrelid::regclass::text from pg_inherits where inhparent = 'outbox'::regclass order by 1 loop
        continue when name !~ '^outbox_[0-9]{8}$' or to_date(right(name, 8), 'YYYYMMDD') >= current_date - days;
        execute format('select exists (select from %I, outbox_cursor c
                        where %1$I.position is null or %1$I.position > c.position)', name) into used;
        continue when used;
        execute format('drop table %I', name);
        gone := gone + 1;
    end loop;
    delete from outbox_default d using outbox_cursor c where d.position <= c.position and d.created_at < current_date - days;
    return gone;
end
$$;

-- What no longer exists, for exports: an older event about it must not bring it back.
create table tombstones (
    resource   text not null,
    key        text not null,
    epoch      bigint not null,
    version    bigint not null,
    removed_at timestamptz not null default now(),
    primary key (resource, key)
);
create index tombstones_age on tombstones (removed_at);
