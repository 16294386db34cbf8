-- Whose payments they are is looked for when a customer is erased, or asks for what is known of them.
create index payments_of_customer on payments (customer_id) where customer_id is not null;
