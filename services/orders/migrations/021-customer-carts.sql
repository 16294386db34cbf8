-- The cart of the moment of who is signed in, so that it is found on other devices too.
create table customer_carts (
  customer_id uuid primary key,
  cart_id uuid not null,
  since timestamptz not null default now()
);
