-- Comparisons of our payments with the providers' records: one at a time, whoever asks for it. Who dies loses it a minute after the last beat.
create table reconciliations (
  id uuid primary key,
  -- A user's id, or `schedule`.
  asked_by text not null,
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now(),
  finished_at timestamptz,
  -- False: it broke off.
  complete boolean not null default false,
  checked integer not null default 0,
  -- What differed, by name, and whether it was put right.
  differences jsonb not null default '[]'
);
create unique index one_reconciliation_at_a_time on reconciliations ((true)) where finished_at is null;
create index reconciliations_by_age on reconciliations (started_at desc);
