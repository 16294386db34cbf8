-- How many customers bought two products in one order, and in how many visits both were looked at. A pair stands twice, to be found from both sides.
create table product_pairs (
  kind text not null check (kind in ('bought', 'viewed')),
  product_id uuid not null,
  other_id uuid not null check (other_id <> product_id),
  customers integer not null check (customers >= 0),
  primary key (kind, product_id, other_id)
);
create index product_pairs_best on product_pairs (kind, product_id, customers desc);

-- In how many confirmed orders a product is, and in how many visits it was looked at.
create table product_demand (
  product_id uuid primary key,
  bought integer not null default 0 check (bought >= 0),
  viewed integer not null default 0 check (viewed >= 0)
);

-- What was looked at in visits of the last hour. A visit is a number that a browser draws for one window, and forgets with it.
create table visit_views (
  visit_id uuid not null,
  product_id uuid not null,
  seen_at timestamptz not null default now(),
  primary key (visit_id, product_id)
);
create index visit_views_by_age on visit_views (seen_at);
