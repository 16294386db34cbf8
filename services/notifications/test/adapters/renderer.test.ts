import { expect } from 'chai';
import { v7 } from 'uuid';
import { rendererFrom } from '../../adapters/renderer.ts';
import { templateNames } from '../../domain/templates.ts';
import type { OrderFacts } from '../../ports.ts';

const renderer = rendererFrom(`${import.meta.dirname}/../../templates`, 'https://shop.example');
const order: OrderFacts = {
  orderId: v7(),
  number: 'CW-100042',
  customerId: null,
  currency: 'USD',
  lines: [{ sku: 'LAMP', title: 'Lamp <b>&</b> shade', quantity: 2, total: 9800 }],
  totals: { items: 9800, discount: 500, shipping: 0, tax: 824, total: 10_124 },
};
const contact = { email: 'ada@example.com', name: '<script>alert(1)</script>' };

describe('the renderer', () => {
  it('fills every template for an order, without leaving a placeholder', () => {
    for (const name of templateNames) {
      const { subject, html, text } = renderer.render(name, 'email', { contact, order, data: { reason: 'card_declined' } });
      for (const part of [subject, html, text])
        expect(part, name)
          .to.be.a('string')
          .that.does.not.match(/\{\{|\}\}|undefined|\[object/);
      if (name !== 'welcome') expect(text, name).to.contain('CW-100042').and.to.contain(`https://shop.example/orders/${order.orderId}`);
    }
  });

  it('escapes names and titles in HTML, and not in plain text', () => {
    const { html, text } = renderer.render('order-received', 'email', { contact, order, data: {} });
    expect(html).to.contain('&lt;script&gt;').and.to.contain('Lamp &lt;b&gt;&amp;&lt;/b&gt; shade').and.not.to.contain('<script>');
    expect(text).to.contain('2 x Lamp <b>&</b> shade: $98.00');
  });

  it('shows totals in the currency, and a discount only where there is one', () => {
    const text = (discount: number) =>
      renderer.render('order-confirmed', 'email', { contact, order: { ...order, totals: { ...order.totals, discount } }, data: {} }).text;
    expect(text(500)).to.contain('Discount: -$5.00\nShipping: $0.00\nTax: $8.24\nTotal: $101.24');
    expect(text(0)).not.to.contain('Discount');
  });

  it('names the reason of a failure where customers understand it', () => {
    const text = (reason: string) => renderer.render('payment-failed', 'email', { contact, order, data: { reason } }).text;
    expect(text('insufficient_funds')).to.contain('failed: the card does not have sufficient funds.');
    expect(text('E_42')).to.contain('failed. You').and.not.to.contain('E_42');
  });

  it('keeps the lines of plain text apart', () => {
    const { text } = renderer.render('order-rejected', 'email', { contact: { ...contact, name: 'Ada' }, order, data: {} });
    expect(text).to.match(/^Hello Ada,\n\nwe are sorry: .*\n\nSee what is missing: \S+\n$/);
  });

  it('makes texts short', () => {
    const { html, text } = renderer.render('order-shipped', 'sms', { contact, order, data: {} });
    expect(html).to.equal(null);
    expect(text).to.equal(`Cartwright: Your order CW-100042 is on its way. https://shop.example/orders/${order.orderId}`);
  });
});
