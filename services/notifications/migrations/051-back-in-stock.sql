-- Who wants to be told that a SKU can be bought again. Of guests their address is kept, the only one in this database, until they were told.
create table back_in_stock (
  id uuid primary key,
  sku text not null,
  -- Whom it is for, once a SKU: `u.<id of a user>`, or `a.<keyed hash of an address>`.
  subscriber text not null,
  user_id uuid,
  email text,
  -- The language that it was asked in, as a BCP 47 tag.
  locale text,
  -- What the SKU was called then, and the slug of its product.
  title text not null,
  slug text not null,
  -- due: it is back. told: a guest's mail is being sent; a user's request is gone by then.
  state text not null default 'waiting' check (state in ('waiting', 'due', 'told')),
  event_id uuid,
  due_at timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check ((user_id is null) <> (email is null))
);
create unique index back_in_stock_once on back_in_stock (sku, subscriber) where state <> 'told';
create index back_in_stock_of_subscriber on back_in_stock (subscriber, id);
create index back_in_stock_due on back_in_stock (due_at) where state = 'due';
create index back_in_stock_expiring on back_in_stock (expires_at);
