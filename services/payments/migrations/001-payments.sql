-- One payment an order. Its states and what leads from one to the next: domain/payment.ts.
create table payments (
  order_id uuid primary key,
  payment_id uuid not null unique,
  customer_id uuid,
  state text not null,
  provider text not null,
  -- The provider's token of the means of payment, never a card; forgotten once the payment is settled.
  token text,
  amount bigint,
  currency text,
  -- The provider's own id of the payment.
  reference text,
  next_action jsonb,
  reason text,
  cancel_requested boolean not null default false,
  -- Version of the aggregate `payment`: how many of its events were published.
  version integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index payments_by_reference on payments (provider, reference);

-- Calls of a provider that are to be made. A worker takes one by its lease; who dies loses it by time.
create table attempts (
  order_id uuid not null references payments,
  step text not null check (step in ('authorise', 'capture', 'void', 'refund')),
  state text not null default 'open' check (state in ('open', 'done')),
  tries integer not null default 0,
  due_at timestamptz not null default now(),
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (order_id, step)
);
create index attempts_due on attempts (due_at) where state = 'open';

-- Double-entry: each transaction's entries add up to zero. Appended, never changed.
create table ledger_entries (
  id bigint generated always as identity primary key,
  transaction_id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('capture', 'refund')),
  account text not null,
  -- Minor units; a debit is positive, a credit negative.
  amount bigint not null check (amount <> 0),
  currency text not null,
  created_at timestamptz not null default now()
);
create index ledger_by_order on ledger_entries (order_id);
create index ledger_by_transaction on ledger_entries (transaction_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger ledger_append_only before update or delete on ledger_entries for each row execute function refuse_change();
create trigger ledger_no_truncate before truncate on ledger_entries for each statement execute function refuse_change();

create function check_balance() returns trigger language plpgsql as $$
begin
  if (select sum(amount) from ledger_entries where transaction_id = new.transaction_id) <> 0 then
    raise exception 'ledger transaction % does not add up to zero', new.transaction_id using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger ledger_balances after insert on ledger_entries deferrable initially deferred for each row execute function check_balance();

-- Webhooks that were taken, so that one delivered twice is applied once.
create table webhooks (
  provider text not null,
  event_id text not null,
  received_at timestamptz not null default now(),
  primary key (provider, event_id)
);

-- What the sandbox provider remembers, as a real provider would on its side.
create table sandbox_payments (
  reference text primary key,
  order_id uuid not null,
  token text not null,
  state text not null check (state in ('pending', 'action_required', 'authorized', 'declined', 'captured', 'voided', 'refunded')),
  amount bigint not null,
  currency text not null,
  updated_at timestamptz not null default now()
);
