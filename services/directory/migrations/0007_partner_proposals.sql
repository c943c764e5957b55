-- Changes of partners that several collectivités use: the ministry decides.
create table partner_proposals (
    id              uuid primary key,
    partner_id      uuid not null references partners,
    collectivite_id text not null,
    -- the whole partner as it was, and what of it may be changed as it is proposed
    before          jsonb not null,
    proposed        jsonb not null,
    reason          text not null check (reason <> ''),
    state           text not null check (state in ('open', 'accepted', 'refused')),
    proposed_at     timestamptz not null,
    decided_at      timestamptz,
    answer          text not null default '',
    check ((decided_at is null) = (state = 'open'))
);
create unique index already_proposed on partner_proposals (partner_id, collectivite_id) where state = 'open';
create index partner_proposals_by_collectivite on partner_proposals (collectivite_id, id);
