-- Changes of price lists that are not in `prices` yet: kept as their events come, and taken over in the order of the lists.
create table price_list_steps (
  seller_id text not null,
  version bigint not null,
  product_id uuid not null,
  product_version integer not null,
  currency text not null,
  -- None: the product is not for sale any more.
  variants jsonb not null,
  kept_at timestamptz not null default now(),
  primary key (seller_id, version)
);
alter table price_lists add column moved_at timestamptz not null default now();
