-- What was ordered, from the events of orders: who has bought a product, and what is bought together.
create table bought_orders (
  order_id uuid primary key,
  -- Null: a guest, or somebody who was erased since.
  customer_id uuid,
  -- Products, not SKUs, in the order of their ids.
  product_ids uuid[] not null,
  confirmed boolean not null default false,
  created_at timestamptz not null default now()
);
create index bought_orders_of_customer on bought_orders (customer_id) where customer_id is not null;
create index bought_orders_of_others on bought_orders (created_at) where customer_id is null or not confirmed;
