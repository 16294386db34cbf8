alter table signing_keys
  -- A key is published before it signs, so that no service meets one that it does not know.
  add column signs_from timestamptz not null default now(),
  -- Fell into wrong hands: nothing that it signed counts any more.
  add column withdrawn_at timestamptz;
update signing_keys set signs_from = created_at;
