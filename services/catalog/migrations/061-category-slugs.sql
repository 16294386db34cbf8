-- A category can get another slug: what is in it follows, and the slug that it had leads to it until another category takes that.
alter table products
  drop constraint products_category_fkey,
  add constraint products_category_fkey foreign key (category) references categories on update cascade;
alter table categories
  drop constraint categories_parent_fkey,
  add constraint categories_parent_fkey foreign key (parent) references categories on update cascade;

create table former_category_slugs (
  slug text primary key,
  category text not null references categories on update cascade on delete cascade,
  since timestamptz not null default now()
);
create index former_slugs_of_category on former_category_slugs (category);
