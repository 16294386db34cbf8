-- Movements of stock: the truth. Appended by the Stock actors alone; the stock of a SKU is the sum of its movements.
create table stock_movements (
  sku text not null,
  version integer not null check (version > 0),
  command_id text not null,
  type text not null check (type in ('set', 'adjusted', 'reserved', 'released', 'committed')),
  on_hand_delta integer not null,
  reserved_delta integer not null,
  on_hand integer not null check (on_hand >= reserved),
  reserved integer not null check (reserved >= 0),
  order_id uuid,
  reason text not null,
  author text,
  created_at timestamptz not null default now(),
  -- The fence: of two activations of one actor, only one can append the next movement.
  primary key (sku, version),
  -- A command is done once, however often it comes.
  unique (sku, command_id)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger stock_movements_append_only before update or delete on stock_movements for each row execute function refuse_change();
create trigger stock_movements_no_truncate before truncate on stock_movements for each statement execute function refuse_change();

create index stock_movements_order on stock_movements (order_id) where order_id is not null;

-- What an order holds. Settled states: reserved, rejected, released, committed; the others are work to be done.
create table reservations (
  order_id uuid primary key,
  state text not null check (state in ('reserving', 'reserved', 'refusing', 'rejected', 'releasing', 'released', 'committing', 'committed')),
  lines jsonb not null,
  shortages jsonb not null default '[]',
  -- Version of the aggregate `reservation`: how many of its events were published.
  version integer not null default 0,
  -- Who works on it has it until then. A worker that died loses it by time; after a failure it is the time of the next attempt.
  leased_until timestamptz,
  leased_by uuid,
  -- Failures since it was last settled.
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index reservations_unsettled on reservations (updated_at) where state in ('reserving', 'refusing', 'releasing', 'committing');
create index reservations_held on reservations (updated_at) where state = 'reserved';
