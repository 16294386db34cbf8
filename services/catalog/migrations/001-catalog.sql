create table categories (
  slug text primary key,
  name text not null,
  parent text references categories,
  position integer not null default 0
);

create table products (
  id uuid primary key,
  slug text not null unique,
  title text not null,
  description text not null,
  brand text not null,
  category text not null references categories,
  seller_id text not null,
  currency text not null,
  tags jsonb not null default '[]',
  images jsonb not null default '[]',
  -- Derived from the reviews, which are in MongoDB.
  rating_sum integer not null default 0,
  rating_count integer not null default 0,
  -- Of what was imported or entered, so that the same again changes nothing.
  content_hash text not null,
  -- Version of the aggregate `product`: how many of its events were published.
  version integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index products_of_category on products (category, id);

create table variants (
  sku text primary key,
  product_id uuid not null references products on delete cascade,
  position integer not null,
  title text not null,
  price bigint not null check (price >= 0),
  compare_at bigint check (compare_at >= 0),
  options jsonb not null default '{}',
  barcode text,
  weight_grams integer
);
create index variants_of_product on variants (product_id, position);

-- Copies of inventory's levels, by its events.
create table stock_levels (
  sku text primary key,
  available integer not null,
  version integer not null
);

-- Products whose entry in the search index is to be made anew, or removed. The version orders entries: a late one cannot win.
create sequence index_versions;
create table index_queue (
  product_id uuid primary key,
  version bigint not null default nextval('index_versions'),
  leased_until timestamptz,
  created_at timestamptz not null default now()
);
