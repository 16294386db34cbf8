-- Indices of the search engine: the one that is asked, and one that is being built to take its place. Writers write to both.
create table search_indices (
  name text primary key,
  -- What searches ask; it is put on the new index when that is complete.
  alias text not null,
  state text not null check (state in ('building', 'live')),
  -- Of a build: products up to this one are done, by id.
  last_id uuid,
  done integer not null default 0,
  total integer not null default 0,
  leased_until timestamptz,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index search_indices_by_state on search_indices (alias, state);
