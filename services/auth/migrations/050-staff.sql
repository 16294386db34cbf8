-- Those who are more than customers are few: they are found without looking at everybody.
create index users_of_the_house on users (id) where roles <> '["customer"]'::jsonb;
