-- Customers who were erased and whose orders are still to be ended: without a contact nothing can be sent.
create table erasures (
  customer_id uuid primary key,
  at timestamptz not null default now()
);
