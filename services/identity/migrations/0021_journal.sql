-- The journal is chained: each entry's hash is made of the one before it, in the order in which they were committed, so that
-- nothing can be changed, taken away or put in between without being found. It is only added to: by triggers, and where the
-- service is not the owner of its tables by grants as well.
create table journal_chain (
    -- without gaps: what is missing is seen
    position bigint primary key,
    entry_id bigint not null unique,
    hash     bytea not null check (length(hash) = 32)
);

create trigger journal_chain_is_kept before update or delete or truncate on journal_chain
for each statement execute function journal_is_kept();

-- One field as it is hashed: its length in bytes, then the bytes, so that no two lists of fields are hashed alike.
create function journal_field(field text) returns bytea language sql immutable as $$
    select int4send(octet_length(convert_to(field, 'UTF8'))) || convert_to(field, 'UTF8')
$$;

create function journal_hash(previous bytea, entry journal) returns bytea language sql stable as $$
    select sha256(previous || int8send(entry.id) || int8send((extract(epoch from entry.at) * 1000000)::bigint)
        || journal_field(entry.actor) || journal_field(entry.act) || journal_field(entry.subject)
        || journal_field(entry.scope) || journal_field(entry.network) || journal_field(entry.detail))
$$;

-- As its owner: the service itself may not write to the chain. At the end of the transaction, so that nobody waits for anybody
-- who still has work to do.
create function journal_append() returns trigger language plpgsql security definer set search_path to public, pg_temp as $$
declare
    last journal_chain;
begin
    perform pg_advisory_xact_lock(hashtext('identity.journal'));
    select * into last from journal_chain order by position desc limit 1;
    insert into journal_chain (position, entry_id, hash)
    values (coalesce(last.position, 0) + 1, new.id, journal_hash(coalesce(last.hash, sha256('')), new));
    return null;
end
$$;

create constraint trigger journal_is_chained after insert on journal deferrable initially deferred
for each row execute function journal_append();

-- What was written before there was a chain is its beginning.
do $$
declare
    entry journal;
    last  journal_chain;
begin
    for entry in select * from journal order by id loop
        select * into last from journal_chain order by position desc limit 1;
        insert into journal_chain (position, entry_id, hash)
        values (coalesce(last.position, 0) + 1, entry.id, journal_hash(coalesce(last.hash, sha256('')), entry));
    end loop;
end
$$;

create index journal_actor_idx on journal (actor, id);
create index journal_act_idx on journal (act, id);
create index journal_subject_idx on journal (subject, id);
create index journal_scope_idx on journal (scope, id);

-- Whoever is not the owner of the tables reads the journal, and adds to it.
do $$
declare
    other text;
begin
    for other in
        select distinct grantee from information_schema.role_table_grants
        where table_schema = 'public' and table_name in ('journal', 'journal_chain') and grantee <> current_user
    loop
        execute format('revoke all on journal, journal_chain from %I', other);
        execute format('grant select, insert on journal to %I', other);
        execute format('grant select on journal_chain to %I', other);
    end loop;
end
$$;
