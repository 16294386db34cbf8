import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Customer } from '../shop/client.ts';
import { runningStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';
import { Shopper } from './shopper.ts';

describe('The life of an order in a browser', function () {
  this.timeout(180_000);
  const { gatewayUrl } = runningStack();
  let browser: Browser;
  let shoppers: Shopper[];

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(() => {
    shoppers = [];
  });
  afterEach(async function () {
    for (const shopper of shoppers) {
      if (this.currentTest?.state === 'failed') console.log(`      ${await shopper.describe()}`);
      await shopper.leave();
      expect(shopper.faults, 'errors of the page').to.deep.equal([]);
    }
  });

  async function enter(): Promise<Shopper> {
    const shopper = await Shopper.enter(browser, gatewayUrl);
    shoppers.push(shopper);
    return shopper;
  }

  it('ends where a guest cancels it, and the guest is told what happens to the money', async () => {
    const guest = await enter();
    await guest.fillCart({ words: 'tea' });
    const email = await guest.checkOut('A card that works');
    await guest.status('confirmed');
    const number = await guest.orderNumber();
    await guest.page.getByText('Cancel the order').click();
    await guest.page.getByRole('form', { name: 'Cancel the order' }).getByLabel('Why').fill('ordered <b>twice</b>');
    await guest.page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await guest.status('cancelled');
    await guest.page.getByRole('listitem').filter({ hasText: 'Cancelled' }).waitFor();
    expect(await guest.page.getByText('Cancel the order').count(), 'it cannot be cancelled twice').to.equal(0);
    const mail = await guest.mail(email, `Your order ${number} is cancelled`);
    expect(mail).to.match(/goes back to you/);
    await guest.page.goto('/mailbox');
    await guest.page.getByText(`Your order ${number} is cancelled`, { exact: true }).click();
    const shown = guest.page.frameLocator('iframe').locator('body[style*=background]'); // it looks as it would in a mailbox elsewhere
    await shown.getByText('goes back to you').waitFor();
  });

  it('goes in two parcels to a customer, who sends something back and gets the money for it', async () => {
    const customer = await enter();
    const email = await customer.register();
    await customer.fillCart({ words: 'lamp', quantity: 2 }, { words: 'wool' });
    await customer.checkOut('A card that works', email);
    await customer.status('confirmed');
    const number = await customer.orderNumber();

    const staff = await enter();
    const { page: office } = staff;
    await staff.logIn('admin@cartwright.test', 'admin-Passw0rd!');
    await office.getByRole('link', { name: 'Back office' }).click();
    await office.getByLabel('Number').fill(number);
    await office.getByRole('button', { name: 'Find' }).click();
    await office.getByRole('link', { name: number }).click();
    await office.locator('[data-payment=captured]').waitFor();

    const ship = office.getByRole('form', { name: 'Ship' });
    await office.locator('summary', { hasText: /^Ship$/ }).click();
    await ship.getByLabel(/of 2/).fill('1');
    await ship.getByLabel(/of 1\b/).fill('0');
    await ship.getByLabel('Carrier').fill('DHL');
    await ship.getByLabel('Tracking number').fill('T-4711');
    await ship.getByRole('button').click();
    await office.locator('[data-fulfilment=partial]').waitFor();
    await customer.page.locator('[data-fulfilment=partial]').waitFor(); // the page follows by itself
    await customer.page.getByText('T-4711').waitFor();

    await office.locator('summary', { hasText: /^Ship$/ }).click();
    await ship.getByRole('button').click(); // all that is left
    await office.locator('[data-fulfilment=shipped]').waitFor();
    await office.getByRole('button', { name: 'Parcel 1 was delivered' }).click();
    await office.getByText('1. Delivered').waitFor();
    await office.getByRole('button', { name: 'Parcel 2 was delivered' }).click();
    await office.locator('[data-fulfilment=delivered]').waitFor();

    await customer.page.locator('[data-fulfilment=delivered]').waitFor();
    await customer.page.getByText('Send something back').click();
    const back = customer.page.getByRole('form', { name: 'Send something back' });
    await back.getByLabel(/at most 2/).fill('1');
    await back.getByLabel('Why').fill('too dark');
    await back.getByRole('button').click();
    await customer.page.locator('[data-return=requested]').waitFor();

    await office.locator('[data-return=requested]').waitFor();
    await office.getByText('It has arrived').click();
    await office.getByRole('button', { name: 'Receive it' }).click();
    await office.locator('[data-return=received]').waitFor();
    for (const event of ['OrderReturned', 'OrderRefundRequested', 'OrderReturnRequested', 'OrderPlaced'])
      await office.locator(`[data-event=${event}]`).first().waitFor();

    await customer.page.locator('[data-return=received]').waitFor();
    await customer.page.locator('[data-refund=done]').waitFor();
    await customer.page.getByText(/^Given back: \$/).waitFor();
    expect(await staff.mail(email, `Part of your order ${number} is on its way`)).to.include('T-4711');
    expect(await staff.mail(email, `What you sent back of your order ${number} has arrived`)).to.include('1 x ');
    expect(await staff.mail(email, `The money for your order ${number} is on its way back`)).to.match(/\$[\d.]+, of the \$/);
  });

  it('begins anew where prices and stock have changed: beside the line, with the new values', async () => {
    const house = new Customer(gatewayUrl);
    await house.logIn('staff@cartwright.test', 'staff-Passw0rd!');
    const sku = `E2E-${randomUUID().slice(0, 8).toUpperCase()}`;
    const title = `Teapot <img src=x onerror="document.title='broken into'"> ${sku}`;
    const price = (amount: number) => [{ sku, title, price: amount }];
    const product = { title, description: 'x', brand: 'Test', category: 'kitchen', variants: price(2000) };
    /** Orders learns prices by events: it has this one once a cart does. */
    const known = async (amount: number): Promise<void> => {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const { id: cartId } = await house.ask<{ id: string }>('POST', '/api/carts', {});
        const cart = await house
          .ask<{ lines: { unitPrice: { amount: number } }[] }>('POST', `/api/carts/${cartId}/items`, { sku, quantity: 1 })
          .catch((error: unknown) => error);
        if ((cart as { lines?: { unitPrice: { amount: number } }[] }).lines?.[0]?.unitPrice.amount === amount) return;
        if (Date.now() > deadline) throw new Error(`Orders does not know the price ${String(amount)}: ${String(cart)}`);
        await delay(50);
      }
    };
    const { id } = await house.ask<{ id: string }>('POST', '/api/catalog/products', { ...product, slug: sku.toLowerCase() });
    await house.ask('PUT', `/api/inventory/${sku}`, { onHand: 5 });
    await known(2000);
    const { page } = await enter();
    await page.goto(`/products/${sku.toLowerCase()}`);
    await page.getByLabel('Quantity').fill('3');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('heading', { name: 'Your cart' }).waitFor();
    const [shopper] = shoppers as [Shopper];

    await house.ask('PATCH', `/api/catalog/products/${id}`, { variants: price(2500) });
    await known(2500);
    await shopper.checkOut('A card that works');
    await page.getByText('Prices have changed since the cart was filled.').waitFor();
    const line = page.locator(`[data-sku="${sku}"]`);
    await line.getByText('It costs $25.00 each now, and was $20.00.').waitFor();
    await line.getByText('$75.00').waitFor();

    await house.ask('POST', `/api/inventory/${sku}/adjustments`, { delta: -4, reason: 'broken' });
    await shopper.placeOrder();
    await line.getByText('Only 1 left.').waitFor();
    await line.getByRole('button', { name: /^Take 1 instead of 3/ }).click();
    await line.getByText('$25.00').waitFor();
    await shopper.placeOrder();
    await shopper.status('confirmed');
    expect(await page.locator('main').textContent(), 'what a title says stays text').to.include('<img src=x');
    expect(await page.locator('main img[src="x"]').count()).to.equal(0);
  });

  it('is hidden from others, and so is the back office', async () => {
    const owner = await enter();
    await owner.fillCart({ words: 'notebook' });
    await owner.checkOut('A card that works');
    await owner.status('confirmed');
    const stranger = await enter();
    await stranger.register();
    await stranger.page.goto(new URL(owner.page.url()).pathname);
    await stranger.page.getByRole('heading', { name: 'That is not here' }).waitFor();
    for (const path of ['/staff', '/staff/stock', `/staff${new URL(owner.page.url()).pathname}`]) {
      await stranger.page.goto(path);
      await stranger.page.getByRole('heading', { name: 'Your account may not see this' }).waitFor();
      await stranger.page.getByRole('link', { name: 'Back to the shop' }).waitFor();
    }
    expect(await stranger.page.getByRole('link', { name: 'Back office' }).count()).to.equal(0);
  });
});
