/** A topic holds the aggregates of one service, and that service alone publishes to it. */
export const topics = {
  users: { producer: 'auth', aggregates: ['user'] },
  products: { producer: 'catalog', aggregates: ['product'] },
  searches: { producer: 'catalog', aggregates: ['search', 'search_click', 'product_view'] },
  orders: { producer: 'orders', aggregates: ['order', 'cart'] },
  payments: { producer: 'payments', aggregates: ['payment'] },
  stock: { producer: 'inventory', aggregates: ['sku', 'reservation', 'stock_alert'] },
  notifications: { producer: 'notifications', aggregates: ['message'] },
} as const satisfies Record<string, { producer: string; aggregates: readonly string[] }>;

export type Topic = keyof typeof topics;
export type AggregateType = (typeof topics)[Topic]['aggregates'][number];

/** App id of the only service that publishes to a topic; asked when events are missing. */
export function producerOf(topic: Topic): string {
  return topics[topic].producer;
}

/** The topic on which an aggregate's events are. */
export function topicOf(aggregateType: AggregateType): Topic {
  const found = (Object.keys(topics) as Topic[]).find((topic) => (topics[topic].aggregates as readonly string[]).includes(aggregateType));
  if (found === undefined) throw new Error(`No topic carries ${aggregateType}`);
  return found;
}
