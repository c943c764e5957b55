-- How often something was tried, by the database's clock and for all replicas. Who it is about is in the bucket's name as a hash.
create table throttles (
    bucket   text primary key,
    -- tries in a row that did not succeed
    streak   integer not null,
    -- tries since then
    counted  integer not null,
    since    timestamptz not null,
    -- no try before that
    free_at  timestamptz not null,
    -- nothing of it matters any more from then on
    idle_at  timestamptz not null
);
create index throttles_idle_at_idx on throttles (idle_at);
