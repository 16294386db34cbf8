-- One payment an order. Its states and what leads from one to the next: domain/payment-states.ts.
create table payments (
  order_id uuid primary key,
  payment_id uuid not null unique,
  customer_id uuid,
  state text not null,
  provider text not null,
  -- The provider's token of the means of payment, never a card; forgotten once the provider has decided.
  token text,
  -- Minor units, as are held, captured and refunded: what the provider holds for us, has taken for us, has given back.
  amount bigint,
  currency text,
  held bigint not null default 0 check (held >= 0),
  captured bigint not null default 0 check (captured >= 0),
  refunded bigint not null default 0 check (refunded between 0 and captured),
  -- The provider's own id of the payment.
  reference text,
  next_action jsonb,
  reason text,
  -- Version of the aggregate `payment`: how many of its events were published.
  version integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index payments_need_a_person on payments (updated_at) where state in ('void_stuck', 'refund_stuck');

-- Calls of a provider that are to be made. A worker takes one by its lease; who dies loses it by time. The call's key is
-- order:step:number, the same however often it is made, so that the provider does it once.
create table attempts (
  order_id uuid not null references payments,
  step text not null check (step in ('authorise', 'capture', 'void', 'refund', 'look_up')),
  number integer not null,
  state text not null default 'open' check (state in ('open', 'done')),
  tries integer not null default 0,
  due_at timestamptz not null default now(),
  leased_until timestamptz,
  lease uuid,
  -- What came of the last call, as a code.
  outcome text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (order_id, step, number)
);
create index attempts_due on attempts (due_at) where state = 'open';

-- Double-entry: each transaction's entries add up to zero. Appended, never changed.
create table ledger_entries (
  id bigint generated always as identity primary key,
  transaction_id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('hold', 'release', 'capture', 'refund')),
  account text not null,
  -- Minor units; a debit is positive, a credit negative.
  amount bigint not null check (amount <> 0),
  currency text not null,
  created_at timestamptz not null default now(),
  -- Nothing is held, released, captured or refunded twice for an order.
  unique (order_id, kind, account)
);
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
  if exists (select 1 from ledger_entries where transaction_id = new.transaction_id group by currency having sum(amount) <> 0) then
    raise exception 'ledger transaction % does not add up to zero', new.transaction_id using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger ledger_balances after insert on ledger_entries deferrable initially deferred for each row execute function check_balance();

-- Webhooks that were taken, so that one delivered twice is looked into once.
create table webhooks (
  provider text not null,
  event_id text not null,
  received_at timestamptz not null default now(),
  primary key (provider, event_id)
);
create index webhooks_by_age on webhooks (received_at);

-- What the sandbox provider remembers, as a real provider would on its side.
create table sandbox_payments (
  order_id uuid primary key,
  reference text not null unique,
  token text not null,
  state text not null check (state in ('action_required', 'authorized', 'declined', 'captured', 'voided', 'refunded')),
  reason text,
  amount bigint not null,
  currency text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- What the sandbox has done with money, by the key that it was asked with: a key that comes again does nothing.
create table sandbox_movements (
  key text primary key,
  order_id uuid not null references sandbox_payments,
  kind text not null check (kind in ('authorise', 'capture', 'void', 'refund')),
  amount bigint not null,
  created_at timestamptz not null default now()
);
create index sandbox_movements_by_order on sandbox_movements (order_id);
