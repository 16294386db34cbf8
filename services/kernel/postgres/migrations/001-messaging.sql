-- Tables that every service has (docs/ARCHITECTURE.md, "Events").

-- Events that are committed and not published yet. The relay reads them in the order of `position` and moves them to event_log.
create table outbox (
  position bigint generated always as identity primary key,
  id uuid not null,
  topic text not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id text not null,
  aggregate_version integer not null check (aggregate_version > 0),
  data jsonb not null,
  traceparent text,
  time timestamptz not null default now(),
  unique (aggregate_type, aggregate_id, aggregate_version)
);

-- Events that were published: what consumers ask for when they miss one.
create table event_log (
  id uuid not null,
  topic text not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id text not null,
  aggregate_version integer not null,
  data jsonb not null,
  traceparent text,
  time timestamptz not null,
  published_at timestamptz not null default now(),
  primary key (aggregate_type, aggregate_id, aggregate_version)
);

-- How far the events of each aggregate were consumed here. An event's effect and this row commit together.
create table inbox (
  aggregate_type text not null,
  aggregate_id text not null,
  version integer not null,
  event_id uuid not null,
  updated_at timestamptz not null default now(),
  primary key (aggregate_type, aggregate_id)
);

-- Events that could not be applied, kept until someone replays or closes them.
create table dead_letters (
  id uuid primary key,
  topic text not null,
  type text,
  event_id text,
  aggregate_type text,
  aggregate_id text,
  aggregate_version integer,
  envelope jsonb not null,
  reason text not null check (reason in ('envelope', 'schema', 'error', 'conflict')),
  error text not null,
  created_at timestamptz not null default now(),
  replays integer not null default 0,
  resolved_at timestamptz,
  resolved_by text
);
create index dead_letters_open on dead_letters (created_at, id) where resolved_at is null;

-- Answers of requests that came with an Idempotency-Key; inserted first, committed with the effect.
create table idempotency_keys (
  scope text not null,
  principal text not null,
  key text not null,
  request_hash text not null,
  status integer,
  headers jsonb,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (scope, principal, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
