-- Webhooks about refunds and disputes name the provider's payment, and not always our order.
create index payments_by_reference on payments (reference) where reference is not null;
