-- What the shop knows of a person, gathered for them from all services. The latest of each; kept for a day.
create table exports (
  user_id uuid primary key references users on delete cascade,
  state text not null default 'collecting' check (state in ('collecting', 'ready')),
  document jsonb,
  asked_at timestamptz not null default now(),
  ready_at timestamptz,
  due_at timestamptz not null default now(),
  lease uuid,
  leased_until timestamptz,
  check ((state = 'ready') = (document is not null))
);
create index exports_to_collect on exports (due_at) where state = 'collecting';
create index exports_by_age on exports (asked_at);
