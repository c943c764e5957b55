-- People who can sign in. There is none whose address was not proved: until then a sign-up lives in its flow.
create table accounts (
    account_id  uuid primary key,
    -- as the person writes it
    email       text not null,
    -- as it is compared: NFKC, lower case
    email_key   text not null,
    first_name  text not null,
    last_name   text not null,
    function    text not null,
    locale      text not null check (locale in ('fr', 'en')),
    -- Argon2id, a PHC string: parameters and salt are in it
    password    text not null check (password like '$argon2id$%'),
    password_at timestamptz not null default clock_timestamp(),
    -- tokens of an earlier generation are void
    generation  bigint not null default 1,
    version     bigint not null default 1,
    created_at  timestamptz not null default clock_timestamp(),
    disabled_at timestamptz,
    -- a mail to this address came back
    bounced_at  timestamptz
);
create unique index accounts_email_key_key on accounts (email_key);

-- The authenticator of an account: the one in force, and one that is being set up. The secret is sealed as signing keys are.
create table second_factors (
    account_id uuid not null references accounts on delete cascade,
    state      text not null check (state in ('pending', 'live')),
    sealed     bytea not null,
    sealed_by  text not null,
    -- the last step (RFC 6238) of which a code was taken: it, and those before, are good no more
    last_step  bigint not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    primary key (account_id, state)
);

-- Instead of a code of the authenticator; each good once.
create table recovery_codes (
    account_id uuid not null references accounts on delete cascade,
    -- SHA-256
    hash       bytea not null check (length(hash) = 32),
    primary key (account_id, hash)
);

-- Acts are within a scope (kind:key of a right; empty for none), and come from a network (cut to /24 or /48; empty when it is ours).
alter table journal add column scope text not null default '', add column network text not null default '';
