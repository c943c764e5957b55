-- What a write answered, so that its repeat gets the same answer.
create table answers (
    caller     text not null,
    method     text not null,
    request_id uuid not null,
    -- SHA-256 of the request
    request    bytea not null,
    -- empty until the write ends, in its own transaction: nobody else ever sees it empty
    answer     bytea,
    created_at timestamptz not null default now(),
    primary key (caller, method, request_id)
);
create index answers_age on answers (created_at);
