create table users (
  id uuid primary key,
  -- Lower case: two spellings of an address are one account.
  email text not null unique,
  name text not null,
  password_hash text not null,
  roles jsonb not null,
  -- Version of the aggregate `user`: how many of its events were published.
  version integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table addresses (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  address jsonb not null,
  created_at timestamptz not null default now()
);
create index addresses_of_user on addresses (user_id, id);

-- Keys that sign access tokens. Public ones are served as JWKS as long as tokens signed by them may live.
create table signing_keys (
  kid text primary key,
  private_jwk jsonb not null,
  public_jwk jsonb not null,
  created_at timestamptz not null default now()
);

-- Failed log-ins of an account from an address of the network, both hashed. They slow guessing down; they never lock the owner out elsewhere.
create table login_failures (
  key text primary key,
  failures integer not null,
  last_at timestamptz not null default now()
);
