import { expect } from 'chai';
import fc from 'fast-check';
import { decide, isAbandoned, mostLines, mostOfALine } from '../rules.ts';
import type { CartCommand, CartDecision, CartEvent } from '../rules.ts';
import type { CartLine, CartState } from '../state.ts';

const now = '2026-01-01T00:00:00.000Z';
const later = '2026-01-02T00:00:00.000Z';
const id = '0190a0a0-0000-7000-8000-000000000001';
const order = '0190a0a0-0000-7000-8000-000000000002';
const user = '0190a0a0-0000-7000-8000-000000000003';

function line(sku: string, quantity = 1, unitPrice = 100): CartLine {
  return { sku, title: sku, quantity, unitPrice };
}

function cart(...lines: CartLine[]): CartState {
  return after(decide(undefined, { type: 'create', id, currency: 'USD', ownerId: null, lines, now }));
}

function merge(lines: CartLine[], more: { mergeId?: string; coupon?: string } = {}): Extract<CartCommand, { type: 'merge' }> {
  return { type: 'merge', mergeId: order, lines, currency: 'USD', coupon: null, now, ...more };
}

function after(decision: CartDecision): CartState {
  if (!decision.ok) throw new Error(decision.code);
  return decision.state;
}

function refusal(decision: CartDecision): string | undefined {
  return decision.ok ? undefined : decision.code;
}

