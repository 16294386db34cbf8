import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Customer } from '../shop/client.ts';
import { runningStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';
import { Shopper } from './shopper.ts';

describe('Reviews in a browser', function () {
  this.timeout(120_000);
  const { gatewayUrl } = runningStack();
  const staff = new Customer(gatewayUrl);
  const word = `r${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  let browser: Browser;
  let id: string;

  before(async () => {
    browser = await launchBrowser();
    await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
    const product = { title: `Reviewed ${word}`, slug: word, description: 'It is reviewed.', brand: word, category: 'lighting' };
    const variants = [{ sku: word.toUpperCase(), price: 4900 }];
    ({ id } = await staff.ask<{ id: string }>('POST', '/api/catalog/products', { ...product, variants }));
  });
  after(async () => {
    await staff.ask('DELETE', `/api/catalog/products/${id}`);
    await browser.close();
  });

  it('are written, changed, found helpful, and read by staff where they are doubtful', async () => {
    const author = await Shopper.enter(browser, gatewayUrl);
    const other = await Shopper.enter(browser, gatewayUrl);
    const moderator = await Shopper.enter(browser, gatewayUrl);
    const all = [author, other, moderator];
    try {
      await author.register();
      await author.page.goto(`/products/${word}`);
      await author.page.getByText('Write a review').click();
      await author.page.getByLabel('4 ★', { exact: true }).check();
      await author.page.getByLabel('What you think of it').fill('Bright and warm.');
      await author.page.getByRole('button', { name: 'Send', exact: true }).click();
      await author.page.locator('.reviews', { hasText: 'Bright and warm.' }).waitFor();

      await other.register();
      await other.page.goto(`/products/${word}`);
      await other.page.getByRole('button', { name: 'Helpful (0)', exact: true }).click();
      await other.page.getByRole('button', { name: 'Helpful (1)', exact: true }).waitFor();

      await author.page.getByText('Change your review').click();
      await author.page.getByLabel('What you think of it').fill('Cheaper at https://lamps.example');
      await author.page.getByRole('button', { name: 'Send', exact: true }).click();
      await author.page.getByText('waits until somebody of the shop has read it: holds a link').waitFor();

      await moderator.logIn('staff@cartwright.test', 'staff-Passw0rd!');
      await moderator.page.goto('/staff/reviews');
      const waiting = moderator.page.locator('[data-review]', { hasText: `Reviewed ${word}` });
      await waiting.getByText('Reject', { exact: true }).click();
      await waiting.getByLabel('Why').fill('Please leave links out.');
      await waiting.getByRole('button', { name: 'Reject it' }).click();
      await waiting.getByText('Rejected: Please leave links out.').waitFor();

      await author.page.reload();
      await author.page.getByText('Your review is not shown: Please leave links out.').waitFor();
    } finally {
      for (const one of all) await one.leave();
    }
    expect(
      all.flatMap(({ faults }) => faults),
      'errors of the pages',
    ).to.deep.equal([]);
  });
});
