import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { runningStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';
import { Shopper } from './shopper.ts';

const admin = { email: 'admin@cartwright.test', password: 'admin-Passw0rd!' };

describe('The back office in a browser', function () {
  this.timeout(60_000);
  const { gatewayUrl } = runningStack();
  let browser: Browser;
  let member: Shopper;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
    member = await Shopper.enter(browser, gatewayUrl);
    ({ page } = member);
    await member.logIn(admin.email, admin.password);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(`      ${await member.describe()}`);
    expect(member.faults, 'errors of the page').to.deep.equal([]);
  });
  after(async () => {
    await member.leave();
    await browser.close();
  });

  it('finds the messages to an address, which is in no address of a page, and shows what became of one', async () => {
    const shopper = await Shopper.enter(browser, gatewayUrl);
    const email = await shopper.register();
    await shopper.mail(email, 'Prove your e-mail address');
    await shopper.leave();
    await page.goto('/staff/messages');
    await page.getByLabel('Mail address or phone').fill(email);
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.waitForURL(/recipient=[\w-]{43}$/);
    const proof = page.getByRole('link', { name: 'Prove your address' });
    await proof.nth(1).waitFor({ state: 'detached' }); // the list of all has given way
    await proof.click();
    await page.locator('[data-step=sent]').waitFor();
    await page.frameLocator('iframe').getByText('your account at Cartwright is ready').first().waitFor();
    await page.reload();
    await page.locator('[data-step=queued]').waitFor();
  });

  it('makes a key for a program, shows it once, and revokes it', async () => {
    await page.goto('/staff/keys');
    const name = `Scanner ${String(Date.now())}`;
    await page.getByText('Make a key', { exact: true }).click();
    const making = page.getByRole('form', { name: 'Make a key' });
    await making.getByLabel('What it is for').fill(name);
    await making.getByLabel('Your password').fill(admin.password);
    await making.getByRole('button').click();
    await making.getByText('Tick at least one thing').waitFor();
    await making.getByLabel('See everybody’s orders').check();
    await making.getByRole('button').click();
    const key = await page.locator('code.secret').innerText();
    const orders = () => fetch(`${gatewayUrl}/api/orders?limit=1`, { headers: { authorization: `Api-Key ${key}` } });
    expect((await orders()).status).to.equal(200);
    const row = page.getByRole('row', { name });
    await row.getByText('Revoke', { exact: true }).click();
    await row.getByRole('button', { name: 'Revoke it' }).click();
    await row.getByText(/^revoked/).waitFor();
    expect(await page.locator('code.secret').count(), 'it is not shown again').to.equal(0);
  });
});
