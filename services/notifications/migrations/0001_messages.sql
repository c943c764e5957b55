-- Mails to send: by reference only. No name, no address, no link, no code is in this database: each is asked for before each try.
create table messages (
    -- made from the time: later mails have greater ids
    id              uuid primary key,
    -- the service whose act asked for it, and its name for that
    source          text not null,
    intent_id       uuid not null,
    -- owner:kind:key
    recipient       text not null,
    template        text not null,
    collectivite_id text not null,
    -- security mail first (0), then ordinary (1), then campaigns (2)
    lane            smallint not null check (lane between 0 and 2),
    state           text not null check (state in ('queued', 'sending', 'accepted', 'deferred', 'refused', 'expired', 'cancelled')),
    -- when it was put in line, the last time; the date that it bears
    queued_at       timestamptz not null,
    -- the act says: not sent after that
    expires_at      timestamptz not null,
    -- no more tries after that: a day after it was put in line, or when it expires
    until           timestamptz not null,
    -- while it is sent: when another worker takes it again, because the one that has it is dead; none once it has ended
    next_try_at     timestamptz,
    -- counts the tries since it was put in line: of two that both think they have the mail, the later counts
    tries           integer not null default 0,
    -- how often an administrator had it sent again
    resent          integer not null default 0,
    accepted_at     timestamptz,
    bounced_at      timestamptz,
    -- of the last try: fr or en
    locale          text not null default '',
    -- m…e@example.org, and keyed hashes of the address and of its domain: nobody gets too many, no domain blocks the others
    masked_address  text not null default '',
    address         bytea,
    domain          bytea,
    -- what was said last, without addresses
    last_reply      text not null default '' check (length(last_reply) <= 500),
    traceparent     text,
    version         bigint not null,
    constraint message_asked_once unique (source, intent_id, recipient, template),
    check ((next_try_at is not null) = (state in ('queued', 'sending', 'deferred')))
);
create index messages_due on messages (lane, next_try_at, id) where next_try_at is not null;
create index messages_ending on messages (until) where next_try_at is not null;
create index messages_sending on messages (domain) where state = 'sending';
create index messages_of_the_day on messages (address, lane, accepted_at) where accepted_at is not null;
create index messages_by_collectivite on messages (collectivite_id, id);
create index messages_by_recipient on messages (recipient, id);
create index messages_by_state on messages (state, id);

-- Each try.
create table deliveries (
    message_id uuid not null references messages on delete cascade,
    number     integer not null,
    tried_at   timestamptz not null default now(),
    outcome    text not null check (outcome in ('accepted', 'deferred', 'refused')),
    reply      text not null check (length(reply) <= 500),
    primary key (message_id, number)
);

-- Domains whose server hung: one mail at a time goes there for a while.
create table slow_domains (
    domain bytea primary key,
    until  timestamptz not null
);

-- Gives a mail that is being sent its place among those to the same domain: 'taken', 'full' (too many are under way), or
-- 'enough' (the address has had as many of this lane today as it may). A function because each of its statements sees what
-- was committed before it began: of two that come at the same time, the second counts the first.
create function message_place(
    message uuid, try integer, to_domain bytea, to_address bytea, shown text, in_locale text, at_once integer, a_day integer
) returns text language plpgsql as $$
declare
    mine    messages%rowtype;
    allowed integer := at_once;
begin
    perform pg_advisory_xact_lock(hashtext('messages.domain'), hashtext(encode(to_domain, 'hex')));
    select * into mine from messages where id = message and state = 'sending' and tries = try for update;
    if not found then
        return 'lost';
    end if;
    update messages set domain = to_domain, address = to_address, masked_address = shown, locale = in_locale where id = message;
    if exists (select from slow_domains where domain = to_domain and until > now()) then
        allowed := 1;
    end if;
    if (select count(*) from messages where state = 'sending' and domain = to_domain and id <> message and next_try_at > now()) >= allowed then
        return 'full';
    end if;
    if (select count(*) from messages m
        where m.address = to_address and m.lane = mine.lane and m.id <> message
          and (m.accepted_at > now() - interval '1 day' or m.state = 'sending' and m.next_try_at > now())) >= a_day then
        return 'enough';
    end if;
    return 'taken';
end
$$;
