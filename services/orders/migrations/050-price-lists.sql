-- How far each seller's price list has come in `prices`: all changes up to this version are there, and none that is later.
create table price_lists (
  seller_id text primary key,
  version bigint not null
);
