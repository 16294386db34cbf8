import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { rendererFrom } from '../../adapters/renderer.ts';
import { compilePage, pageFile } from '../../commands/build-page.ts';
import { templateNames } from '../../domain/templates.ts';
import { moneyOutcomes } from '../../domain/message-data.ts';
import type { MessageData } from '../../domain/message-data.ts';
import type { TemplateName } from '../../domain/templates.ts';
import type { OrderFacts } from '../../ports.ts';

const renderer = rendererFrom(`${import.meta.dirname}/../..`, 'https://shop.example');
const order: OrderFacts = {
  orderId: v7(),
  number: 'CW-100042',
  customerId: null,
  currency: 'USD',
  lines: [{ sku: 'LAMP', title: 'Lamp <b>&</b> shade', quantity: 2, total: 9800 }],
  totals: { items: 9800, discount: 500, shipping: 0, tax: 824, total: 10_124 },
  placedAt: '2026-11-25T21:05:00.000Z',
};
const contact = { email: 'ada@example.com', name: '<script>alert(1)</script>' };

const ofOrders = templateNames.filter((one) => !/^(?:back-in-stock$|account-|security-|staff-)/.test(one));

describe('the renderer', () => {
  const everything: MessageData = {
    ...{ reason: 'card_declined', carrier: 'DHL', trackingNumber: '42', amount: 400, refunded: 500, money: 'refunded' },
    lines: [{ sku: 'LAMP', quantity: 1 }],
  };

  it('has words for every message in every language, whether much is known or little', () => {
    expect(renderer.locales).to.include.members(['de', 'en']);
    for (const locale of renderer.locales) {
      for (const name of templateNames) {
        for (const data of [everything, {}]) {
          const { subject, html, text } = renderer.render(name, 'email', { contact, order, data, locale });
          for (const part of [subject, html, text])
            expect(part, `${name} in ${locale}`)
              .to.be.a('string')
              .that.does.not.match(/\{\{|\}\}|undefined|null|NaN|\[object/);
          expect(html, name).to.contain(`<html lang="${locale}" dir="ltr"`);
          expect(renderer.render(name, 'sms', { contact, order, data, locale }).text).not.to.match(/\{\{|undefined|null/);
        }
      }
    }
  });

  it('tells of an order with its number, lines, totals and day, and where it can be followed', () => {
    for (const name of ofOrders) {
      const { html, text } = renderer.render(name, 'email', { contact, order, data: {} });
      for (const part of [html, text])
        expect(part, name)
          .to.contain('CW-100042')
          .and.to.contain('November 25, 2026')
          .and.to.contain('$98.00')
          .and.to.contain('$101.24')
          .and.to.contain(`https://shop.example/orders/${order.orderId}`);
    }
  });

  it('links to the order with the key that lets a guest see it, behind what browsers send to nobody', () => {
    const guest = { ...contact, accessKey: 'the-key-of-the-order' };
    const link = `https://shop.example/orders/${order.orderId}#the-key-of-the-order`;
    for (const name of ofOrders) {
      const { html, text, path } = renderer.render(name, 'email', { contact: guest, order, data: {} });
      expect(html, name).to.contain(`href="${link}"`);
      expect(text, name).to.contain(link);
      expect(path, 'live messages have none').to.equal(`/orders/${order.orderId}`);
    }
    expect(renderer.render('order-shipped', 'sms', { contact: guest, order, data: {} }).text).to.contain(link);
  });

  it('links to what works once by a secret behind what browsers send to nobody, and says until when', () => {
    const link = { purpose: 'reset', token: 'id.proof', expiresAt: '2026-11-25T21:35:00.000Z' };
    const { text, path } = renderer.render('account-reset', 'email', { contact: { ...contact, link }, order: undefined, data: {} });
    expect(text)
      .to.contain('https://shop.example/account/link#reset.id.proof')
      .and.to.match(/until November 25, 2026 at 9:35\sPM UTC/);
    expect(path).to.equal('/account/link');
  });

  it('says what happened to an account, also where it has no words for that', () => {
    const said = (kind: string): string =>
      renderer.render('security-notice', 'email', {
        ...{ contact: { ...contact, notice: { kind, at: '2026-11-25T21:35:00.000Z' } }, order: undefined, data: {} },
      }).text;
    expect(said('password_changed')).to.contain('your password was changed');
    expect(said('something_new')).to.contain('a setting of its security was changed');
  });

  it('writes in the language that the reader has chosen, else in that of the order', () => {
    const inGerman = { ...contact, name: 'Ada', locale: 'de-DE' };
    const { subject, text } = renderer.render('order-confirmed', 'email', { contact: inGerman, order, data: {} });
    expect(subject).to.equal('Ihre Bestellung CW-100042 ist bestätigt');
    expect(text)
      .to.contain('Guten Tag Ada,')
      .and.to.contain('25. November 2026')
      .and.to.match(/Summe: 101,24\s\$/);
    const chosen = renderer.render('order-confirmed', 'email', { contact: inGerman, order, data: {}, locale: 'en' });
    expect(chosen.subject).to.equal('Your order CW-100042 is confirmed');
  });

  it('keeps a subject on one line, so that nobody can add headers to a mail', () => {
    const evil = { ...order, number: 'X\r\nBcc: eve@example.com' };
    const { subject } = renderer.render('order-shipped', 'email', { contact, order: evil, data: {} });
    expect(subject).to.equal('Your order X Bcc: eve@example.com is on its way');
  });

  it('has a page that is what its MJML says', async () => {
    expect(readFileSync(pageFile, 'utf8'), 'run npm run templates:build').to.equal(await compilePage());
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

  it('tells guests, in whose name anybody can ask, what to do where it was somebody else', () => {
    const text = (locale: string, data: object) =>
      renderer.render('back-in-stock', 'email', {
        contact,
        order: undefined,
        data: { sku: 'LAMP', ...data },
        locale,
        unsubscribeToken: 't',
      }).text;
    expect(text('en', { requestId: 'r' })).to.contain('ask again.\n\nIf it was somebody else');
    expect(text('de', { requestId: 'r' })).to.contain('noch einmal.\n\nFalls jemand anderes');
    expect(text('en', {})).to.contain('ask again.\n\nSee it').and.not.to.contain('somebody else');
  });

  it('names the reason of a failure where customers understand it', () => {
    const text = (reason: string) => renderer.render('payment-failed', 'email', { contact, order, data: { reason } }).text;
    expect(text('insufficient_funds')).to.contain('failed: the card does not have sufficient funds.');
    expect(text('E_42')).to.contain('failed. You').and.not.to.contain('E_42');
  });

  it('keeps the lines of plain text apart', () => {
    const { text } = renderer.render('order-rejected', 'email', { contact: { ...contact, name: 'Ada' }, order, data: {} });
    expect(text).to.match(
      /^Hello Ada,\n\nwe are sorry: .*\n\nSee what is missing: \S+\n\nOrder CW-100042, November 25, 2026\n2 x .*\nItems: /,
    );
  });

  const textOf = (name: TemplateName, data: MessageData): string => renderer.render(name, 'email', { contact, order, data }).text;

  it('lists what a parcel holds and how to follow it, and says when it is the rest', () => {
    const parcel = { lines: [{ sku: 'LAMP', quantity: 1 }], carrier: 'DHL', trackingNumber: '<42>' };
    const { html, text } = renderer.render('order-part-shipped', 'email', { contact, order, data: parcel });
    expect(text).to.contain('1 x Lamp <b>&</b> shade\n\nCarrier: DHL\nTracking number: <42>\n\nFollow');
    expect(html).to.contain('1 × Lamp &lt;b&gt;').and.to.contain('<strong>&lt;42&gt;</strong>');
    expect(textOf('order-shipped', parcel)).to.contain('the rest of your order CW-100042 is on its way');
    const whole = textOf('order-shipped', { lines: [{ sku: 'LAMP', quantity: 2 }] });
    expect(whole).to.contain('\nyour order CW-100042 is on its way').and.not.to.contain('Carrier');
  });

  it('names goods that the order does not know by their SKU', () => {
    expect(textOf('return-received', { lines: [{ sku: 'CHAIR', quantity: 1 }] })).to.contain('1 x CHAIR');
  });

  it('says how much goes back, of how much, and how much that makes in all', () => {
    expect(textOf('refund-requested', { amount: 400, reason: 'scratched' })).to.contain(
      'giving you $4.00 back, of the $101.24 that your order CW-100042 came to: scratched.',
    );
    expect(textOf('refund-requested', { amount: 400, reason: 'staff' })).to.contain('came to. We');
    expect(textOf('order-refunded', { amount: 400, refunded: 500 }))
      .to.contain('$4.00, of the $101.24')
      .and.to.contain('got $5.00 back');
    expect(textOf('order-refunded', { amount: 400, refunded: 400 })).not.to.contain('In all');
    expect(textOf('order-refunded', {})).to.contain('the money for your order CW-100042 is on its way');
  });

  it('says what happens to the money of a cancelled order', () => {
    expect(textOf('order-cancelled', { reason: 'customer', money: 'refunded', amount: 10_124 })).to.contain(
      'is cancelled: as you asked. $101.24 goes back to you',
    );
    expect(textOf('capture-failed', { reason: 'capture_failed', money: 'not_charged' })).to.contain('You have not been charged.');
  });

  it('says in a sentence of its own for each what becomes of the money', () => {
    for (const locale of renderer.locales) {
      const said = moneyOutcomes.map(
        (money) => renderer.render('order-cancelled', 'email', { contact, order, data: { money }, locale }).text,
      );
      expect(new Set(said).size, locale).to.equal(moneyOutcomes.length);
    }
  });

  it('says in a text of the phone by what the parcel can be followed', () => {
    const { text } = renderer.render('order-shipped', 'sms', { contact, order, data: { carrier: 'DHL', trackingNumber: '42' } });
    expect(text).to.contain('is on its way. DHL 42. https://');
  });

  it('makes texts short', () => {
    const { html, text } = renderer.render('order-shipped', 'sms', { contact, order, data: {} });
    expect(html).to.equal(null);
    expect(text).to.equal(`Cartwright: Your order CW-100042 is on its way. https://shop.example/orders/${order.orderId}`);
  });
});
