-- Goods that customers sent back and that can be sold again: one turn of a SKU's actor each, which is to be taken, or was.
create table returned_goods (
  return_id uuid not null,
  sku text not null,
  order_id uuid not null,
  quantity integer not null check (quantity > 0),
  state text not null default 'open' check (state in ('open', 'done')),
  -- Who takes the turn has the row until then. A worker that died loses it by time, and one that failed gives it up until then.
  leased_until timestamptz,
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (return_id, sku)
);
create index returned_goods_open on returned_goods (leased_until) where state = 'open';
