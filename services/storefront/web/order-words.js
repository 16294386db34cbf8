// What an order's states mean, in words for its customer.

const endings = { rejected: 'Out of stock', payment_failed: 'Payment refused', cancelled: 'Cancelled' };
const way = ['Placed', 'Reserved', 'Paid', 'Confirmed', 'Shipped', 'Delivered'];
const reachedBy = { placed: 0, reserved: 1, authorized: 2, confirmed: 3 };
const reachedByEvent = { OrderPlaced: 0, OrderReserved: 1, OrderAuthorized: 2, OrderConfirmed: 3 };
const shippedAs = { none: -1, partial: 4, shipped: 4, delivered: 5, returned: 5 };

/** Statuses after which nothing happens to an order by itself. */
export const settled = ['confirmed', 'rejected', 'payment_failed', 'cancelled'];

/** What is said of an order as a whole. */
export function stateOf({ status, fulfilment, paymentStatus }) {
  switch (status) {
    case 'placed':
      return 'We have your order and look whether everything is there.';
    case 'reserved':
      return 'Everything is set aside for you. Now the payment.';
    case 'authorized':
      return 'The payment is good.';
    case 'rejected':
      return 'Something in your cart has run out, so nothing was ordered and nothing was charged.';
    case 'payment_failed':
      return 'The payment was refused, so nothing was ordered and nothing was charged.';
    case 'cancelled':
      return `This order was cancelled. ${moneyWords[paymentStatus] ?? ''}`.trim();
    default:
      return fulfilmentWords[fulfilment] ?? 'Confirmed.';
  }
}

const moneyWords = {
  none: 'You have not been charged.',
  failed: 'The payment could not be completed: you have not been charged.',
  authorized: 'What was held for it is being let go.',
  captured: 'Your money is on its way back.',
  partially_refunded: 'Your money is on its way back.',
  refunded: 'Your money was given back.',
};

const fulfilmentWords = {
  none: 'Confirmed. We are getting it ready, and you get an e-mail with everything in it.',
  partial: 'A part of it is on its way. The rest follows.',
  shipped: 'All of it is on its way.',
  delivered: 'Delivered. We hope you like it.',
  returned: 'All of it came back to us.',
};

/**
 * The order's way: steps that are `done`, the one it stands at (`now`), those to come (`todo`), or where it `ended`.
 * @param history types of the order's events, needed where it was cancelled: they say how far it had come
 */
export function progressOf({ status, fulfilment }, history = []) {
  const ended = endings[status];
  if (ended !== undefined) {
    const reached = { rejected: 0, payment_failed: 1 }[status] ?? Math.max(0, ...history.map((type) => reachedByEvent[type] ?? 0));
    return [...way.slice(0, reached + 1).map((label) => ({ label, state: 'done' })), { label: ended, state: 'ended' }];
  }
  const reached = Math.max(reachedBy[status] ?? 0, shippedAs[fulfilment] ?? -1);
  const steps = way.map((label, index) => ({
    label: index === 4 && fulfilment === 'partial' ? 'Partly shipped' : label,
    state: index < reached ? 'done' : index === reached ? 'now' : 'todo',
  }));
  if (fulfilment !== 'returned') return steps;
  return [...steps.map(({ label }) => ({ label, state: 'done' })), { label: 'Sent back', state: 'ended' }];
}

/** What may be cancelled of an order: `all` as long as nothing of it has left the house, the `rest` as long as not all has; else `nothing`. */
export function cancellable({ status, fulfilment }) {
  if (fulfilment === 'none') return endings[status] === undefined ? 'all' : 'nothing';
  return status === 'confirmed' && fulfilment === 'partial' ? 'rest' : 'nothing';
}

/** Units of `from` that are not in `taken`, a SKU once. */
function minus(from, taken) {
  const left = new Map();
  for (const { sku, quantity } of from) left.set(sku, (left.get(sku) ?? 0) + quantity);
  for (const { sku, quantity } of taken) left.set(sku, (left.get(sku) ?? 0) - quantity);
  return [...left].filter(([, quantity]) => quantity > 0).map(([sku, quantity]) => ({ sku, quantity }));
}

/** Units that can be sent back: with the customer or on their way there, and in no return that stands. */
export function returnable({ status, shipments, returns }) {
  if (status !== 'confirmed') return [];
  const wanted = returns.filter((one) => one.status !== 'rejected').flatMap(({ lines }) => lines);
  return minus(
    shipments.flatMap(({ lines }) => lines),
    wanted,
  );
}

/** Units that have not left the house, of an order that is paid, and whose money has not all been asked back. */
export function shippable(order) {
  const { status, paymentStatus, totals, lines, shipments, cancellations } = order;
  if (status !== 'confirmed' || !['captured', 'partially_refunded'].includes(paymentStatus)) return [];
  if (totals.total.amount > 0 && refundable(order) === 0) return [];
  return minus(
    lines,
    [...shipments, ...cancellations].flatMap((part) => part.lines),
  );
}

/** Minor units that can still be given back. */
export function refundable({ status, paymentStatus, totals, refunded, refunds }) {
  const stuck = status === 'cancelled' && refunds.some((one) => one.status === 'failed');
  if ((status !== 'confirmed' && !stuck) || !['captured', 'partially_refunded', 'refunded'].includes(paymentStatus)) return 0;
  const onTheirWay = refunds.filter((one) => one.status === 'requested').reduce((sum, { amount }) => sum + amount.amount, 0);
  return Math.max(0, totals.total.amount - refunded.amount - onTheirWay);
}

export const refundWords = {
  requested: 'on its way',
  done: 'given back',
  failed: 'did not work: we look after it',
};
export const returnWords = {
  requested: 'we wait for it',
  received: 'arrived, thank you',
  rejected: 'not taken back',
};

const reasons = { returned: 'for what you sent back', cancelled: 'for the order that was cancelled', staff: '', customer: 'as you asked' };

/** Why, as people read it; nothing where it means nothing to them. */
export function reasonWords(reason) {
  return Object.hasOwn(reasons, reason) ? reasons[reason] : reason;
}
