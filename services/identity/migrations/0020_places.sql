-- What else directory tells: where a collectivité went, and the territories it lies in.
alter table collectivites
    -- the day from which it is no more
    add column ended_on   date,
    -- what took its place; several when it was split
    add column successors text[] not null default '{}';
create index collectivites_region_idx on collectivites (region_code, collectivite_id);
create index collectivites_department_idx on collectivites (department_code, collectivite_id);

create table territories (
    kind        text not null check (kind in ('region', 'department')),
    code        text not null,
    name        text not null,
    region_code text not null,
    primary key (kind, code)
);
