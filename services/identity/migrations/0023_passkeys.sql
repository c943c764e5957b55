-- Passkeys: the public half of a key that an authenticator holds, for signing in alone or as the second step.
create table passkeys (
    passkey_id    uuid primary key,
    account_id    uuid not null references accounts on delete cascade,
    -- what the person calls it
    name          text not null,
    -- what the authenticator calls it
    credential_id bytea not null check (length(credential_id) between 16 and 1023),
    -- the public key, encoded
    public_key    bytea not null,
    -- what changes with each use, encoded: its counter of signatures above all
    state         bytea not null check (length(state) = 7),
    created_at    timestamptz not null default clock_timestamp(),
    used_at       timestamptz
);
create unique index passkeys_credential_id_key on passkeys (credential_id);
create index passkeys_account_id_idx on passkeys (account_id);

-- What a passkey is asked to sign in a flow: one challenge at a time, gone with the first answer.
create table passkey_challenges (
    flow_id    uuid primary key references flows on delete cascade,
    -- the challenge, and what was asked for, encoded
    state      bytea not null,
    -- what the passkey that is being added is to be called; empty otherwise
    name       text not null,
    expires_at timestamptz not null
);

alter table flows
    drop constraint flows_kind_check,
    drop constraint flows_step_check,
    add constraint flows_kind_check check (kind in (
        'sign-up', 'recovery', 'address-recovery', 'email-change', 'second-factor', 'passkey-sign-in', 'passkey-set-up'
    )),
    add constraint flows_step_check check (step in ('mail', 'password', 'second-factor', 'passkey', 'done'));
