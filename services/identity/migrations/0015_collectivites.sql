-- What directory tells of collectivités, as far as accounts need it.
create table collectivites (
    collectivite_id text primary key,
    name            text not null,
    department_code text not null default '',
    region_code     text not null default '',
    region_name     text not null default '',
    -- it is no more; the one it went into, where that is known
    ended           boolean not null default false,
    successor_id    text not null default ''
);
