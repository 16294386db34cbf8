-- Pictures of products; their files are behind the binding `media`. A row stands before its files are written, and until they are removed.
create table media (
  id uuid primary key,
  -- Of what was uploaded: the same picture is kept once.
  digest text not null,
  state text not null default 'storing' check (state in ('storing', 'ready', 'removing')),
  width integer not null,
  height integer not null,
  author uuid not null,
  created_at timestamptz not null default now()
);
create unique index media_by_digest on media (digest) where state = 'ready';
create index media_not_ready on media (created_at) where state <> 'ready';

create table product_media (
  product_id uuid not null references products on delete cascade,
  media_id uuid not null references media,
  primary key (product_id, media_id)
);
create index product_media_of_media on product_media (media_id);
