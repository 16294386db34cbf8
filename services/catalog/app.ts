import type { ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { orderEvents } from './handlers/order-events.ts';
import { stockEvents } from './handlers/stock-events.ts';
import { userEvents } from './handlers/user-events.ts';
import type { Ratings } from './adapters/ratings.ts';
import type { SearchJournal } from './adapters/search-journal.ts';
import type { Categories, SearchIndex } from './ports.ts';
import { categoryRoutes } from './routes/categories.ts';
import { importRoutes } from './routes/import.ts';
import { productRoutes } from './routes/products.ts';
import type { ProductParts } from './routes/products.ts';
import { reviewModerationRoutes } from './routes/review-moderation.ts';
import { reviewOpinionRoutes } from './routes/review-opinions.ts';
import { reviewRoutes } from './routes/reviews.ts';
import type { ReviewParts } from './routes/reviews.ts';
import { searchRoutes } from './routes/search.ts';
import { searchIndexRoutes } from './routes/search-index.ts';
import type { Rebuilds } from './routes/search-index.ts';

export interface CatalogParts extends ProductParts, ReviewParts {
  readonly database: Database;
  readonly categories: Categories;
  readonly ratings: Ratings;
  readonly index: SearchIndex;
  readonly rebuilds: Rebuilds;
  readonly journal: Pick<SearchJournal, 'note' | 'flush'>;
  readonly changed: (productIds: readonly string[]) => void;
}

/** Catalog: products, categories, reviews, search, import and export. */
export function catalogApp(parts: CatalogParts): ServiceApp {
  const { database, categories, rebuilds, reviews, purchases, changed } = parts;
  const subscriptions = [
    subscription({ topic: 'stock', database, handlers: stockEvents(changed) }),
    subscription({ topic: 'orders', database, handlers: orderEvents(purchases) }),
    subscription({ topic: 'users', database, handlers: userEvents(reviews, purchases) }),
  ];
  return {
    routes: [
      ...productRoutes(parts),
      ...categoryRoutes(categories),
      ...reviewRoutes(parts),
      ...reviewOpinionRoutes(parts),
      ...reviewModerationRoutes(parts),
      ...searchRoutes(parts),
      ...searchIndexRoutes(rebuilds),
      ...importRoutes(parts),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
  };
}
