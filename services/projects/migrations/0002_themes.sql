create table themes (
    code         text primary key check (code ~ '^[A-Z0-9_]{2,40}$'),
    name_fr      text not null check (name_fr <> ''),
    name_en      text not null,
    parent_code  text constraint theme_parent references themes deferrable initially deferred,
    dac_sectors  text[] not null,
    sdgs         integer[] not null,
    retired      boolean not null,
    rank         integer not null,
    -- somebody changed it since it was imported: the next import leaves it as it is
    changed_here boolean not null,
    version      bigint not null
);
