-- What was never sent of orders that were shipped in part. Part of the projection, as its events make it.
alter table orders add column cancellations jsonb not null default '[]';
