-- A draft is seen by staff alone; a scheduled one until its time has come.
alter table products
  add column status text not null default 'published' check (status in ('draft', 'scheduled', 'published')),
  add column publish_at timestamptz,
  -- How often what was entered has changed; drafts change without events, so `version` does not tell.
  add column revision integer not null default 1,
  add constraint scheduled_has_a_time check ((status = 'scheduled') = (publish_at is not null));
update products set revision = version;
create index products_to_publish on products (publish_at) where status = 'scheduled';
create index products_of_brand on products (brand, id);

-- Slugs that products had before: who follows an old address is shown the new one.
create table former_slugs (
  slug text primary key,
  product_id uuid not null references products on delete cascade,
  since timestamptz not null default now()
);
create index former_slugs_of_product on former_slugs (product_id);
