-- A second factor: codes that an app makes by the clock (TOTP, RFC 6238).
create table second_factors (
  user_id uuid primary key references users on delete cascade,
  -- Encrypted by a key of the secret store: who reads this table can make no code.
  sealed_secret text not null,
  -- Null until the owner has shown that the app makes the right codes; until then nobody is asked for one.
  confirmed_at timestamptz,
  -- The newest step of thirty seconds of which a code was used. None is good twice, nor is an older one after it.
  last_step bigint not null default 0,
  created_at timestamptz not null default now()
);

-- For who has lost the app: each is good once. Only hashes.
create table recovery_codes (
  user_id uuid not null references users on delete cascade,
  hash text not null,
  used_at timestamptz,
  primary key (user_id, hash)
);

-- Log-ins whose password was right, and that wait for the second factor.
create table login_challenges (
  hash text primary key,
  user_id uuid not null references users on delete cascade,
  -- Of the password that was right: another one makes the challenge void.
  password_since text not null,
  tries_left integer not null,
  expires_at timestamptz not null
);
create index login_challenges_expiry on login_challenges (expires_at);
