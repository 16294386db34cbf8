-- A refund that the provider has refused has failed, also where its order has ended: until now it stayed open, though nobody asked for it any more.
update refunds r set state = 'failed', updated_at = now() from payments p
  where p.order_id = r.order_id and p.state = 'refund_stuck' and r.state = 'open'
    and not exists (select 1 from attempts a where a.refund_id = r.refund_id and a.state = 'open');
