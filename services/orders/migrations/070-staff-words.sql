-- Also what staff type when they cancel, give money back, or do not take goods back: it may name people as well. `id` is a refund's too, or that of
-- what was answered to a return, which has the words of its customer under its own.
alter table order_words alter column id type text;
