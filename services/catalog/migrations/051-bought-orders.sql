-- Orders tell what was bought when they are confirmed: of those that come to nothing, and in a sale most do, nothing has to be kept.
delete from bought_orders where not confirmed;
drop index bought_orders_of_others;
alter table bought_orders drop column confirmed;
create index bought_orders_of_guests on bought_orders (created_at) where customer_id is null;

-- An order of theirs may be told of after they were erased; for as long as an event can be late.
create table erased_customers (
  customer_id uuid primary key,
  erased_at timestamptz not null default now()
);
