alter table users
  add column email_verified_at timestamptz,
  -- Since when the password is this one. Another hash of the same password is no other password.
  add column password_since timestamptz not null default now();

-- Links that prove who reads the mail of an address. The secret in them is made from their id and kept nowhere.
create table account_links (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  purpose text not null check (purpose in ('verify', 'reset', 'change')),
  -- Where it is sent. For a change that is the new address.
  email text not null,
  expires_at timestamptz not null,
  -- Used, or made void by another.
  ended_at timestamptz,
  created_at timestamptz not null default now()
);
create index account_links_of_user on account_links (user_id, purpose, created_at);
create index account_links_expiry on account_links (expires_at);

-- Forgotten passwords that are still to be seen to. Asking costs the same whether there is an account or not: what differs is done after the answer.
create table forgotten_passwords (
  id uuid primary key,
  email text not null,
  network text
);

-- What replicas that start together have to agree on.
create table own_secrets (
  name text primary key,
  value bytea not null
);
