-- An order of theirs may be told of after they were erased; for as long as an event can be late.
create table erased_customers (
  customer_id uuid primary key,
  erased_at timestamptz not null default now()
);
