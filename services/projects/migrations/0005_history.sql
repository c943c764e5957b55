-- Who changed what, with what it was before: no person is in it.
create table history (
    id              uuid primary key,
    changed_at      timestamptz not null,
    changed_by      text not null,
    change          text not null,
    fields          text[] not null,
    resource        text not null check (resource in ('partnership', 'project')),
    resource_id     uuid not null,
    -- the message of the contract, encoded; none where it was added
    before          bytea,
    -- whose record it is in
    collectivites   text[] not null
);
create index history_by_collectivite on history using gin (collectivites);

-- What an import brought, by the names that its source has for it.
create table import_keys (
    resource    text not null check (resource in ('partnership', 'project')),
    source      text not null,
    natural_key text not null,
    -- what it became; it may be gone since
    id          uuid not null,
    -- of what was imported last
    hash        bytea not null,
    primary key (resource, source, natural_key)
);
create index import_keys_by_id on import_keys (id);
