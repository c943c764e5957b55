-- Ways that a browser is on: sign-up, recovery, change of address, second step. One secret each, kept as SHA-256.
create table flows (
    flow_id         uuid primary key,
    kind            text not null check (kind in ('sign-up', 'recovery', 'address-recovery', 'email-change', 'second-factor')),
    step            text not null check (step in ('mail', 'password', 'second-factor', 'done')),
    secret_hash     bytea not null check (length(secret_hash) = 32),
    -- the address as it was typed; empty where none was
    email           text not null default '',
    email_key       text not null default '',
    -- whose way it is; none while that is not known, and for an address without account
    account_id      uuid references accounts on delete cascade,
    -- what a sign-up will make an account of
    first_name      text not null default '',
    last_name       text not null default '',
    function        text not null default '',
    password        text check (password like '$argon2id$%'),
    collectivite_id text not null default '',
    collectivite    text not null default '',
    locale          text not null check (locale in ('fr', 'en')),
    tries           integer not null default 0,
    created_at      timestamptz not null default clock_timestamp(),
    sent_at         timestamptz not null default clock_timestamp(),
    expires_at      timestamptz not null
);
create unique index flows_secret_hash_key on flows (secret_hash);
create index flows_expires_at_idx on flows (expires_at);
create index flows_account_id_idx on flows (account_id);

-- Mails that were asked for. Link and code are not here: they are made of the id and a key that the database never sees.
create table mails (
    mail_id         uuid primary key,
    template        text not null,
    -- owner:kind:key
    recipient       text not null,
    -- what its link or code proves; none for a mail that only tells
    purpose         text,
    -- what it is about, where the purpose needs it: all of a purpose and a subject die together
    subject         uuid,
    account_id      uuid references accounts on delete cascade,
    flow_id         uuid references flows on delete cascade,
    collectivite_id text not null default '',
    words           jsonb not null,
    times           jsonb not null,
    locale          text not null check (locale in ('fr', 'en')),
    -- print of the key-encryption key that link and code are made with
    made_with       text not null,
    created_at      timestamptz not null default clock_timestamp(),
    -- its link and code are good so long after the next server took it over …
    valid_for       interval not null,
    accepted_at     timestamptz,
    -- … and no longer than that; nor is it sent after that
    expires_at      timestamptz not null,
    used_at         timestamptz,
    dead_at         timestamptz,
    check ((purpose is null) = (subject is null))
);
create index mails_subject_idx on mails (subject, purpose) where purpose is not null;
create index mails_expires_at_idx on mails (expires_at);
create index mails_account_id_idx on mails (account_id);
create index mails_flow_id_idx on mails (flow_id);
