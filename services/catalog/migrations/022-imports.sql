-- How far an import has come: committed together with the lines themselves, so that who sends the file again goes on after the last line done.
create table imports (
  id uuid primary key,
  author uuid not null,
  format text not null check (format in ('ndjson', 'csv')),
  replaces boolean not null,
  state text not null default 'running' check (state in ('running', 'done')),
  -- Of the file: the last line whose record is done, and a digest of all records up to it.
  lines integer not null default 0,
  digest text not null default '',
  -- Names of the columns of a CSV file.
  columns jsonb,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  removed integer not null default 0,
  failed integer not null default 0,
  leased_until timestamptz,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);

create table import_errors (
  import_id uuid not null references imports on delete cascade,
  line integer not null,
  errors jsonb not null,
  primary key (import_id, line)
);

-- Which import has named it last, and in which line: what a file names twice is refused, and what it does not name can be removed.
alter table products add column imported_by uuid, add column imported_line integer;
alter table categories add column imported_by uuid;
