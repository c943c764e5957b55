-- What directory told of collectivités: who is there, who acts for whom, where each lies.
create table collectivites (
    id              text primary key,
    name            text not null,
    region_code     text not null,
    department_code text not null,
    ended           boolean not null,
    successors      text[] not null
);
create index collectivites_by_region on collectivites (region_code);
create index collectivites_by_successor on collectivites using gin (successors);

-- What directory told of partners.
create table partners (
    id           uuid primary key,
    country_iso2 text not null,
    -- the one that took its place; none while it stands
    merged_into  uuid
);
create index partners_by_country on partners (country_iso2);
create index partners_by_successor on partners (merged_into) where merged_into is not null;
