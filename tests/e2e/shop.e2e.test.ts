import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { runningStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';

describe('The shop in a browser', function () {
  this.timeout(120_000);
  const { gatewayUrl } = runningStack();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];
  /** What the page said and asked for, told when a test fails. */
  let seen: string[];

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    context = await browser.newContext({ baseURL: gatewayUrl, locale: 'en-US' });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    faults = [];
    seen = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => seen.push(message.text()));
    page.on('requestfailed', (request) => seen.push(`${request.method()} ${request.url()} ${request.failure()?.errorText ?? ''}`));
    page.on('response', (response) => seen.push(`${String(response.status())} ${response.url()}`));
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      const shown = await page.locator('main').innerText({ timeout: 1000 }).catch(String);
      console.log(`      ${page.url()} shows: ${shown.slice(0, 500)}\n      ${seen.slice(-20).join('\n      ')}`);
    }
    await context.close();
    expect(faults, 'errors of the page').to.deep.equal([]);
  });

  async function fillCart(words: string): Promise<void> {
    await page.goto('/');
    await page.getByLabel('Search the shop').fill(words);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('.products a').first().click();
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('heading', { name: 'Your cart' }).waitFor();
  }

  async function checkOut(card: string): Promise<string> {
    const email = `${randomUUID()}@customers.test`;
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Name').fill('Grace Example');
    await page.getByLabel('Street and number').fill('1 Main Street');
    await page.getByLabel('Postal code').fill('62701');
    await page.getByLabel('City').fill('Springfield');
    await page.getByLabel(card).check();
    await page.getByRole('button', { name: 'Place the order' }).click();
    return email;
  }

  const status = (expected: string): Promise<void> => page.locator(`[data-status=${expected}]`).waitFor({ timeout: 20_000 });

  it('lets a guest find, buy and be told, without an account', async () => {
    await fillCart('lamp');
    const email = await checkOut('A card that works');
    await status('confirmed');
    const number = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
    await page.reload();
    await status('confirmed'); // the guest's key is a cookie: the order opens again
    expect(await page.evaluate('document.cookie'), 'scripts cannot read the key').to.equal('');
    const deadline = Date.now() + 15_000;
    let mails = '';
    while (!mails.includes(number.replace('Order ', '')) && Date.now() < deadline) {
      const response = await page.request.get(`/api/notifications/mailbox?to=${encodeURIComponent(email)}`);
      mails = await response.text();
    }
    expect(mails).to.include(number.replace('Order ', ''));
  });

  it('says that a card was declined, and lets the customer go on with another', async () => {
    await fillCart('wool');
    await checkOut('A card that is declined');
    await status('payment_failed');
    await page.getByRole('button', { name: 'Try another card' }).click();
    await page.getByRole('heading', { name: 'Check out' }).waitFor();
    await page.getByLabel('E-mail').fill(`${randomUUID()}@customers.test`);
    await page.getByLabel('Name').fill('Grace Example');
    await page.getByLabel('Street and number').fill('1 Main Street');
    await page.getByLabel('Postal code').fill('62701');
    await page.getByLabel('City').fill('Springfield');
    await page.getByRole('button', { name: 'Place the order' }).click();
    await status('confirmed');
  });

  it('asks the customer for a yes where the bank wants one', async () => {
    await fillCart('tea');
    await checkOut('A card that asks the customer');
    await page.getByRole('button', { name: 'Yes, pay' }).click();
    await status('confirmed');
  });

  it('makes an account, shows its orders, and ends the session', async () => {
    await page.goto('/account');
    const form = page.locator('form', { hasText: 'Make an account' });
    await form.getByLabel('Name').fill('Grace Example');
    await form.getByLabel('E-mail').fill(`${randomUUID()}@customers.test`);
    await form.getByLabel('Password').fill('long-enough-1');
    await form.getByRole('button').click();
    await page.getByRole('heading', { name: 'Hello, Grace Example' }).waitFor();
    await fillCart('notebook');
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.getByLabel('Street and number').fill('1 Main Street');
    await page.getByLabel('Postal code').fill('62701');
    await page.getByLabel('City').fill('Springfield');
    await page.getByRole('button', { name: 'Place the order' }).click();
    await status('confirmed');
    await page.goto('/account');
    await page.locator('main a[href^="/orders/"]').first().waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'All products' }).waitFor();
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
