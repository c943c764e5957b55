-- What is to happen later. `run_at` is also the lease: a worker moves it on to the next try before it begins.
create table jobs (
    kind     text not null,
    key      text not null,
    run_at   timestamptz not null,
    attempts integer not null default 0,
    payload  bytea not null,
    primary key (kind, key)
);
create index jobs_due on jobs (run_at);
