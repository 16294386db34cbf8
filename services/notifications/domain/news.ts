import type { MessageData, Units } from './message-data.ts';
import { whyIn } from './reasons.ts';
import type { TemplateName } from './templates.ts';

/** What an order's update says, as far as customers are concerned. */
export interface Update {
  readonly reason: string;
  readonly fulfilment: string;
  readonly shipment?: { readonly lines: readonly Units[]; readonly carrier?: string; readonly trackingNumber?: string };
  readonly delivered?: readonly { readonly lines: readonly Units[] }[];
  readonly refund?: { readonly status: 'done' | 'failed'; readonly amount: number; readonly refunded: number };
  readonly rejectedReturn?: { readonly returnId: string; readonly lines: readonly Units[] };
}

/** A message to write. */
export interface News {
  readonly template: TemplateName;
  readonly data: MessageData;
}

const rejected = 'return_rejected: ';

/** What customers are told of an update; undefined where nobody needs a message. */
export function newsOf({ reason, fulfilment, shipment, delivered, refund, rejectedReturn }: Update): News | undefined {
  if (refund?.status === 'failed') return { template: 'refund-failed', data: { amount: refund.amount } };
  if (rejectedReturn !== undefined) {
    const { returnId, lines } = rejectedReturn;
    const why = reason.startsWith(rejected) ? whyIn(reason.slice(rejected.length), `rejected.${returnId}`) : {};
    return { template: 'return-rejected', data: { ...why, lines } };
  }
  switch (reason) {
    case 'shipped': {
      const { lines, carrier, trackingNumber } = shipment ?? {};
      return {
        template: fulfilment === 'partial' ? 'order-part-shipped' : 'order-shipped',
        data: {
          ...(lines === undefined ? {} : { lines }),
          ...(carrier === undefined ? {} : { carrier }),
          ...(trackingNumber === undefined ? {} : { trackingNumber }),
        },
      };
    }
    case 'delivered': {
      const lines = together((delivered ?? []).flatMap((one) => one.lines));
      return {
        template: fulfilment === 'delivered' ? 'order-delivered' : 'order-part-delivered',
        data: lines.length === 0 ? {} : { lines },
      };
    }
    case 'refunded':
    case 'partially_refunded':
      return { template: 'order-refunded', data: refund === undefined ? {} : { amount: refund.amount, refunded: refund.refunded } };
    case 'payment_action_required':
      return { template: 'payment-action-required', data: {} };
    default:
      return undefined;
  }
}

/** Each SKU once. */
function together(lines: readonly Units[]): Units[] {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return [...sums].map(([sku, quantity]) => ({ sku, quantity }));
}
