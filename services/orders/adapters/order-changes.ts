/** Who waits in this process for news of an order. Changes made by other replicas are not heard here: who waits looks from time to time too. */
export interface OrderChanges {
  /** Runs `work` whenever the order has changed, until the function answered is called. */
  subscribe(orderId: string, work: () => void): () => void;
  announce(orderId: string): void;
}

export function orderChanges(): OrderChanges {
  const waiting = new Map<string, Set<() => void>>();
  return {
    subscribe(orderId, work) {
      const all = waiting.get(orderId) ?? new Set();
      waiting.set(orderId, all.add(work));
      return () => {
        all.delete(work);
        if (all.size === 0 && waiting.get(orderId) === all) waiting.delete(orderId);
      };
    },
    announce(orderId) {
      for (const work of waiting.get(orderId) ?? []) work();
    },
  };
}
