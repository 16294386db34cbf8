-- What providers tell of messages afterwards. No personal data: an address is kept as a keyed hash.
alter table messages add column handed_over_at timestamptz;
alter table messages add column recipient_hash text;
alter table messages add column outcome text check (outcome in ('undelivered', 'delivered', 'bounced', 'complained'));
alter table messages add column outcome_at timestamptz;
create index messages_of_recipient on messages (recipient_hash, id) where recipient_hash is not null;

-- Providers tell things twice: each counts once.
create table provider_events (
  provider text not null,
  event_id text not null,
  message_id uuid not null,
  kind text not null,
  told_at timestamptz not null default now(),
  primary key (provider, event_id)
);
create index provider_events_by_age on provider_events (told_at);

-- Addresses that nothing is sent to, because mails bounced or were complained about; until staff lift it.
create table suppressions (
  id uuid primary key,
  address_hash text not null,
  channel text not null check (channel in ('email', 'sms')),
  reason text not null check (reason in ('bounced', 'complained')),
  message_id uuid not null,
  created_at timestamptz not null default now(),
  lifted_at timestamptz,
  lifted_by uuid
);
create unique index suppressions_standing on suppressions (address_hash, channel) where lifted_at is null;
