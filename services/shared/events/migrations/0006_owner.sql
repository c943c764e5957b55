-- Days of the log are made and dropped by whoever owns it: the service that asks for it need not be able to change a table.
alter function outbox_prepare(integer) security definer;
alter function outbox_prepare(integer) set search_path to public, pg_temp;
alter function outbox_retire(integer) security definer;
alter function outbox_retire(integer) set search_path to public, pg_temp;
