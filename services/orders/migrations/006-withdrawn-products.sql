-- Products whose deletion catalog has told by invocation: what older events of them still say is not for sale any more. An id is never used again.
create table withdrawn_products (
  product_id uuid primary key,
  withdrawn_at timestamptz not null default now()
);
