-- The order as it is now: a projection of order_events, written in the same transaction. A row with status 'void' is no order: it keeps an order
-- id, which a cart was sealed with, from ever becoming one, so that the cart can be opened again.
create table orders (
  id uuid primary key,
  status text not null
    check (status in ('placed', 'reserved', 'rejected', 'authorized', 'payment_failed', 'confirmed', 'cancelled', 'void')),
  cart_id uuid unique,
  number text unique,
  customer_id uuid,
  currency text,
  lines jsonb,
  totals jsonb,
  coupon_code text,
  shipping_method text,
  provider text,
  -- The provider's token of the means of payment, kept only until OrderReserved has carried it to payments.
  payment_token text,
  fulfilment text not null default 'none',
  payment_status text not null default 'none',
  next_action jsonb,
  retry_cart_id uuid,
  refunded bigint not null default 0 check (refunded >= 0),
  version integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- When an order that is not paid is cancelled.
  expires_at timestamptz,
  check (status = 'void' or (cart_id is not null and number is not null and currency is not null and lines is not null
    and totals is not null and shipping_method is not null and provider is not null and version > 0))
);
create index orders_of_customer on orders (customer_id, id desc) where customer_id is not null;
create index orders_unpaid on orders (expires_at) where status in ('placed', 'reserved');

-- What happened to an order, for ever. No personal data: that is in order_contacts.
create table order_events (
  order_id uuid not null references orders (id),
  version integer not null check (version > 0),
  type text not null,
  data jsonb not null,
  -- Who caused it: customer:<id>, guest, staff:<id>, the service that reported, or deadline.
  cause text not null,
  at timestamptz not null default now(),
  primary key (order_id, version)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger order_events_rows_stay before update or delete on order_events for each row execute function refuse_change();
create trigger order_events_stay before truncate on order_events for each statement execute function refuse_change();

-- Whom the order is for. May be corrected and erased.
create table order_contacts (
  order_id uuid primary key references orders (id),
  email text not null,
  name text not null,
  address jsonb not null
);

create table coupons (
  code text primary key check (code = upper(code)),
  kind text not null check (kind in ('percent', 'amount')),
  -- Basis points where kind is percent, else minor units of currency.
  value bigint not null check (value > 0),
  currency text,
  minimum_items bigint not null default 0 check (minimum_items >= 0),
  ends_at timestamptz,
  max_redemptions integer,
  redeemed integer not null default 0 check (redeemed >= 0 and (max_redemptions is null or redeemed <= max_redemptions)),
  check (kind <> 'percent' or value <= 10000),
  check (kind <> 'amount' or currency is not null)
);
insert into coupons (code, kind, value, currency, minimum_items) values
  ('WELCOME10', 'percent', 1000, null, 0),
  ('SAVE5', 'amount', 500, 'USD', 2000);

create table coupon_redemptions (
  order_id uuid primary key references orders (id),
  code text not null references coupons (code)
);

-- What each SKU costs, from catalog's events: the truth at checkout.
create table prices (
  sku text primary key,
  product_id uuid not null,
  title text not null,
  price bigint not null check (price >= 0),
  currency text not null,
  -- Version of the product that said so.
  version integer not null
);
create index prices_of_product on prices (product_id);

-- Secrets that the service made up itself, where the secret store has none.
create table own_secrets (
  name text primary key,
  value bytea not null
);

-- When carts were left: one CartAbandoned each, however often the actor says so.
create table abandoned_carts (
  cart_id uuid not null,
  version integer not null check (version > 0),
  -- When the cart had last been touched.
  changed_at timestamptz not null,
  primary key (cart_id, version),
  unique (cart_id, changed_at)
);
