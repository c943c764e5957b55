-- Requests to act for a collectivité.
create table membership_requests (
    request_id      uuid primary key,
    account_id      uuid not null references accounts on delete cascade,
    collectivite_id text not null,
    state           text not null check (state in ('open', 'accepted', 'refused', 'withdrawn')),
    -- who decides now, or decided
    approver        text not null check (approver in ('administrators', 'region', 'ministry')),
    message         text not null,
    -- the membership of a colleague who has left, which ends when it is accepted
    replaces        uuid references memberships on delete set null,
    -- an association or comité de jumelage; empty for the collectivité itself
    delegate_of     text not null,
    asked_at        timestamptz not null default clock_timestamp(),
    escalates_at    timestamptz,
    reason          text not null default '',
    decided_at      timestamptz,
    -- subject of who decided, and the office it was for: kind:key
    decided_by      text,
    decided_for     text,
    version         bigint not null default 1,
    check ((state = 'open') = (decided_at is null)),
    check ((decided_at is null) = (decided_by is null))
);
create unique index membership_requests_open_key on membership_requests (account_id, collectivite_id) where state = 'open';
create index membership_requests_account_idx on membership_requests (account_id, asked_at desc);
create index membership_requests_queue_idx on membership_requests (collectivite_id, asked_at) where state = 'open';
create index membership_requests_decided_idx on membership_requests (decided_for, decided_at desc) where state <> 'open';

-- Invitations; the link is the mail's.
create table invitations (
    invitation_id uuid primary key,
    email         text not null,
    email_key     text not null,
    right_kind    text not null,
    right_key     text not null,
    role          text not null check (role in ('reader', 'editor', 'certifier', 'admin')),
    name          text not null,
    from_day      date,
    until_day     date,
    delegate_of   text not null,
    locale        text not null check (locale in ('fr', 'en')),
    -- subject of who invites, and first and last name where it is an account
    invited_by    text not null,
    inviter       text not null,
    mail_id       uuid references mails on delete set null,
    invited_at    timestamptz not null default clock_timestamp(),
    expires_at    timestamptz not null,
    accepted_at   timestamptz,
    accepted_by   uuid references accounts on delete set null,
    withdrawn_at  timestamptz
);
create index invitations_scope_idx on invitations (right_kind, right_key) where accepted_at is null and withdrawn_at is null;
create index invitations_email_idx on invitations (email_key);

-- Codes that a circular carries on paper: the last one of each collectivité, as SHA-256.
create table circular_codes (
    collectivite_id text primary key,
    hash            bytea not null check (length(hash) = 32),
    -- good until the end of that day, in Paris
    until_day       date not null,
    created_at      timestamptz not null default clock_timestamp(),
    created_by      text not null
);

-- Collectivités that people did not find in the list.
create table missing_reports (
    report_id   uuid primary key,
    receipt     text not null,
    name        text not null,
    place       text not null,
    email       text not null,
    message     text not null,
    locale      text not null check (locale in ('fr', 'en')),
    reported_at timestamptz not null default clock_timestamp(),
    answer      text not null default '',
    answered_at timestamptz,
    answered_by text,
    check ((answer = '') = (answered_at is null))
);
create unique index missing_reports_receipt_key on missing_reports (receipt);
create index missing_reports_open_idx on missing_reports (reported_at) where answered_at is null;

-- Whether an account acts for a collectivité or an office of a région, or has asked to.
create function account_in_region(account uuid, region text) returns boolean language sql stable as $$
    select exists (
        select from memberships m
        left join collectivites c on m.right_kind = 'collectivite' and c.collectivite_id = m.right_key
        left join territories t on t.kind = m.right_kind and t.code = m.right_key
        where m.account_id = account and m.ended_at is null
          and (c.region_code = region or t.region_code = region)
    ) or exists (
        select from membership_requests r join collectivites c using (collectivite_id)
        where r.account_id = account and r.state = 'open' and c.region_code = region
    )
$$;
