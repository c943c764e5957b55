-- Where a mail leads that proves nothing: the path of a page, which any reader of it may open. Empty for none.
alter table mails add column path text not null default '';
