import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { accessKeysFrom } from './adapters/access-keys.ts';
import { daprCarts } from './adapters/carts.ts';
import { catalogPrices } from './adapters/catalog-prices.ts';
import { postgresCoupons } from './adapters/coupons.ts';
import { erasureIn, startEndingOrders } from './adapters/erasure.ts';
import { startExpiry } from './adapters/expiry.ts';
import { orderChanges } from './adapters/order-changes.ts';
import { orderMetrics } from './adapters/order-metrics.ts';
import { postgresOrders } from './adapters/orders.ts';
import { priceListsIn, startPriceLists } from './adapters/price-lists.ts';
import { postgresPrices } from './adapters/prices.ts';
import { inventoryStock } from './adapters/stock.ts';
import { withRetryCarts } from './adapters/retry-carts.ts';
import { ordersApp } from './app.ts';
import { unpaidSeconds } from './domain/deadline.ts';
import { flatShipping } from './domain/shipping.ts';
import { regionalTax } from './domain/tax.ts';

const sweepEveryMs = 5000;

const kernel = await startKernel('orders');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations`, poolSize: 20 });
const changes = orderChanges();
const count = orderMetrics(kernel.metrics);
const orders = postgresOrders(database, {
  unpaidSeconds,
  onChange: (order, previousStatus) => {
    count(order, previousStatus);
    changes.announce(order.id);
  },
});
const keys = await accessKeysFrom(kernel.dapr.secrets, database);
const placing = {
  orders,
  carts: withRetryCarts(daprCarts(kernel.dapr), orders),
  prices: postgresPrices(database),
  stock: inventoryStock(kernel.dapr, kernel.log),
  coupons: postgresCoupons(database, keys),
  policies: { shipping: flatShipping, tax: regionalTax },
};
const expiry = startExpiry({ database, orders, log: kernel.log, everyMs: sweepEveryMs });
kernel.onClose('expiry', () => expiry.stop());
const erasure = erasureIn(database, orders);
const endingOrders = startEndingOrders(erasure, kernel.log, sweepEveryMs);
kernel.onClose('orders of erased customers', () => endingOrders.stop());
const priceLists = priceListsIn({ database, catalog: catalogPrices(kernel.dapr), log: kernel.log });
const listing = startPriceLists(priceLists, kernel.log);
kernel.onClose('price lists', () => listing.stop());
startRelay(kernel, database);
await serve(kernel, ordersApp(kernel, { database, placing, priceLists, keys, changes, erasure }));
