import type { CartLine, CartState } from './state.ts';

export const mostLines = 100;
export const mostOfALine = 999;
/** So many merges are remembered; one that comes again comes soon. */
const mostMerges = 20;

/** What can be asked of a cart. `now` is RFC 3339. */
export type CartCommand =
  | {
      readonly type: 'create';
      readonly id: string;
      readonly currency: string;
      readonly ownerId: string | null;
      readonly coupon?: string | null | undefined;
      readonly lines: readonly CartLine[];
      readonly now: string;
    }
  | { readonly type: 'add'; readonly line: CartLine; readonly currency: string; readonly now: string }
  | { readonly type: 'change'; readonly sku: string; readonly quantity: number; readonly now: string }
  | { readonly type: 'remove'; readonly sku: string; readonly now: string }
  | { readonly type: 'setCoupon'; readonly coupon: string | null; readonly now: string }
  | {
      readonly type: 'merge';
      /** The same merge again changes nothing. */
      readonly mergeId: string;
      readonly lines: readonly CartLine[];
      readonly currency: string;
      readonly coupon: string | null;
      readonly now: string;
    }
  | { readonly type: 'reprice'; readonly prices: readonly Pick<CartLine, 'sku' | 'title' | 'unitPrice'>[]; readonly now: string }
  | { readonly type: 'claim'; readonly ownerId: string; readonly now: string }
  | { readonly type: 'seal'; readonly orderId: string; readonly now: string }
  | { readonly type: 'unseal'; readonly orderId: string; readonly now: string }
  | { readonly type: 'handOver'; readonly mergeId: string; readonly now: string }
  | { readonly type: 'markAbandoned'; readonly now: string };

/** What happened. Quantities tell what came in and what went out. */
export type CartEvent =
  | { readonly type: 'created' }
  | { readonly type: 'came'; readonly sku: string; readonly quantity: number }
  | { readonly type: 'went'; readonly sku: string; readonly quantity: number }
  | { readonly type: 'couponSet'; readonly coupon: string | null }
  | { readonly type: 'repriced'; readonly sku: string }
  | { readonly type: 'claimed'; readonly ownerId: string }
  | { readonly type: 'sealed'; readonly orderId: string }
  | { readonly type: 'unsealed' }
  | { readonly type: 'abandoned' };

export type CartRefusal =
  | 'cart_not_found'
  | 'cart_exists'
  | 'cart_sealed'
  | 'line_not_found'
  | 'too_many_lines'
  | 'quantity_too_large'
  | 'currency_differs'
  | 'owner_differs'
  | 'cart_empty';

export type CartDecision =
  | { readonly ok: true; readonly state: CartState; readonly events: readonly CartEvent[] }
  | { readonly ok: false; readonly code: CartRefusal; readonly message: string; readonly details?: Readonly<Record<string, unknown>> };

/**
 * Decides one command. Pure: the state given is not changed, and a refusal changes nothing. A command that would change nothing (the same
 * coupon, the same seal again) is accepted without events, so that it can be repeated.
 */
export function decide(state: CartState | undefined, command: CartCommand): CartDecision {
  if (command.type === 'create') return create(state, command);
  if (state === undefined) return refuse('cart_not_found', 'There is no such cart');
  if (command.type === 'seal') return seal(state, command);
  if (command.type === 'unseal') return unseal(state, command);
  if (command.type === 'handOver') return handOver(state, command);
  if (state.orderId !== null)
    return refuse('cart_sealed', 'The cart belongs to an order and cannot be changed', { orderId: state.orderId });
  switch (command.type) {
    case 'add':
      return addLines(state, [command.line], command);
    case 'merge':
      return merge(state, command);
    case 'change':
      return change(state, command);
    case 'remove':
      return remove(state, command);
    case 'setCoupon':
      if (state.coupon === command.coupon) return same(state);
      return changed(state, command.now, { coupon: command.coupon }, [{ type: 'couponSet', coupon: command.coupon }]);
    case 'reprice':
      return reprice(state, command);
    case 'claim':
      return claim(state, command);
    case 'markAbandoned':
      if (state.abandonedAt !== null) return same(state);
      return { ok: true, state: { ...state, abandonedAt: command.now }, events: [{ type: 'abandoned' }] };
  }
}

