-- Régions and départements as territories; as institutions they are collectivités.
create table territories (
    kind        text   not null check (kind in ('region', 'department')),
    code        text   not null,
    name        text   not null,
    region_code text   not null,
    version     bigint not null,
    primary key (kind, code)
);

create table collectivites (
    id                     text primary key check (id ~ '^([0-9]{9}|insee-[0-9A-Z]{3,5})$'),
    type                   text not null check (type in (
                               'commune', 'departement', 'region', 'communaute_communes', 'communaute_agglomeration',
                               'communaute_urbaine', 'metropole', 'metropole_lyon', 'ept', 'collectivite_unique',
                               'collectivite_europeenne', 'collectivite_outre_mer')),
    name                   text not null check (name <> ''),
    -- lower case, without accents, hyphens or apostrophes: how searches compare
    name_folded            text not null,
    siren                  text unique,
    insee_code             text not null,
    postal_codes           text[] not null,
    department_code        text not null,
    region_code            text not null,
    epci_id                text not null,
    population             bigint check (population >= 0),
    latitude               double precision check (latitude between -90 and 90),
    longitude              double precision check (longitude between -180 and 180),
    origin                 text not null check (origin in ('officiel', 'wikipedia', 'demo')),
    ended_on               date,
    website                text not null default '',
    email                  text not null default '',
    telephone              text not null default '',
    service                text not null default '',
    -- each section counts its own changes: what an agent saw is what is checked
    identity_card_revision bigint not null default 0,
    contacts_revision      bigint not null default 0,
    networks_revision      bigint not null default 0,
    version                bigint not null,
    check ((latitude is null) = (longitude is null))
);
create index collectivites_by_region on collectivites (region_code, id);
create index collectivites_by_department on collectivites (department_code, id);
create index collectivites_by_name on collectivites (name_folded text_pattern_ops);
create index collectivites_by_insee_code on collectivites (insee_code);
create index collectivites_by_postal_code on collectivites using gin (postal_codes);

-- Mergers and splits are several rows with one date.
create table successions (
    predecessor_id text not null references collectivites,
    successor_id   text not null references collectivites,
    effective_on   date not null,
    primary key (predecessor_id, successor_id),
    check (predecessor_id <> successor_id)
);
create index successions_by_successor on successions (successor_id);
