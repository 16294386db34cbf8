-- What customers type when they cancel an order or want to send something back. Events say only that there are words: so words can be erased, and what
-- happened stays. `id` is the return's, or the order's own for a cancellation.
create table order_words (
  order_id uuid not null,
  id uuid not null,
  text text not null,
  created_at timestamptz not null default now(),
  primary key (order_id, id)
);
