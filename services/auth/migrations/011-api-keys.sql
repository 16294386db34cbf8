-- Keys of machines, each with what it may do.
create table api_keys (
  id uuid primary key,
  name text not null,
  permissions jsonb not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- To the minute: it is written at most once in one.
  last_used_at timestamptz
);

-- Secrets of a key: the newest, and earlier ones for as long as their rotation lets them go on. Only hashes.
create table api_key_secrets (
  -- Shown in lists and found by; no secret.
  prefix text primary key,
  key_id uuid not null references api_keys on delete cascade,
  hash text not null,
  -- Null for the newest.
  ends_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create unique index api_key_secrets_newest on api_key_secrets (key_id) where ends_at is null;
create index api_key_secrets_end on api_key_secrets (ends_at);

-- What it happened to, where that is no account.
alter table security_events add column subject_id uuid;
