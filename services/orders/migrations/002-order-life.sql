-- What becomes of an order after it was confirmed: parcels, refunds, returns. Part of the projection, as its events make them.
alter table orders
  add column shipments jsonb not null default '[]',
  add column refunds jsonb not null default '[]',
  add column returns jsonb not null default '[]';

-- The projection can be thrown away and made again from the events, so nothing refers to it.
alter table order_events drop constraint order_events_order_id_fkey;
alter table order_contacts drop constraint order_contacts_order_id_fkey;
alter table coupon_redemptions drop constraint coupon_redemptions_order_id_fkey;

-- The provider's token of the means of payment: no part of the history, kept only until OrderReserved has carried it to payments.
create table payment_tokens (
  order_id uuid primary key,
  token text not null
);
insert into payment_tokens (order_id, token) select id, payment_token from orders where payment_token is not null;
alter table orders drop column payment_token;

-- That an id never becomes an order is part of its history too.
insert into order_events (order_id, version, type, data, cause, at)
  select id, 1, 'OrderVoided', '{}', 'placement', created_at from orders where status = 'void';
update orders set version = 1 where status = 'void';

-- Who redeemed a coupon, so that it can be limited per customer: an account's id, and a keyed hash of the e-mail, which does not tell it.
alter table coupons
  add column max_per_customer integer check (max_per_customer > 0),
  add column created_at timestamptz not null default now();
alter table coupon_redemptions
  add column customer_id uuid,
  add column email_key text,
  add column redeemed_at timestamptz not null default now();
create index coupon_redemptions_of_customer on coupon_redemptions (code, customer_id) where customer_id is not null;
create index coupon_redemptions_of_email on coupon_redemptions (code, email_key) where email_key is not null;
