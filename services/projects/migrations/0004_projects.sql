create table projects (
    id           uuid primary key,
    -- its number in the former Atlas
    legacy_id    bigint constraint project_legacy_id unique,
    title        text not null check (title <> ''),
    sdgs         integer[] not null,
    status       text check (status in ('planned', 'ongoing', 'completed', 'suspended', 'abandoned')),
    starts_on    text check (starts_on ~ '^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$'),
    ends_on      text check (ends_on ~ '^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$'),
    context      text not null,
    history      text not null,
    budget       jsonb not null,
    operators    text[] not null,
    links        jsonb not null,
    origin       text not null check (origin in ('officiel', 'wikipedia', 'demo')),
    source       text not null,
    to_confirm   boolean not null,
    verified_at  timestamptz,
    verified_as  text not null check (verified_as in ('', 'agent', 'sgar', 'ministere')),
    -- somebody changed it since it was imported: the next import leaves it as it is
    changed_here boolean not null,
    version      bigint not null,
    updated_at   timestamptz not null
);

-- The partnerships that a project is done under; the first leads.
create table project_partnerships (
    project_id     uuid not null references projects on delete cascade,
    partnership_id uuid not null constraint project_partnership references partnerships,
    place          integer not null,
    primary key (project_id, partnership_id)
);
create index project_partnerships_by_partnership on project_partnerships (partnership_id, project_id);

-- The first is the main one.
create table project_themes (
    project_id uuid not null references projects on delete cascade,
    theme_code text not null constraint project_theme references themes,
    priority   integer not null check (priority between 1 and 3),
    place      integer not null,
    primary key (project_id, theme_code)
);
create index project_themes_by_theme on project_themes (theme_code, project_id);
