-- Money that goes back, part by part. The refund that ends an order has the payment's own id; others are named by orders.
create table refunds (
  refund_id uuid primary key,
  order_id uuid not null references payments,
  -- Minor units.
  amount bigint not null check (amount >= 0),
  state text not null check (state in ('open', 'done', 'failed')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index refunds_by_order on refunds (order_id);

insert into refunds (refund_id, order_id, amount, state)
  select payment_id, order_id, captured, case state when 'refunded' then 'done' else 'open' end from payments
  where state in ('refunding', 'refunded', 'refund_stuck');

alter table attempts add column refund_id uuid references refunds;
update attempts set refund_id = p.payment_id from payments p where attempts.order_id = p.order_id and attempts.step = 'refund';
alter table attempts add check (step <> 'refund' or refund_id is not null);

-- Nothing is held, released or captured twice for an order, and no refund is paid twice.
alter table ledger_entries add column refund_id uuid;
alter table ledger_entries drop constraint ledger_entries_order_id_kind_account_key;
create unique index ledger_once on ledger_entries (order_id, kind, account) where kind <> 'refund';
create unique index ledger_refund_once on ledger_entries (refund_id, account) where refund_id is not null;
alter table ledger_entries add constraint ledger_refund_named check (kind <> 'refund' or refund_id is not null) not valid;
