-- Messages to people who are signed in, shown in the shop as they come. Their claim is a row of messages, as of any other channel.
alter table messages drop constraint messages_channel_check;
alter table messages add constraint messages_channel_check check (channel in ('email', 'sms', 'live'));

-- A person's messages are counted without holes, in the order of their commits: the row is locked until then. So what is after a number is all that
-- was missed.
create table live_counters (
  user_id uuid primary key,
  last bigint not null,
  -- All up to here was read.
  read_to bigint not null default 0 check (read_to <= last)
);

create table live_messages (
  user_id uuid not null,
  seq bigint not null,
  message_id uuid not null,
  template text not null,
  order_id uuid,
  data jsonb not null,
  created_at timestamptz not null default now(),
  primary key (user_id, seq)
);
create index live_messages_by_age on live_messages (created_at);
