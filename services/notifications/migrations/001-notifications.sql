-- What e-mails say of an order, from its events. No personal data: whom to write to is asked when a message is sent.
create table orders (
  order_id uuid primary key,
  number text not null,
  customer_id uuid,
  currency text not null,
  lines jsonb not null,
  totals jsonb not null,
  placed_at timestamptz not null
);
create index orders_of_customer on orders (customer_id) where customer_id is not null;

-- Messages and how they fared: the delivery log. `recipient` is a reference (`order:<id>`, `user:<id>`), never an address.
create table messages (
  id uuid primary key,
  event_id uuid not null,
  channel text not null check (channel in ('email', 'sms')),
  recipient text not null,
  template text not null,
  data jsonb not null,
  order_id uuid,
  user_id uuid,
  -- waiting: to be sent; sending: handed to the provider, no answer yet; the others are final.
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed', 'skipped')),
  tries integer not null default 0,
  -- Times it was sent again though nobody knew whether the first one went out.
  resends integer not null default 0,
  due_at timestamptz not null default now(),
  leased_until timestamptz,
  lease uuid,
  provider text,
  provider_message_id text,
  reason text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  -- The claim: one event makes one message for a recipient and channel, however often it is delivered.
  unique (event_id, channel, recipient)
);
create index messages_due on messages (due_at) where state in ('waiting', 'sending');
create index messages_of_user on messages (user_id, id) where user_id is not null;

create table preferences (
  user_id uuid primary key,
  email_updates boolean not null,
  sms_updates boolean not null,
  phone text,
  updated_at timestamptz not null default now()
);

-- Where messages go while no provider has a key; on local machines only.
create table mailbox (
  message_id uuid primary key,
  channel text not null,
  recipient text not null,
  subject text not null,
  html text,
  text text not null,
  created_at timestamptz not null default now()
);
create index mailbox_of_recipient on mailbox (lower(recipient), message_id);
