-- Staff look for orders by the beginning of their number.
create index orders_by_number on orders (number text_pattern_ops) where number is not null;
