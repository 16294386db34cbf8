-- What the shop finds products by while the search engine is away: words without accents, the title's before the brand's, the tags' and the
-- description's.
create function product_words(title text, brand text, tags jsonb, description text) returns tsvector
  language sql immutable parallel safe
  return setweight(to_tsvector('simple', regexp_replace(normalize(title, NFKD), '[\u0300-\u036f]', '', 'g')), 'A')
    || setweight(to_tsvector('simple', regexp_replace(normalize(brand, NFKD), '[\u0300-\u036f]', '', 'g')), 'B')
    || setweight(to_tsvector('simple', regexp_replace(normalize(tags::text, NFKD), '[\u0300-\u036f]', '', 'g')), 'C')
    || setweight(to_tsvector('simple', regexp_replace(normalize(description, NFKD), '[\u0300-\u036f]', '', 'g')), 'D');

alter table products add column words tsvector generated always as (product_words(title, brand, tags, description)) stored;
create index products_by_words on products using gin (words);
