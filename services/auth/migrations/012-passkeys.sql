-- Passkeys (WebAuthn). The public key alone is here; the private one never leaves its owner's device.
create table passkeys (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  -- As the device calls it, base64url.
  credential_id text not null unique,
  public_key bytea not null,
  -- Of signatures, where the device counts them; one that does not go up comes from a copy of the key.
  counter bigint not null,
  transports jsonb not null,
  name text not null,
  -- Whether the device's maker keeps a copy, so that losing the device does not lose the passkey.
  backed_up boolean not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index passkeys_of_user on passkeys (user_id, id);

-- What has to be signed, once and soon. Random, and no secret.
create table passkey_challenges (
  challenge text primary key,
  -- Who registers a passkey with it; null for a log-in, where nobody is known yet.
  user_id uuid references users on delete cascade,
  expires_at timestamptz not null
);
create index passkey_challenges_expiry on passkey_challenges (expires_at);
