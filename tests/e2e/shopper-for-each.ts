import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { runningStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';
import { Shopper } from './shopper.ts';

/**
 * Gives each test of a suite a person of its own at the shop, all of them in one browser. The page of none may have had an error; what it showed last is
 * told when a test fails.
 */
export function shopperForEach(arrives: (shopper: Shopper, browser: Browser) => void | Promise<void>): void {
  let browser: Browser;
  let shopper: Shopper;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    shopper = await Shopper.enter(browser, runningStack().gatewayUrl);
    await arrives(shopper, browser);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(`      ${await shopper.describe()}`);
    await shopper.leave();
    expect(shopper.faults, 'errors of the page').to.deep.equal([]);
  });
}
