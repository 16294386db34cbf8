-- A seller's price list: each change of what one of the seller's products costs, or whether it is for sale, gives its next version. Whoever follows
-- the events has to see a seller's changes in this order, across products, to sell at prices that there once were together.
create table price_lists (
  seller_id text primary key,
  version bigint not null
);
-- The version that the product's last change gave the list. None: it has not changed since there are lists.
alter table products add column list_version bigint;
create index products_of_price_list on products (seller_id, list_version);
