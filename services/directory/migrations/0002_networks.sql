create table networks (
    id          uuid primary key,
    acronym     text not null,
    name        text not null check (name <> ''),
    name_folded text not null constraint network_name_taken unique,
    kind        text not null,
    scope       text not null,
    origin      text not null check (origin in ('officiel', 'wikipedia', 'demo')),
    version     bigint not null
);

-- Two relations in one row: it is a member of the network, it uses the network.
create table network_relations (
    collectivite_id text not null references collectivites,
    network_id      uuid not null constraint network_exists references networks,
    member          boolean not null,
    uses            boolean not null,
    primary key (collectivite_id, network_id),
    check (member or uses)
);
create index network_relations_by_network on network_relations (network_id);
