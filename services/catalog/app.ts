import { personDataRoute } from '@cartwright/kernel/http/person-data';
import type { ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { View } from './adapters/view-journal.ts';
import { orderEvents } from './handlers/order-events.ts';
import { stockEvents } from './handlers/stock-events.ts';
import type { StockEventParts } from './handlers/stock-events.ts';
import { userEvents } from './handlers/user-events.ts';
import { publishDue } from './adapters/publisher.ts';
import type { Imports } from './adapters/imports-in-postgres.ts';
import type { Journal } from './adapters/journal.ts';
import type { Ratings } from './adapters/ratings.ts';
import type { SearchJournal } from './adapters/search-journal.ts';
import type { AttributeSchemas, Categories, MediaStore } from './ports.ts';
import type { FallbackSearch, SearchIndex } from './search-ports.ts';
import type { PriceLists } from './price-ports.ts';
import { categoryRoutes } from './routes/categories.ts';
import { categorySchemaRoutes } from './routes/category-schemas.ts';
import { exportRoutes } from './routes/export.ts';
import { importRoutes } from './routes/import.ts';
import { mediaRoutes } from './routes/media.ts';
import { priceChangeRoutes } from './routes/price-changes.ts';
import type { PriceChangeParts } from './routes/price-changes.ts';
import { productChangeRoutes } from './routes/product-changes.ts';
import { namedSkuRoute } from './routes/named-sku.ts';
import { customersData } from './routes/person-data.ts';
import { priceListRoute, pricesRoute } from './routes/prices.ts';
import { productRoutes } from './routes/products.ts';
import type { ProductParts } from './routes/products.ts';
import { recommendationRoutes } from './routes/recommendations.ts';
import type { RecommendationParts } from './routes/recommendations.ts';
import { reviewModerationRoutes } from './routes/review-moderation.ts';
import { reviewOpinionRoutes } from './routes/review-opinions.ts';
import { reviewRoutes } from './routes/reviews.ts';
import type { ReviewParts } from './routes/reviews.ts';
import { searchRoutes } from './routes/search.ts';
import { searchIndexRoutes } from './routes/search-index.ts';
import type { Rebuilds } from './routes/search-index.ts';

export interface CatalogParts extends ProductParts, ReviewParts, RecommendationParts, Omit<PriceChangeParts, 'database'> {
  readonly database: Database;
  readonly categories: Categories;
  readonly priceLists: PriceLists;
  readonly schemas: AttributeSchemas;
  readonly imports: Imports;
  readonly media: MediaStore;
  readonly ratings: Ratings;
  readonly index: SearchIndex;
  readonly fallback: FallbackSearch;
  readonly rebuilds: Rebuilds;
  readonly journal: Pick<SearchJournal, 'note' | 'flush'>;
  readonly views: Journal<View>;
  readonly changed: (productIds: readonly string[]) => void;
  readonly stockChanged: StockEventParts;
}

/** Catalog: products, categories, reviews, search, import and export. */
export function catalogApp(parts: CatalogParts): ServiceApp {
  const { database, rebuilds, reviews, purchases, stockChanged } = parts;
  const subscriptions = [
    subscription({ topic: 'stock', database, handlers: stockEvents(stockChanged) }),
    subscription({ topic: 'orders', database, handlers: orderEvents(purchases) }),
    subscription({ topic: 'users', database, handlers: userEvents(reviews, purchases) }),
  ];
  return {
    routes: [
      ...productRoutes(parts),
      ...productChangeRoutes(parts),
      ...categoryRoutes(parts),
      ...categorySchemaRoutes(parts),
      ...priceChangeRoutes(parts),
      ...reviewRoutes(parts),
      ...reviewOpinionRoutes(parts),
      ...reviewModerationRoutes(parts),
      ...searchRoutes(parts),
      ...searchIndexRoutes(rebuilds),
      ...mediaRoutes(parts),
      ...recommendationRoutes(parts),
      ...importRoutes(parts),
      ...exportRoutes(parts),
      pricesRoute(parts.products),
      priceListRoute(parts.priceLists),
      namedSkuRoute(parts.products),
      personDataRoute(customersData(reviews, purchases)),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
    jobs: [
      {
        name: 'publish-products',
        schedule: '*/10 * * * * *',
        run: async (log) => {
          await publishDue(parts, log);
        },
      },
      {
        name: 'remove-unused-pictures',
        schedule: '0 20 3 * * *',
        run: async (log) => {
          await parts.media.sweep(log);
        },
      },
    ],
  };
}