describe('The rules of a cart', () => {
  it('put the same SKU on one line, at the newest price', () => {
    const state = after(decide(cart(line('A', 2, 100)), { type: 'add', line: line('A', 3, 120), currency: 'USD', now }));
    expect(state.lines).to.deep.equal([line('A', 5, 120)]);
  });

  it('change and remove a line, and know no other', () => {
    const state = after(decide(cart(line('A'), line('B')), { type: 'change', sku: 'A', quantity: 7, now }));
    expect(after(decide(state, { type: 'remove', sku: 'B', now })).lines).to.deep.equal([line('A', 7)]);
    expect(refusal(decide(state, { type: 'change', sku: 'C', quantity: 1, now }))).to.equal('line_not_found');
    expect(refusal(decide(state, { type: 'remove', sku: 'C', now }))).to.equal('line_not_found');
  });

  it('refuse more than a line or a cart may hold', () => {
    expect(refusal(decide(cart(line('A', mostOfALine)), { type: 'add', line: line('A'), currency: 'USD', now }))).to.equal(
      'quantity_too_large',
    );
    expect(refusal(decide(cart(line('A')), { type: 'change', sku: 'A', quantity: mostOfALine + 1, now }))).to.equal('quantity_too_large');
    const full = cart(...Array.from({ length: mostLines }, (_, index) => line(`S${String(index)}`)));
    expect(refusal(decide(full, { type: 'add', line: line('Z'), currency: 'USD', now }))).to.equal('too_many_lines');
  });

  it('refuse another currency, a second creation, and anything on a cart that is not there', () => {
    expect(refusal(decide(cart(), { type: 'add', line: line('A'), currency: 'EUR', now }))).to.equal('currency_differs');
    expect(refusal(decide(cart(), { type: 'create', id, currency: 'USD', ownerId: null, lines: [], now }))).to.equal('cart_exists');
    expect(refusal(decide(undefined, { type: 'remove', sku: 'A', now }))).to.equal('cart_not_found');
  });

  it('merge lines, and take the other coupon only where there is none', () => {
    const merged = after(decide(cart(line('A')), merge([line('A', 2), line('B')], { coupon: 'TEN' })));
    expect(merged.lines).to.deep.equal([line('A', 3), line('B')]);
    expect(merged.coupon).to.equal('TEN');
    expect(after(decide(merged, merge([], { mergeId: user, coupon: 'OTHER' }))).coupon).to.equal('TEN');
  });

  it('take the lines of a merge once, however often it comes', () => {
    const merged = after(decide(cart(line('A')), merge([line('A', 2)])));
    expect(decide(merged, merge([line('A', 2)]))).to.deep.equal({ ok: true, state: merged, events: [] });
    expect(after(decide(merged, merge([line('A', 2)], { mergeId: user }))).lines).to.deep.equal([line('A', 5)]);
  });

  it('merge as much as there is room for, rather than nothing', () => {
    const full = cart(...Array.from({ length: mostLines - 1 }, (_, index) => line(`L${String(index)}`)));
    const merged = after(decide(full, merge([line('X'), line('Y'), line('L0', mostOfALine)])));
    expect(merged.lines).to.have.length(mostLines);
    expect(merged.lines[0]).to.deep.equal(line('L0', mostOfALine));
    expect(merged.lines.at(-1)?.sku).to.equal('X');
    expect(refusal(decide(cart(), { ...merge([line('A')]), currency: 'EUR' }))).to.equal('currency_differs');
  });

  it('hand their lines over to the merge that sealed them, and to no order', () => {
    const sealed = after(decide(cart(line('A')), { type: 'seal', orderId: order, now }));
    expect(decide(sealed, { type: 'handOver', mergeId: user, now })).to.deep.include({ state: sealed, events: [] });
    const handed = after(decide(sealed, { type: 'handOver', mergeId: order, now }));
    expect(handed).to.deep.include({ lines: [], orderId: null, coupon: null });
    expect(after(decide(handed, { type: 'handOver', mergeId: order, now }))).to.deep.equal(handed);
  });

  it('bring prices up to date, and say for which SKUs', () => {
    const decision = decide(cart(line('A'), line('B')), {
      type: 'reprice',
      prices: [
        { sku: 'A', title: 'A', unitPrice: 90 },
        { sku: 'B', title: 'B', unitPrice: 100 },
      ],
      now,
    });
    expect(decision).to.deep.include({ events: [{ type: 'repriced', sku: 'A' }] });
    expect(after(decision).lines[0]?.unitPrice).to.equal(90);
  });

  it('let a user claim a guest’s cart, and nobody another user’s', () => {
    const mine = after(decide(cart(), { type: 'claim', ownerId: user, now }));
    expect(mine.ownerId).to.equal(user);
    expect(decide(mine, { type: 'claim', ownerId: user, now })).to.deep.equal({ ok: true, state: mine, events: [] });
    expect(refusal(decide(mine, { type: 'claim', ownerId: order, now }))).to.equal('owner_differs');
  });

  it('seal for one order, refuse changes from then on and say for which order, and answer a second seal with the first order', () => {
    const sealed = after(decide(cart(line('A')), { type: 'seal', orderId: order, now }));
    expect(decide(sealed, { type: 'add', line: line('A'), currency: 'USD', now })).to.deep.include({
      code: 'cart_sealed',
      details: { orderId: order },
    });
    expect(after(decide(sealed, { type: 'seal', orderId: user, now })).orderId).to.equal(order);
    expect(refusal(decide(cart(), { type: 'seal', orderId: order, now }))).to.equal('cart_empty');
  });

  it('open again only for the order that sealed', () => {
    const sealed = after(decide(cart(line('A')), { type: 'seal', orderId: order, now }));
    expect(after(decide(sealed, { type: 'unseal', orderId: user, now })).orderId).to.equal(order);
    expect(after(decide(sealed, { type: 'unseal', orderId: order, now })).orderId).to.equal(null);
  });

  it('call a cart left that has lines, is open, and was not touched for long; a change takes that back', () => {
    const dayMs = 86_400_000;
    const idle = cart(line('A'));
    expect(isAbandoned(idle, new Date(later), dayMs)).to.equal(true);
    expect(isAbandoned(idle, new Date(now), dayMs)).to.equal(false);
    expect(isAbandoned(cart(), new Date(later), dayMs)).to.equal(false);
    const marked = after(decide(idle, { type: 'markAbandoned', now: later }));
    expect(isAbandoned(marked, new Date(later), dayMs)).to.equal(false);
    expect(decide(marked, { type: 'markAbandoned', now: later })).to.deep.include({ events: [] });
    expect(after(decide(marked, { type: 'setCoupon', coupon: 'TEN', now: later })).abandonedAt).to.equal(null);
    expect(decide(marked, { type: 'setCoupon', coupon: null, now: later })).to.deep.include({ events: [] });
  });

  const skus = fc.constantFrom('A', 'B', 'C');
  const lines = fc.record({ sku: skus, title: fc.constant('x'), quantity: fc.integer({ min: 1, max: 400 }), unitPrice: fc.nat(10_000) });
  const commands: fc.Arbitrary<CartCommand> = fc.oneof(
    fc.record({ type: fc.constant('add' as const), line: lines, currency: fc.constantFrom('USD', 'EUR'), now: fc.constant(now) }),
    fc.record({ type: fc.constant('change' as const), sku: skus, quantity: fc.integer({ min: 1, max: 1200 }), now: fc.constant(now) }),
    fc.record({ type: fc.constant('remove' as const), sku: skus, now: fc.constant(now) }),
    fc.record({
      type: fc.constant('merge' as const),
      mergeId: fc.uuid(),
      lines: fc.array(lines, { maxLength: 3 }),
      currency: fc.constant('USD'),
      coupon: fc.constantFrom(null, 'TEN'),
      now: fc.constant(now),
    }),
    fc.record({ type: fc.constant('seal' as const), orderId: fc.constantFrom(order, user), now: fc.constant(now) }),
    fc.record({ type: fc.constant('unseal' as const), orderId: fc.constantFrom(order, user), now: fc.constant(now) }),
    fc.record({ type: fc.constant('handOver' as const), mergeId: fc.constantFrom(order, user), now: fc.constant(now) }),
    fc.record({ type: fc.constant('reprice' as const), prices: fc.array(lines, { maxLength: 2 }), now: fc.constant(now) }),
  );

  it('hold whatever is commanded: what came in is what is there plus what went out, nothing changes while sealed, limits hold', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60 }), (sequence) => {
        let state = cart();
        const balance = new Map<string, number>();
        for (const command of sequence) {
          const before = structuredClone(state);
          const decision = decide(state, command);
          expect(state, 'the state given is not changed').to.deep.equal(before);
          if (!decision.ok) continue;
          if (before.orderId !== null && command.type !== 'unseal' && command.type !== 'handOver')
            expect(decision.state).to.deep.equal(before);
          for (const event of decision.events) balance.set(skuOf(event), (balance.get(skuOf(event)) ?? 0) + deltaOf(event));
          state = decision.state;
          for (const { sku, quantity } of state.lines) {
            expect(quantity).to.be.within(1, mostOfALine);
            expect(balance.get(sku)).to.equal(quantity);
          }
          const there = new Set(state.lines.map(({ sku }) => sku));
          expect(there.size, 'one line a SKU').to.equal(state.lines.length);
          for (const [sku, quantity] of balance) if (sku !== '' && !there.has(sku)) expect(quantity).to.equal(0);
        }
      }),
    );
  });
});

function skuOf(event: CartEvent): string {
  return event.type === 'came' || event.type === 'went' ? event.sku : '';
}

function deltaOf(event: CartEvent): number {
  if (event.type === 'came') return event.quantity;
  return event.type === 'went' ? -event.quantity : 0;
}
