import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { runningStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';
import { Shopper } from './shopper.ts';

/** A picture of one pixel. */
const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

describe('The catalogue in the back office', function () {
  this.timeout(180_000);
  const { gatewayUrl } = runningStack();
  const name = `trial-${randomBytes(4).toString('hex')}`;
  let browser: Browser;
  let staff: Shopper;

  before(async () => {
    browser = await launchBrowser();
    staff = await Shopper.enter(browser, gatewayUrl);
    await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
  });
  after(async () => {
    await staff.leave();
    await browser.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(`      ${await staff.describe()}`);
    expect(staff.faults, 'errors of the page').to.deep.equal([]);
  });

  /** The price of the product that is shown; those that are like it may cost the same. */
  const priced = (price: string) => staff.page.locator('p.price', { hasText: price });

  it('has a category that says what its products need', async () => {
    const { page } = staff;
    await page.goto('/staff/categories');
    await page.getByText('Add a category').click();
    const add = page.getByRole('form', { name: 'Add a category' });
    await add.getByLabel('Name').fill(`Trial ${name}`);
    await add.getByLabel('Address').fill(name);
    await add.getByRole('button', { name: 'Add' }).click();
    const attributes = page.getByRole('form', { name: 'Attributes' });
    await attributes.getByRole('button', { name: 'Another attribute' }).click();
    await attributes.getByLabel('Name').fill('material');
    await attributes.getByLabel('Choices').fill('oak; walnut');
    await attributes.getByLabel('needed').check();
    await attributes.getByRole('button', { name: 'Ask for these' }).click();
    await page.locator('form[aria-label=Attributes] [data-field=name][value=material]').waitFor();
  });

  it('has a product with a picture once it has what it needs, which customers see when it is published', async () => {
    const { page } = staff;
    await page.goto('/staff/products/new');
    const form = page.getByRole('form', { name: 'Product' });
    await form.getByLabel('Title', { exact: true }).fill(`Gadget ${name}`);
    await form.getByLabel('Category').selectOption(name);
    await form.locator('[data-at="/attributes/material"]').waitFor();
    await form.getByLabel('SKU').fill(name.toUpperCase());
    await form.getByLabel('Price', { exact: true }).fill('12.50');
    await form.getByLabel('Before').fill('20');
    await form.getByLabel('Upload pictures').setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: pixel });
    await form.getByLabel('What it shows').fill('A gadget of one pixel');
    await form.getByRole('button', { name: 'Add the product' }).click();
    await form.locator('[data-at="/attributes/material"][aria-invalid]').waitFor();
    await form.locator('[data-at="/attributes/material"]').selectOption('oak');
    await form.getByRole('button', { name: 'Add the product' }).click();
    await page.getByText('Saved.').waitFor();
    expect((await page.request.get(`/api/catalog/products/gadget-${name}`)).status(), 'a draft').to.equal(404);
    await page.getByLabel('Status').selectOption('published');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'See it in the shop' }).click();
    await page.getByRole('img', { name: 'A gadget of one pixel' }).waitFor();
    await priced('$12.50').waitFor();
  });

  it('has its prices changed as they were shown', async () => {
    const { page } = staff;
    await page.goto('/staff/prices');
    await page.getByLabel('Or these SKUs').fill(name.toUpperCase());
    await page.getByLabel('How much').fill('−10');
    await page.getByLabel('Round').selectOption('to what ends in .99');
    await page.getByLabel('Why').fill('A trial');
    await page.getByRole('button', { name: 'Show what would become of them' }).click();
    await page.getByRole('cell', { name: '$10.99' }).waitFor();
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText(/^applied: 1 prices$/).waitFor();
    await page.goto(`/products/gadget-${name}`);
    await priced('$10.99').waitFor();
  });

  it('takes a file, tells what is wrong with it and where, and gives everything as a file', async () => {
    const { page } = staff;
    await page.goto('/staff/import');
    const rows = Array.from(
      { length: 40 },
      (_, at) =>
        `${name}-${String(at)},"Row ${String(at)}",,,${name},${name}-${String(at)},${at === 7 ? 'cheap' : '100'},"{""material"":""oak""}"`,
    );
    const text = ['slug,title,description,brand,category,sku,price,attributes', ...rows].join('\n');
    const form = page.getByRole('form', { name: 'Import' });
    const load = async (): Promise<void> => {
      await form.getByLabel('File', { exact: true }).setInputFiles({ name: 'trial.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await form.getByRole('button', { name: 'Import' }).click();
      await page.getByText('Done: 41 lines.').waitFor();
    };
    await load();
    await page.getByRole('cell', { name: '/variants/0/price must be integer' }).waitFor();
    await page.getByRole('cell', { name: '9', exact: true }).first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    expect((await download).suggestedFilename()).to.equal('catalogue.csv');
  });

  it('fits a phone on every page', async () => {
    const { page } = staff;
    await page.setViewportSize({ width: 375, height: 800 });
    for (const place of ['', '/stock', '/products', '/products/new', '/categories', '/prices', '/import', '/reviews']) {
      await page.goto(`/staff${place}`);
      await page.locator('main h1').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), place).to.equal(375);
    }
  });
});
