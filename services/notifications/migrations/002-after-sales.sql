-- Where the money of an order is, so that the mail of a cancellation can say what becomes of it.
alter table orders add column payment_status text not null default 'none';
-- Minor units that were given back, or are on their way.
alter table orders add column given_back bigint not null default 0;
