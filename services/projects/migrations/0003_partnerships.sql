create table partnerships (
    id                   uuid primary key,
    partner_id           uuid not null,
    lead_collectivite_id text not null,
    framework            text check (framework in ('convention', 'none')),
    twinning             boolean not null,
    oudin_santini        boolean not null,
    status               text check (status in ('active', 'dormant', 'suspended', 'ended')),
    -- 2024-06-30, or 2024 where only the year is known
    status_since         text check (status_since ~ '^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$'),
    start_year           integer check (start_year >= 1900),
    start_year_unknown   boolean not null check (not start_year_unknown or start_year is null),
    conventions          jsonb not null,
    description          text not null,
    origin               text not null check (origin in ('officiel', 'wikipedia', 'demo')),
    source               text not null,
    to_confirm           boolean not null,
    verified_at          timestamptz,
    verified_as          text not null check (verified_as in ('', 'agent', 'sgar', 'ministere')),
    -- somebody changed it since it was imported: the next import leaves it as it is
    changed_here         boolean not null,
    version              bigint not null,
    updated_at           timestamptz not null
);
-- A collectivité leads one partnership with a partner; what ended may have begun anew.
create unique index partnership_taken on partnerships (lead_collectivite_id, partner_id) where status is distinct from 'ended';
create index partnerships_by_partner on partnerships (partner_id, id);

create table participants (
    collectivite_id text not null,
    partnership_id  uuid not null references partnerships on delete cascade,
    primary key (collectivite_id, partnership_id)
);
create index participants_by_partnership on participants (partnership_id, collectivite_id);
