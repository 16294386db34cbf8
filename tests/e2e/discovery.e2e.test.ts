import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Shopper } from './shopper.ts';
import { shopperForEach } from './shopper-for-each.ts';

describe('Finding things in a browser', function () {
  this.timeout(120_000);
  let shopper: Shopper;
  let page: Page;

  shopperForEach(async (one) => {
    shopper = one;
    ({ page } = shopper);
    await page.goto('/');
  });

  it('suggestions come while one types, are chosen by the keyboard, and go away', async () => {
    const field = page.getByRole('combobox', { name: 'Search the shop' });
    await field.pressSequentially('wlanut des', { delay: 20 });
    const option = page.getByRole('option', { name: 'Walnut Desk Lamp', exact: true });
    await option.waitFor();
    await field.press('Escape');
    await option.waitFor({ state: 'hidden' });
    await field.press('ArrowDown');
    await option.waitFor();
    await field.press('ArrowDown');
    expect(await page.locator('[role=option][aria-selected=true]').count()).to.equal(1);
    expect(await field.getAttribute('aria-activedescendant')).to.equal('suggestion-0');
    const title = await page.locator('#suggestion-0').innerText();
    await field.press('Enter');
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  });

  it('a typo is forgiven, and what was meant is offered', async () => {
    await page.getByLabel('Search the shop').fill('wallnut dsek');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Did you mean').getByRole('link', { name: 'walnut desk' }).click();
    await page.getByRole('heading', { level: 1, name: '“walnut desk”' }).waitFor();
    await page.locator('.products mark').first().waitFor();
  });

  it('filters narrow a list, say what they would leave, and are cleared', async () => {
    await page.goto('/search?q=lamp');
    const filters = page.getByRole('complementary', { name: 'Filters' });
    const total = async (): Promise<number> => Number.parseInt(await page.locator('.head [role=status]').innerText(), 10);
    const all = await total();
    const brand = filters.locator('section', { hasText: 'Brand' }).locator('a').first();
    const promised = Number(await brand.locator('small').innerText());
    await brand.click();
    await page.locator('aside a[aria-current=true]').waitFor();
    expect(await total()).to.equal(promised);
    expect(await filters.locator('section', { hasText: 'Brand' }).locator('a').count(), 'other brands stay').to.be.above(1);
    await filters.getByRole('link', { name: 'Clear all filters' }).click();
    await page.locator('aside a[aria-current=true]').waitFor({ state: 'detached' });
    expect(await total()).to.equal(all);
    await filters.getByLabel('From $').fill('90');
    await filters.getByLabel('to $').fill('20');
    await filters.getByRole('button', { name: 'Show' }).click();
    await filters.getByText('The first price is above the second.').waitFor();
  });

  it('a product and a cart show what goes with them', async () => {
    await shopper.fillCart({ words: 'lamp' });
    await page.getByRole('heading', { name: 'Goes with what you have' }).waitFor();
    await page.locator('.row-of-products a').first().click();
    await page.getByRole('heading', { name: 'Like it' }).waitFor();
  });
});
