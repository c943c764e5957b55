-- The mailbox that a collectivité is officially reached at: not public, in no event, no export, no history.
create table official_addresses (
    collectivite_id text primary key references collectivites,
    email           text not null check (email like '_%@_%'),
    updated_at      timestamptz not null default clock_timestamp()
);
