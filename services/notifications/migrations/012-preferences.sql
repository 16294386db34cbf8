-- What a customer wants and does not want, by event and channel: {"order-shipped": {"email": false}}. What is not named follows the switches beside it.
alter table preferences add column events jsonb not null default '{}';

-- What people without an account want no more, by a keyed hash of their address; event `*`: nothing that is not essential.
create table opt_outs (
  address_hash text not null,
  event text not null,
  created_at timestamptz not null default now(),
  primary key (address_hash, event)
);

-- Secrets of the service's own, where the secret store has none.
create table own_secrets (
  name text primary key,
  value bytea not null
);

-- Headers of a mail that matter to whoever receives it.
alter table mailbox add column headers jsonb not null default '{}';
