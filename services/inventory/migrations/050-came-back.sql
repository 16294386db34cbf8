-- Movements after which a SKU can be bought again that could not; counted among its alerts.
alter table stock_movements add column came_back boolean not null default false;
