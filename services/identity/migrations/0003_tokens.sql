-- Assertions that were used: each jti is good once.
create table used_assertions (
    client_id  text not null,
    jti        text not null,
    expires_at timestamptz not null,
    primary key (client_id, jti)
);
create index used_assertions_expires_at_idx on used_assertions (expires_at);

-- How often a client tried in the current minute; of unknown clients there is one row.
create table attempts (
    client_id text not null,
    outcome   text not null check (outcome in ('issued', 'refused')),
    minute    timestamptz not null,
    count     integer not null,
    primary key (client_id, outcome)
);

-- Tokens that are refused though they have not expired; nothing refers to a row once no such token can live.
create table voids (
    id        bigint generated always as identity primary key,
    sid       text,
    sub       text,
    below     bigint,
    voided_at timestamptz not null default clock_timestamp(),
    check ((sid is not null and sub is null and below is null) or (sid is null and sub is not null and below is not null))
);
create unique index voids_sid_key on voids (sid) where sid is not null;
create index voids_voided_at_idx on voids (voided_at);
