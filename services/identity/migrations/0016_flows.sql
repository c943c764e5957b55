-- The browser of a flow, where it is one that signed in before.
alter table flows add column device_id uuid references devices on delete set null;

-- Changes of address, while they can be undone: the mail that undoes one goes to the address before.
create table email_changes (
    change_id  uuid primary key,
    account_id uuid not null references accounts on delete cascade,
    -- the address before, as it was written and as it is compared
    email      text not null,
    email_key  text not null,
    changed_at timestamptz not null default clock_timestamp()
);
create index email_changes_account_id_idx on email_changes (account_id);
create index email_changes_changed_at_idx on email_changes (changed_at);
