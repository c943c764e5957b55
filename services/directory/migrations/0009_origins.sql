-- Where contacts and ties to networks come from: what is invented for demonstration can be told, and taken away again.
alter table contacts add column origin text not null default 'officiel' check (origin in ('officiel', 'wikipedia', 'demo'));
alter table network_relations add column origin text not null default 'officiel' check (origin in ('officiel', 'wikipedia', 'demo'));
-- What a drop of demonstration data looks for.
create index contacts_of_demo on contacts (id) where origin = 'demo';
create index partners_of_demo on partners (id) where origin = 'demo';
