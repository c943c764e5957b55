create table contacts (
    id                uuid primary key,
    collectivite_id   text not null references collectivites,
    kind              text not null check (kind in ('elected', 'officer')),
    first_name        text not null,
    last_name         text not null check (last_name <> ''),
    title             text not null,
    email             text not null,
    public            boolean not null,
    public_first_name boolean not null,
    public_email      boolean not null,
    version           bigint not null,
    updated_at        timestamptz not null
);
create index contacts_by_collectivite on contacts (collectivite_id, id);

-- Who changed what: field names only, so that removing a person leaves no trace of the person.
create table history (
    id              uuid primary key,
    collectivite_id text not null references collectivites,
    changed_at      timestamptz not null,
    changed_by      text not null,
    section         text not null check (section in ('identity_card', 'contacts', 'networks', 'register')),
    change          text not null,
    fields          text[] not null
);
create index history_by_collectivite on history (collectivite_id, id desc);
