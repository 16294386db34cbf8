import { expect } from 'chai';
import { newsOf } from '../../domain/news.ts';
import type { Update } from '../../domain/news.ts';

const lamp = { sku: 'LAMP', quantity: 1 };
const news = (reason: string, more: Partial<Update> = {}) => newsOf({ reason, fulfilment: 'none', ...more });

describe('What customers are told of an update', () => {
  it('is what has left the house, by whom and under which number, and whether something is still to come', () => {
    const shipment = { lines: [lamp], carrier: 'DHL', trackingNumber: '42' };
    expect(news('shipped', { fulfilment: 'partial', shipment })).to.deep.equal({ template: 'order-part-shipped', data: shipment });
    expect(news('shipped', { fulfilment: 'shipped', shipment: { lines: [lamp] } })).to.deep.equal({
      template: 'order-shipped',
      data: { lines: [lamp] },
    });
    expect(news('shipped', { fulfilment: 'shipped' }), 'version 1 of the event').to.deep.equal({ template: 'order-shipped', data: {} });
  });

  it('is what has arrived, each SKU once', () => {
    const parcel = { lines: [lamp] };
    expect(news('delivered', { fulfilment: 'partial', delivered: [parcel] })).to.deep.equal({
      template: 'order-part-delivered',
      data: { lines: [lamp] },
    });
    expect(news('delivered', { fulfilment: 'delivered', delivered: [parcel, parcel] })).to.deep.equal({
      template: 'order-delivered',
      data: { lines: [{ sku: 'LAMP', quantity: 2 }] },
    });
    expect(news('delivered', { fulfilment: 'delivered' })).to.deep.equal({ template: 'order-delivered', data: {} });
  });

  it('is how much goes back, or that it could not', () => {
    const refund = { status: 'done' as const, amount: 400, refunded: 500 };
    for (const reason of ['refunded', 'partially_refunded'])
      expect(news(reason, { refund })).to.deep.equal({ template: 'order-refunded', data: { amount: 400, refunded: 500 } });
    expect(news('refunded')).to.deep.equal({ template: 'order-refunded', data: {} });
    expect(news('refund_failed: charge_disputed', { refund: { ...refund, status: 'failed' } })).to.deep.equal({
      template: 'refund-failed',
      data: { amount: 400 },
    });
  });

  it('is which goods are not taken back, and why', () => {
    expect(news('return_rejected: worn', { rejectedReturn: { returnId: 'r', lines: [lamp] } })).to.deep.equal({
      template: 'return-rejected',
      data: { reason: 'worn', lines: [lamp] },
    });
    expect(news('return_rejected: staff_words', { rejectedReturn: { returnId: 'r', lines: [lamp] } })).to.deep.equal({
      template: 'return-rejected',
      data: { said: ['rejected.r'], lines: [lamp] },
    });
  });

  it('is that the bank asks, and nothing of what concerns us alone', () => {
    expect(news('payment_action_required')?.template).to.equal('payment-action-required');
    for (const reason of ['captured', 'voided', 'capture_failed: lost']) expect(news(reason), reason).to.equal(undefined);
  });
});
