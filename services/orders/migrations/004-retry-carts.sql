-- A cart that a failed order leaves behind is made when somebody looks for it.
create index orders_that_left on orders (retry_cart_id) where retry_cart_id is not null;
