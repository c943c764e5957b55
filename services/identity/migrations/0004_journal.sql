-- Who did what to clients and keys, and which assertions were refused; rows are only added.
create table journal (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default clock_timestamp(),
    -- the caller's subject, `command line`, or the client that the assertion claims to be
    actor   text not null,
    act     text not null,
    subject text not null,
    detail  text not null
);
create index journal_at_idx on journal (at);

create function journal_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is only added to';
end
$$;

create trigger journal_is_kept before update or delete or truncate on journal
for each statement execute function journal_is_kept();
