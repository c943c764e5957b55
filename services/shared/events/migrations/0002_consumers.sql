-- What a consumer that acts has already done.
create table inbox (
    consumer   text not null,
    event_id   uuid not null,
    handled_at timestamptz not null default now(),
    primary key (consumer, event_id)
);
create index inbox_age on inbox (handled_at);

-- Which state of each resource a consumer that keeps a copy has seen.
create table copies (
    consumer text not null,
    resource text not null,
    key      text not null,
    epoch    bigint not null,
    version  bigint not null,
    primary key (consumer, resource, key)
);
create index copies_epoch on copies (consumer, epoch);

-- Events and jobs that were given up after their last try.
create table dead_letters (
    id          uuid primary key,
    -- the consumer, or the kind of job
    consumer    text not null,
    -- the subject of the event, or the key of the job
    subject     text not null,
    -- id, change and so on of an event; none for a job
    headers     jsonb,
    payload     bytea not null,
    reason      text not null,
    attempts    integer not null,
    given_up_at timestamptz not null default now(),
    -- an operator asked to try it again, then; none while it waits for one
    retry_at    timestamptz
);
create index dead_letters_page on dead_letters (given_up_at, id) where retry_at is null;
create index dead_letters_retry on dead_letters (consumer, retry_at) where retry_at is not null;
