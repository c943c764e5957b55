//! What a twin breaks in its own database, so that the test for it turns red.

/// Positions are given when a row is written, not after it is committed.
pub const POSITIONS_AT_WRITING: &str = "
    create sequence naive;
    alter table outbox alter column position set default nextval('naive');
    alter table outbox_state rename to real_state;
    create view outbox_state as select epoch, greatest(sequenced, (select last_value from naive)) as sequenced, timeline from real_state";

/// Locks that keep other replicas out keep nobody out.
pub const NO_LOCKS: &str = "
    create function public.pg_advisory_xact_lock(integer) returns void language sql as 'select';
    do $$ begin execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$";

/// Nothing is ever told again.
pub const NO_RESYNC: &str = "
    create function nothing() returns trigger language plpgsql as 'begin return null; end';
    create trigger no_resync before insert on outbox_resync for each row execute function nothing()";

/// What a lost stream had is not published again.
pub const NOTHING_AGAIN: &str = "
    create function never() returns trigger language plpgsql as 'begin new.again_until := 0; return new; end';
    create trigger nothing_again before update on outbox_cursor for each row execute function never()";

/// What a lost stream had is published again in its place in the log, and what is new after it.
pub const AGAIN_FIRST: &str = "
    create function rewind() returns trigger language plpgsql as
        'begin new.position := 0; new.ahead := 0; new.again_until := 0; return new; end';
    create trigger again_first before update on outbox_cursor for each row
        when (new.again_until > old.again_until) execute function rewind()";

/// A copy does not know what it has seen.
pub const NO_VERSIONS: &str = "
    create function forgets() returns trigger language plpgsql as 'begin delete from copies; return null; end';
    create trigger no_versions after insert on copies for each row execute function forgets()";

/// A reaction does not know what it has done.
pub const NO_INBOX: &str = "
    create function forgets_deeds() returns trigger language plpgsql as 'begin delete from inbox; return null; end';
    create trigger no_inbox after insert on inbox for each row execute function forgets_deeds()";

/// A job that is done is not ended.
pub const JOBS_STAY: &str = "
    create function stays() returns trigger language plpgsql as 'begin insert into jobs select old.*; return null; end';
    create trigger jobs_stay after delete on jobs for each row execute function stays()";

/// A request is not known by its id.
pub const NO_REQUEST_IDS: &str = "alter table answers drop constraint answers_pkey";
