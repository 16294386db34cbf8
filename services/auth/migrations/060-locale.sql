-- The language that somebody registered in, or has chosen since, as a BCP 47 tag: that of mails about the account.
alter table users add column locale text;
