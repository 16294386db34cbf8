-- Accounts that are gone, and of which the other services are still to be told. That waits until nothing can come from the account any more.
create table erasures (
  user_id uuid primary key,
  -- Of the event that tells it.
  version integer not null,
  gone_at timestamptz not null default now()
);
create index erasures_by_age on erasures (gone_at);
