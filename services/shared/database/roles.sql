-- What the two roles of a service may do. Run once in its database, by a superuser, before `<service> migrate`:
--
--   psql -d directory -v database=directory -v service=directory -v owner=directory_owner -f roles.sql
--
-- The owner owns every table and runs `migrate`. The service itself reads and writes rows: it changes no table, and has no
-- more of a table than the owner left it (of identity's journal: to read, and to add).
revoke all on database :"database" from public;
grant connect, temporary on database :"database" to :"service";
grant usage on schema public to :"service";
alter default privileges for role :"owner" in schema public grant select, insert, update, delete on tables to :"service";
alter default privileges for role :"owner" in schema public grant usage, select on sequences to :"service";
