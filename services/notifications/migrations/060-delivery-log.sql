-- The delivery log is searched by order, number, recipient, kind, state and time, and shown the newest first.
create index messages_by_age on messages (created_at, id);
create index messages_of_order on messages (order_id, created_at, id) where order_id is not null;
create index messages_of_template on messages (template, created_at, id);
create index messages_in_state on messages (state, created_at, id) where state <> 'sent';
drop index messages_of_recipient;
create index messages_of_recipient on messages (recipient_hash, created_at, id) where recipient_hash is not null;
create index orders_by_number on orders (number);
create index provider_events_of_message on provider_events (message_id);
