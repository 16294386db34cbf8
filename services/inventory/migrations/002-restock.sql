-- An order that is cancelled after it was confirmed gives its goods back: they had left the stock, and come in again.
alter table stock_movements drop constraint stock_movements_type_check;
alter table stock_movements add constraint stock_movements_type_check
  check (type in ('set', 'adjusted', 'reserved', 'released', 'committed', 'restocked'));

alter table reservations drop constraint reservations_state_check;
alter table reservations add constraint reservations_state_check check (
  state in ('reserving', 'reserved', 'refusing', 'rejected', 'releasing', 'released', 'committing', 'committed', 'restocking', 'restocked')
);
drop index reservations_unsettled;
create index reservations_unsettled on reservations (updated_at)
  where state in ('reserving', 'refusing', 'releasing', 'committing', 'restocking');
