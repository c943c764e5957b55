-- Systems that call by themselves.
create table clients (
    client_id   text primary key check (client_id ~ '^[a-z][a-z0-9-]{2,62}$'),
    description text not null,
    rights      text[] not null check (cardinality(rights) > 0),
    audiences   text[] not null check (cardinality(audiences) > 0),
    -- tokens of an earlier generation are void
    generation  bigint not null default 1,
    version     bigint not null default 1,
    created_at  timestamptz not null default clock_timestamp(),
    disabled_at timestamptz
);

create table client_keys (
    client_id  text not null references clients,
    kid        text not null,
    x          bytea not null check (length(x) = 32),
    y          bytea not null check (length(y) = 32),
    added_at   timestamptz not null default clock_timestamp(),
    retired_at timestamptz,
    primary key (client_id, kid)
);

-- A key proves one client: two that share it could pass for each other.
create unique index client_keys_kid_key on client_keys (kid);
