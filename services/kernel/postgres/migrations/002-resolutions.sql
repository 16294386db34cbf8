-- What became of a dead letter: replayed, or closed by somebody who says why. The time and who did it are there already.
alter table dead_letters
  add column resolution text check (resolution in ('replayed', 'closed')),
  add column note text;
update dead_letters set resolution = 'replayed' where resolved_at is not null;
alter table dead_letters add constraint dead_letters_resolved check (resolved_at is null or resolution is not null) not valid;

-- By this what has outlived its time is found. Events come in the order of their publishing, so a summary of ranges is enough and costs nothing to write.
create index event_log_age on event_log using brin (published_at) with (autosummarize = on);
