-- What staff are to be told, until it is known whom that is. It is taken away in the transaction that claims the messages.
create table staff_alerts (
  event_id uuid primary key,
  template text not null,
  order_id uuid,
  data jsonb not null,
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index staff_alerts_due on staff_alerts (due_at);
