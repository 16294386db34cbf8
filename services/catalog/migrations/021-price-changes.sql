-- Changes of many prices at once. What is applied is what was shown: each item holds both prices.
create table price_changes (
  id uuid primary key,
  author uuid not null,
  reason text not null,
  selection jsonb not null,
  rule jsonb not null,
  state text not null default 'preview' check (state in ('preview', 'applying', 'applied', 'cancelled')),
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index price_changes_to_apply on price_changes (id) where state = 'applying';

create table price_change_items (
  change_id uuid not null references price_changes on delete cascade,
  product_id uuid not null,
  sku text not null,
  title text not null,
  currency text not null,
  before bigint not null,
  -- Null where the rule makes no price of it.
  after bigint,
  -- skipped: the price was another than the one that was shown, or the variant was gone.
  state text not null check (state in ('pending', 'applied', 'skipped', 'impossible')),
  applied_at timestamptz,
  primary key (change_id, product_id, sku)
);
create index price_change_items_of_sku on price_change_items (sku, applied_at) where state = 'applied';
