-- The language that a customer has chosen for messages, as a BCP 47 tag.
alter table preferences add column locale text;
