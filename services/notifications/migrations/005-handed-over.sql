-- How often a message was given to the mailbox: it shows it once, and tells whoever checks that nobody is told anything twice.
alter table mailbox add column handed_over integer not null default 1;
