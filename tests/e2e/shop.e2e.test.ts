import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { Customer } from '../shop/client.ts';
import { runningStack } from '../stack.ts';
import { Shopper } from './shopper.ts';
import { shopperForEach } from './shopper-for-each.ts';

describe('The shop in a browser', function () {
  this.timeout(120_000);
  const { gatewayUrl } = runningStack();
  let browser: Browser;
  let shopper: Shopper;
  let page: Page;

  shopperForEach((one, itsBrowser) => {
    shopper = one;
    browser = itsBrowser;
    ({ page } = shopper);
  });

  it('lets a guest find, buy and be told, without an account', async () => {
    await shopper.fillCart({ words: 'lamp' });
    const email = await shopper.checkOut('A card that works');
    await shopper.status('confirmed');
    const number = await shopper.orderNumber();
    expect(await shopper.orderTotal(), 'what the check-out said')
      .to.equal(shopper.promised)
      .and.to.match(/^\$\d/);
    await page.reload();
    await shopper.status('confirmed'); // the guest's key is a cookie: the order opens again
    expect(await page.evaluate('document.cookie'), 'scripts cannot read the key').to.equal('');
    expect(await shopper.mail(email, `Your order ${number} is confirmed`)).to.include('Grace Example');
  });

  it('takes a code for a discount that counts, says why another does not, and shows what it saves from the cart to the mail', async () => {
    const house = new Customer(gatewayUrl);
    await house.logIn('staff@cartwright.test', 'staff-Passw0rd!');
    const code = `E2E-${randomUUID().slice(0, 8).toUpperCase()}`;
    const coupon = { kind: 'amount', value: 150, currency: 'USD' };
    await house.ask('POST', '/api/coupons', { ...coupon, code });
    await house.ask('POST', '/api/coupons', { ...coupon, code: `${code}-LARGE`, minimumItems: 100_000_000 });
    await shopper.fillCart({ words: 'lamp' });
    const field = page.getByLabel('Your code');
    const put = async (text: string): Promise<void> => {
      await field.fill(text);
      await field.press('Enter');
    };
    const says = (words: string) => page.getByRole('status').filter({ hasText: words }).waitFor();
    const saved = () =>
      page
        .locator('dl.totals dt', { hasText: `Discount (${code})` })
        .locator('+ dd')
        .getByText('− $1.50')
        .waitFor();

    await page.getByText('Have a code?').press('Enter');
    await put('NO-SUCH-CODE');
    await page.getByText('We do not know this code, or it cannot be used any more.').waitFor();
    await put(`${code}-LARGE`);
    await page.getByText(`${code}-LARGE is for goods of $1,000,000.00 or more.`).waitFor();
    await put(code.toLowerCase());
    await says(`${code} takes $1.50 off.`);
    await saved();
    await page.getByRole('button', { name: `Remove the code ${code}` }).press('Enter');
    await says('The code is taken off.');
    expect(await page.getByText('Discount').count()).to.equal(0);
    expect(await page.evaluate('document.activeElement.textContent'), 'where the focus is').to.equal('Have a code?');
    await page.keyboard.press('Enter');
    await put(code);
    await saved();

    const email = await shopper.checkOut('A card that works', undefined, saved);
    await shopper.status('confirmed');
    await saved();
    expect(await shopper.orderTotal()).to.equal(shopper.promised);
    expect(await shopper.mail(email, `Your order ${await shopper.orderNumber()} is confirmed`)).to.match(/Discount\W+\$1\.50/);
  });

  it('says that a card was declined, and lets the customer go on in one click with all that was filled in', async () => {
    await shopper.fillCart({ words: 'wool' });
    const email = await shopper.checkOut('A card that is declined');
    await shopper.status('payment_failed');
    await page.getByRole('button', { name: 'Try another card' }).click();
    await page.getByRole('heading', { name: 'Check out' }).waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).to.equal(email);
    expect(await page.getByLabel('Street and number').inputValue()).to.equal('1 Main Street');
    await shopper.placeOrder();
    await shopper.status('confirmed');
    await page.goBack();
    await page.getByRole('button', { name: 'Try another card' }).waitFor(); // the order from which it was gone on, not the check-out again
  });

  it('orders at no other sum than was shown: who added to the cart elsewhere meanwhile sees the new one, and presses again', async () => {
    await shopper.fillCart({ words: 'lamp' });
    let before = '';
    await shopper.checkOut('A card that works', undefined, async () => {
      before = (await page.getByText(/^You will pay /).textContent()) ?? '';
      const id = String(await page.evaluate("localStorage.getItem('cartwright.cart')"));
      const cart = (await (await page.request.get(`/api/carts/${id}`)).json()) as { lines: { sku: string }[] };
      const sku = cart.lines[0]?.sku;
      const house = new Customer(gatewayUrl);
      await house.logIn('staff@cartwright.test', 'staff-Passw0rd!');
      await house.ask('PUT', '/api/inventory', { items: [{ sku, onHand: 100 }] }); // other tests buy of it too
      const added = await page.request.post(`/api/carts/${id}/items`, { data: { sku, quantity: 2 } });
      expect(added.ok(), await added.text()).to.equal(true);
    });
    await page.getByRole('alert').filter({ hasText: 'The order comes to another sum than you saw' }).waitFor();
    await page.locator('.goods').getByText(/^3 × /).waitFor();
    await shopper.placeOrder();
    await shopper.status('confirmed');
    expect(`You will pay ${shopper.promised}.`, 'the new sum').not.to.equal(before);
    expect(await shopper.orderTotal()).to.equal(shopper.promised);
  });

  it('asks the customer for a yes where the bank wants one', async () => {
    await shopper.fillCart({ words: 'tea' });
    await shopper.checkOut('A card that asks the customer');
    await page.getByRole('button', { name: 'Yes, pay' }).click();
    await shopper.status('confirmed');
  });

  it('makes an account, shows its orders, and ends the session', async () => {
    await shopper.register();
    await shopper.fillCart({ words: 'notebook' });
    await page.getByRole('link', { name: 'Check out' }).click();
    await shopper.fillAddress();
    await shopper.placeOrder();
    await shopper.status('confirmed');
    await page.goto('/account');
    await page.locator('main a[href^="/orders/"]').first().waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'All products' }).waitFor();
    await page.getByRole('link', { name: 'Log in' }).waitFor();
  });

  it('takes the cart along when a guest signs in, to every device, and leaves it to nobody after the log-out', async () => {
    const email = await shopper.register();
    await shopper.fillCart({ words: 'lamp', quantity: 2 });
    await page.goto('/account');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('link', { name: 'Cart', exact: true }).waitFor();
    await shopper.fillCart({ words: 'lamp' }, { words: 'tea' });
    await shopper.logIn(email, 'long-enough-1');
    await page.getByRole('link', { name: 'Cart (4)' }).click();
    await page
      .getByLabel(/^Quantity of/)
      .first()
      .waitFor();
    expect(await page.getByLabel(/^Quantity of/).count()).to.equal(2);
    const elsewhere = await Shopper.enter(browser, gatewayUrl);
    try {
      await elsewhere.logIn(email, 'long-enough-1');
      await elsewhere.page.getByRole('link', { name: 'Cart (4)' }).waitFor();
    } finally {
      await elsewhere.leave();
    }
  });

  it('hands out what it knows of a customer as a file, and forgets them with their account', async () => {
    const email = await shopper.register();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download my data' }).click();
    const file = await download;
    expect(file.suggestedFilename()).to.equal('cartwright-my-data.json');
    const document = JSON.parse(readFileSync(await file.path(), 'utf8')) as { account: { account: { email: string }[] } };
    expect(document.account.account[0]?.email).to.equal(email);
    await page.getByText('Delete my account').first().click();
    await page.getByLabel('Password').fill('long-enough-1');
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByRole('link', { name: 'Log in' }).waitFor();
  });

  it('filters by category and price, and says when nothing is found', async () => {
    await page.goto('/');
    await page
      .locator('aside')
      .getByRole('link', { name: /^Kitchen/ })
      .click();
    await page.getByRole('heading', { name: 'Kitchen' }).waitFor();
    await page
      .locator('aside')
      .getByRole('link', { name: /^Under \$25/ })
      .click();
    await page.waitForURL(/maxPrice=2500/);
    await page.goto('/search?q=zzzzqqqq');
    await page.getByText('Nothing found').waitFor();
  });
});
