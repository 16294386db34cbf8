-- Until when everything was looked through for units that are held for nobody. Whoever was away for longer than usual looks back as far; what was
-- there before this migration is looked through once.
create table orphans_looked_for (
  one boolean primary key default true check (one),
  until timestamptz not null
);
insert into orphans_looked_for (until) values ('-infinity');

-- Movements of late, in a table that only grows: a few blocks at its end.
create index stock_movements_of_late on stock_movements using brin (created_at) with (autosummarize = on);
