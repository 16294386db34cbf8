-- Staff may allow a SKU to be promised beyond what is there, and say when few are left. Both are movements, so that the actor alone decides.
-- Where nobody allowed it the limit is 0, and the check is as strict as before.
alter table stock_movements
  add column backorder integer not null default 0 check (backorder >= 0),
  add column low_below integer check (low_below >= 0),
  add column low boolean not null default true,
  add column alerts integer not null default 0 check (alerts >= 0),
  add column went_below integer check (went_below > 0);

alter table stock_movements drop constraint stock_movements_check;
alter table stock_movements add constraint stock_movements_promises check (on_hand + backorder >= reserved);

alter table stock_movements drop constraint stock_movements_type_check;
alter table stock_movements add constraint stock_movements_type_check
  check (type in ('set', 'adjusted', 'reserved', 'released', 'committed', 'restocked', 'configured'));
