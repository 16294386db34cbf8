-- Reservations that hold nothing: looked through for units that are held for them all the same.
create index reservations_given_back on reservations (updated_at) where state in ('released', 'rejected');
