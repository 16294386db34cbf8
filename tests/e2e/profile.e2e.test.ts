import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { runningStack } from '../stack.ts';
import { Shopper } from './shopper.ts';
import { shopperForEach } from './shopper-for-each.ts';

const [password, another] = ['long-enough-1', 'another Passphrase'];

describe('What customers change of themselves in a browser', function () {
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

  const section = (name: string) => page.locator('section', { has: page.getByRole('heading', { name, exact: true }) });
  /** Waits until this field alone is marked as wrong, and has the focus. */
  async function marked(name: string): Promise<void> {
    await page.locator(`[name=${name}][aria-invalid]:focus`).waitFor();
    expect(await page.locator('[aria-invalid]').count(), 'fields that are marked').to.equal(1);
  }
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  it('is their name, and their password, which logs out the other devices and lets in from then on', async () => {
    const email = await shopper.register();
    const elsewhere = await Shopper.enter(browser, gatewayUrl);
    await elsewhere.logIn(email, password);
    await page.getByRole('link', { name: 'Your details' }).click();
    await page.getByLabel('Name').fill('Planted Person');
    await press('Save');
    await page.getByText('Saved.').waitFor();
    await page.getByRole('link', { name: 'Planted Person' }).waitFor();
    const change = async (current: string, fresh: string): Promise<void> => {
      await page.getByLabel('Current password').fill(current);
      await page.getByLabel('New password').fill(fresh);
      await press('Change it');
    };
    await page.getByText('Change the password').click();
    await change('no idea at all', another);
    await page.getByText('This is not your password').waitFor();
    await marked('currentPassword');
    await change(password, 'iloveyou');
    await page.getByText('Many use this one').waitFor();
    await marked('password');
    await change(password, another);
    await page.getByText('Your password is changed').waitFor();
    await elsewhere.page.goto('/account/details'); // of auth, which knows at once; others within two seconds
    await elsewhere.page.getByRole('heading', { name: 'Log in' }).waitFor();
    await elsewhere.logIn(email, another);
    await elsewhere.page.getByRole('heading', { name: 'Hello, Planted Person' }).waitFor();
    await elsewhere.leave();
    await page.goto('/account');
    await page.getByRole('heading', { name: 'Hello, Planted Person' }).waitFor();
  });

  it('is their address book, which fills in the check-out', async () => {
    await shopper.register();
    await page.getByRole('link', { name: 'Address book' }).click();
    await page.getByText('Add an address').click();
    await shopper.fillAddress();
    await page.getByLabel('Street and number').fill(' ');
    await press('Keep it');
    await page.getByText('Fill this in.').waitFor();
    await marked('line1');
    await page.getByLabel('Street and number').fill('1 Main Street');
    await press('Keep it');
    await page.getByText('The address is kept.').waitFor();
    await page.getByRole('button', { name: /^Edit/ }).click();
    await page.getByRole('form', { name: /^Edit/ }).getByLabel('More (optional)').fill('Second floor');
    await press('Save');
    await page.locator('address', { hasText: 'Second floor' }).waitFor();
    await page.getByText('Add an address').click();
    await shopper.fillAddress();
    await page.getByLabel('Street and number').fill('2 Side Street');
    await press('Keep it');
    await page.locator('address', { hasText: '2 Side Street' }).waitFor();
    await shopper.fillCart({ words: 'lamp' });
    await page.getByRole('link', { name: 'Check out' }).click();
    const filledIn = () => Promise.all(['Street and number', 'More (optional)'].map((label) => page.getByLabel(label).inputValue()));
    await page.getByRole('heading', { name: 'Check out' }).waitFor();
    expect(await filledIn()).to.deep.equal(['1 Main Street', 'Second floor']);
    await page.getByLabel('From your address book').selectOption({ label: 'Grace Example, 2 Side Street, Springfield' });
    await page.locator('[name=line1][value="2 Side Street"]').waitFor();
    expect(await filledIn()).to.deep.equal(['2 Side Street', '']);
    await shopper.placeOrder();
    await page.locator('address', { hasText: '2 Side Street' }).waitFor();
    await page.goto('/account/addresses');
    const first = page.locator('li', { hasText: '1 Main Street' });
    await first.getByRole('button', { name: /^Remove/ }).click();
    await page.getByText('The address is removed.').waitFor();
    expect(await first.count()).to.equal(0);
    await press('Put it back');
    await page.getByText('The address is back.').waitFor();
    expect(await first.count()).to.equal(1);
  });

  it('is their e-mail address, by the link of a mail; one that waits can be withdrawn', async () => {
    await shopper.register();
    await page.goto('/account/details');
    const [wrong, right] = [`${randomUUID()}@customers.test`, `${randomUUID()}@customers.test`];
    const email = section('E-mail address');
    const ask = async (address: string): Promise<void> => {
      await email.getByText('Change the address').click();
      await email.getByLabel('New e-mail address').fill(address);
      await email.getByLabel('Your password').fill(password);
      await email.getByRole('button', { name: 'Send the link', exact: true }).click();
      await email.getByText(`A link is on its way to ${address}`).waitFor();
    };
    await ask(wrong);
    await email.getByRole('button', { name: 'Keep the old address' }).click();
    await email.getByText('The link does not work any more').waitFor();
    expect(await email.getByRole('button', { name: 'Keep the old address' }).count()).to.equal(0);
    await ask(right);
    const mail = await shopper.mail(right, '');
    const [link = ''] = /\/account\/link#change\.\S+/.exec(mail) ?? [];
    const open = async (): Promise<void> => {
      await page.goto('/');
      await page.goto(link);
      await page.getByRole('button', { name: 'This address is mine' }).click();
    };
    await open();
    await page.getByText('this is the address of your account now').waitFor();
    await open();
    await page.getByText('The link was used').waitFor();
    await page.getByRole('link', { name: 'Have another link sent' }).click();
    await page.getByText(`${right}, proved`).waitFor();
  });

  it('is not asked for again where the address has an account: that leads to its log-in, and on to the page that was wanted', async () => {
    const email = await shopper.register();
    await press('Log out');
    await page.getByRole('link', { name: 'Log in' }).waitFor();
    await page.goto('/account/addresses');
    const form = page.locator('form', { hasText: 'Make an account' });
    await form.getByLabel('Name').fill('Grace Example');
    await form.getByLabel('E-mail').fill(email);
    await form.getByLabel('Password').fill(password);
    await form.getByRole('button', { name: 'Make an account' }).click();
    await page.getByText('There is an account with this address.').waitFor();
    await press('Log in with this address');
    await page.locator('[name=password]:focus').waitFor();
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Address book' }).waitFor();
  });
});
