-- What accounts may do, and since and until when. Rows are ended, not removed.
create table memberships (
    membership_id uuid primary key,
    account_id    uuid not null references accounts on delete cascade,
    right_kind    text not null check (right_kind in ('collectivite', 'region', 'department', 'country', 'national', 'operator')),
    right_key     text not null,
    role          text not null check (role in ('reader', 'editor', 'certifier', 'admin')),
    -- the collectivité, région … in words
    name          text not null,
    from_day      date not null,
    until_day     date,
    -- an association or comité de jumelage; empty for the collectivité itself
    delegate_of   text not null default '',
    proved_by     text not null,
    -- subject of who granted it
    granted_by    text not null,
    ended_at      timestamptz,
    ended_by      text,
    version       bigint not null default 1,
    created_at    timestamptz not null default clock_timestamp(),
    check (until_day >= from_day),
    check ((ended_at is null) = (ended_by is null))
);
create unique index memberships_live_key on memberships (account_id, right_kind, right_key) where ended_at is null;
create index memberships_right_idx on memberships (right_kind, right_key) where ended_at is null;