type Of<T extends CartCommand['type']> = Extract<CartCommand, { type: T }>;

function create(state: CartState | undefined, { id, currency, ownerId, coupon = null, lines, now }: Of<'create'>): CartDecision {
  if (state !== undefined) return refuse('cart_exists', 'The cart is there already');
  const empty: CartState = {
    id,
    currency,
    ownerId,
    lines: [],
    coupon,
    orderId: null,
    createdAt: now,
    changedAt: now,
    abandonedAt: null,
  };
  const filled = addLines(empty, lines, { currency, now });
  return filled.ok ? { ...filled, events: [{ type: 'created' }, ...filled.events] } : filled;
}

function addLines(state: CartState, added: readonly CartLine[], { currency, now }: { currency: string; now: string }): CartDecision {
  if (currency !== state.currency) return refuse('currency_differs', `The cart is in ${state.currency}, the product in ${currency}`);
  const lines = [...state.lines];
  for (const line of added) {
    const index = lines.findIndex(({ sku }) => sku === line.sku);
    const quantity = (lines[index]?.quantity ?? 0) + line.quantity;
    if (quantity > mostOfALine)
      return refuse('quantity_too_large', `A line has at most ${String(mostOfALine)}`, { sku: line.sku, most: mostOfALine });
    if (index < 0) lines.push({ ...line });
    else lines[index] = { ...line, quantity };
  }
  if (lines.length > mostLines) return refuse('too_many_lines', `A cart has at most ${String(mostLines)} lines`);
  if (added.length === 0) return same(state);
  return changed(
    state,
    now,
    { lines },
    added.map(({ sku, quantity }) => ({ type: 'came', sku, quantity })),
  );
}

/** Takes over what there is room for, as much of a line as a line may have: a refusal would leave a customer with two carts. */
function merge(state: CartState, { mergeId, lines, currency, coupon, now }: Of<'merge'>): CartDecision {
  const { merges = [] } = state;
  if (merges.includes(mergeId)) return same(state);
  const known = new Map(state.lines.map(({ sku, quantity }) => [sku, quantity]));
  const room = mostLines - known.size;
  const fitting = [...lines.filter(({ sku }) => known.has(sku)), ...lines.filter(({ sku }) => !known.has(sku)).slice(0, room)]
    .map((line) => ({ ...line, quantity: Math.min(line.quantity, mostOfALine - (known.get(line.sku) ?? 0)) }))
    .filter(({ quantity }) => quantity > 0);
  const merged = addLines(state, fitting, { currency, now });
  if (!merged.ok) return merged;
  const takesCoupon = state.coupon === null && coupon !== null;
  const change = { ...(takesCoupon ? { coupon } : {}), merges: [...merges, mergeId].slice(-mostMerges) };
  return changed(merged.state, now, change, [...merged.events, ...(takesCoupon ? [{ type: 'couponSet' as const, coupon }] : [])]);
}

function change(state: CartState, { sku, quantity, now }: Of<'change'>): CartDecision {
  const line = state.lines.find((one) => one.sku === sku);
  if (line === undefined) return refuse('line_not_found', `The cart has no line ${sku}`);
  if (quantity > mostOfALine) return refuse('quantity_too_large', `A line has at most ${String(mostOfALine)}`, { sku, most: mostOfALine });
  const difference = quantity - line.quantity;
  if (difference === 0) return same(state);
  const lines = state.lines.map((one) => (one.sku === sku ? { ...one, quantity } : one));
  return changed(state, now, { lines }, [{ type: difference > 0 ? 'came' : 'went', sku, quantity: Math.abs(difference) }]);
}

