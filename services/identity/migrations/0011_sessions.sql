-- Browsers that signed in before: others' failures do not hold them up. Secrets are kept as SHA-256.
create table devices (
    device_id   uuid primary key,
    account_id  uuid not null references accounts on delete cascade,
    secret_hash bytea not null check (length(secret_hash) = 32),
    browser     text not null,
    created_at  timestamptz not null default clock_timestamp(),
    seen_at     timestamptz not null default clock_timestamp()
);
create unique index devices_secret_hash_key on devices (secret_hash);
create index devices_account_id_idx on devices (account_id);

-- Browsers that are signed in, and those that were until a day ago: what they typed can still be kept.
create table sessions (
    session_id       uuid primary key,
    account_id       uuid not null references accounts on delete cascade,
    secret_hash      bytea not null check (length(secret_hash) = 32),
    browser          text not null,
    began_at         timestamptz not null default clock_timestamp(),
    seen_at          timestamptz not null default clock_timestamp(),
    -- when the password was last typed
    authenticated_at timestamptz not null default clock_timestamp(),
    ends_at          timestamptz not null,
    ended_at         timestamptz
);
create unique index sessions_secret_hash_key on sessions (secret_hash);
create index sessions_account_id_idx on sessions (account_id, seen_at);
create index sessions_ends_at_idx on sessions (ends_at);

-- What was typed into a form and not sent.
create table drafts (
    account_id uuid not null references accounts on delete cascade,
    form       text not null,
    -- the fields, encoded
    fields     bytea not null check (length(fields) <= 65536),
    saved_at   timestamptz not null default clock_timestamp(),
    primary key (account_id, form)
);
create index drafts_saved_at_idx on drafts (saved_at);
