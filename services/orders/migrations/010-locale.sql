-- The language that an order was placed in, as a BCP 47 tag; its messages are written in it. Not for ever: it goes with the contact.
alter table order_contacts add column locale text;