function remove(state: CartState, { sku, now }: Of<'remove'>): CartDecision {
  const line = state.lines.find((one) => one.sku === sku);
  if (line === undefined) return refuse('line_not_found', `The cart has no line ${sku}`);
  const lines = state.lines.filter((one) => one.sku !== sku);
  return changed(state, now, { lines }, [{ type: 'went', sku, quantity: line.quantity }]);
}

function reprice(state: CartState, { prices, now }: Of<'reprice'>): CartDecision {
  const bySku = new Map(prices.map((price) => [price.sku, price]));
  const events: CartEvent[] = [];
  const lines = state.lines.map((line) => {
    const price = bySku.get(line.sku);
    if (price === undefined || (price.unitPrice === line.unitPrice && price.title === line.title)) return line;
    events.push({ type: 'repriced', sku: line.sku });
    return { ...line, title: price.title, unitPrice: price.unitPrice };
  });
  return events.length === 0 ? same(state) : changed(state, now, { lines }, events);
}

function claim(state: CartState, { ownerId, now }: Of<'claim'>): CartDecision {
  if (state.ownerId === ownerId) return same(state);
  if (state.ownerId !== null) return refuse('owner_differs', 'The cart is somebody else’s');
  return changed(state, now, { ownerId }, [{ type: 'claimed', ownerId }]);
}

/** Seals the cart for an order. Sealed already, it says for which one: whoever places again resumes that order. */
function seal(state: CartState, { orderId, now }: Of<'seal'>): CartDecision {
  if (state.orderId !== null) return same(state);
  if (state.lines.length === 0) return refuse('cart_empty', 'The cart is empty');
  return changed(state, now, { orderId }, [{ type: 'sealed', orderId }]);
}

/** Empties and opens a cart whose lines were taken over by a merge; only for the merge that sealed it. */
function handOver(state: CartState, { mergeId, now }: Of<'handOver'>): CartDecision {
  if (state.orderId !== mergeId) return same(state);
  const gone = state.lines.map(({ sku, quantity }): CartEvent => ({ type: 'went', sku, quantity }));
  return changed(state, now, { lines: [], coupon: null, orderId: null }, [...gone, { type: 'unsealed' }]);
}

/** Opens the cart again when its order came to nothing; only for the order that sealed it. */
function unseal(state: CartState, { orderId, now }: Of<'unseal'>): CartDecision {
  if (state.orderId !== orderId) return same(state);
  return changed(state, now, { orderId: null }, [{ type: 'unsealed' }]);
}

function changed(state: CartState, now: string, change: Partial<CartState>, events: readonly CartEvent[]): CartDecision {
  const filled = change.lines === undefined ? {} : { filledAt: now };
  return { ok: true, state: { ...state, ...change, ...filled, changedAt: now, abandonedAt: null }, events };
}

function same(state: CartState): CartDecision {
  return { ok: true, state, events: [] };
}

function refuse(code: CartRefusal, message: string, details?: Readonly<Record<string, unknown>>): CartDecision {
  return { ok: false, code, message, ...(details === undefined ? {} : { details }) };
}

/** Whether nobody has touched a cart for `idleMs`. */
export function isIdle(state: CartState, now: Date, idleMs: number): boolean {
  return now.getTime() - Date.parse(state.changedAt) >= idleMs;
}

/** Whether a cart was left and nobody was told: it is idle, has lines, and is not sealed. */
export function isAbandoned(state: CartState, now: Date, idleMs: number): boolean {
  return state.orderId === null && state.lines.length > 0 && state.abandonedAt === null && isIdle(state, now, idleMs);
}

/**
 * Whether a change makes a cart one that has to be reminded: it is new, or was sealed or idle and may have ended its reminder. Other changes
 * leave the reminder as it is, so that the scheduler is not asked each time.
 */
export function wantsReminder(before: CartState | undefined, after: CartState, now: Date, idleMs: number): boolean {
  return after.orderId === null && (before?.orderId !== null || isIdle(before, now, idleMs));
}
