-- What happened to accounts and to their safety. Ids only, so that erasing a person leaves it whole; nobody changes or removes a row.
create table security_events (
  id uuid primary key,
  -- Null where it belongs to nobody, as with the signing keys. It stays when the account is erased.
  user_id uuid,
  kind text not null,
  session_id uuid,
  -- Who did it, where that was somebody else, such as an administrator.
  actor_id uuid,
  -- The network that it came from (/24 or /48), not the address of a household.
  network text,
  at timestamptz not null default now()
);
create index security_events_of_user on security_events (user_id, id);
create index security_events_of_kind on security_events (kind, id);
-- A family of refresh tokens is revoked once, however often spent tokens of it are shown, and its owner is told once.
create unique index security_events_reuse on security_events (session_id) where kind = 'refresh_token_reused';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger security_events_rows_stay before update or delete on security_events for each row execute function refuse_change();
create trigger security_events_stay before truncate on security_events for each statement execute function refuse_change();

-- Of which of them the owner is told. Notifications asks for it when it writes.
create table security_notices (
  event_id uuid primary key references security_events,
  user_id uuid not null references users on delete cascade,
  -- Where to, when that is not the account's address of the moment: who lost an account to another address is told at the old one.
  email text
);
create index security_notices_of_user on security_notices (user_id);
