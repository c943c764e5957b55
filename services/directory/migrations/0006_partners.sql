-- Foreign local authorities. They are no persons: their history may hold what they were.
create table partners (
    id              uuid primary key,
    country_iso2    text not null constraint country_exists references countries,
    level           text not null check (level in ('municipality', 'grouping', 'district', 'region', 'other')),
    name            text not null check (name <> ''),
    -- [{"name": …, "language": …}]
    other_names     jsonb not null check (jsonb_typeof(other_names) = 'array'),
    division        text not null,
    -- name and division as names are compared; bytes are compared, so that a beginning is a range of the index
    name_folded     text collate "C" not null check (name_folded <> ''),
    division_folded text collate "C" not null,
    place           text not null,
    geonames_id     bigint check (geonames_id > 0),
    latitude        double precision check (latitude between -90 and 90),
    longitude       double precision check (longitude between -180 and 180),
    population      bigint check (population >= 0),
    origin          text not null check (origin in ('officiel', 'wikipedia', 'demo')),
    -- the one that took its place, and that stands itself: no chains
    merged_into     uuid references partners check (merged_into <> id),
    -- the collectivité that added it; empty for the ministry and for imports
    added_by        text not null,
    -- what the last import gave: an import that gives the same again leaves what was changed since; null where none did
    imported        jsonb,
    version         bigint not null,
    updated_at      timestamptz not null,
    check ((latitude is null) = (longitude is null))
);
-- A place is one partner, and so is a name within a division where no place is known; what was merged counts no more.
create unique index partner_of_place on partners (country_iso2, geonames_id) where merged_into is null and geonames_id is not null;
create unique index partner_of_name on partners (country_iso2, division_folded, name_folded)
    where merged_into is null and geonames_id is null;
-- Who adds one asks for its name, whether its place is known or not.
create index partners_by_name on partners (country_iso2, division_folded, name_folded) where merged_into is null;
create index partners_by_merger on partners (merged_into) where merged_into is not null;

-- Every name of every partner as names are compared, for searches: what begins with "ouaga" is one range of this index.
create table partner_names (
    partner_id uuid not null references partners,
    folded     text collate "C" not null check (folded <> ''),
    primary key (folded, partner_id)
);
create index partner_names_by_partner on partner_names (partner_id);

-- Which was merged into which, as the ministry said it; merged_into follows these to the one that stands.
create table partner_merges (
    partner_id uuid primary key references partners,
    into_id    uuid not null references partners,
    merged_at  timestamptz not null,
    merged_by  text not null,
    check (partner_id <> into_id)
);
create index partner_merges_by_into on partner_merges (into_id);

create table partner_history (
    id         uuid primary key,
    partner_id uuid not null references partners,
    changed_at timestamptz not null,
    changed_by text not null,
    change     text not null check (change in ('added', 'updated', 'merged', 'unmerged', 'imported')),
    -- the partner as it was; null where it was not there
    before     jsonb
);
create index partner_history_by_partner on partner_history (partner_id, id desc);
