-- Which collectivités have a partnership with which partner: a copy of what projects tells, which decides who may change a partner.
create table partner_uses (
    partnership_id  uuid not null,
    collectivite_id text not null,
    partner_id      uuid not null,
    primary key (partnership_id, collectivite_id)
);
create index partner_uses_by_partner on partner_uses (partner_id, collectivite_id);
