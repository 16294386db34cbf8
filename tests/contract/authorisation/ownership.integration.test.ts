import { expect } from 'chai';
import { v7 } from 'uuid';
import { runningStack } from '../../stack.ts';
import { declaredRoutes } from './declared.ts';
import type { Declared } from './declared.ts';
import { ownership, reach } from './ownership.ts';
import type { Asking, Ids } from './ownership.ts';
import { doorOf, headersOf, principals } from './principals.ts';
import type { PrincipalName } from './principals.ts';
import { peopleOf } from './people.ts';
import type { People } from './people.ts';

const declared = declaredRoutes();

interface Seen {
  readonly status: number;
  readonly text: string;
}

describe('Authorisation at the running services', function () {
  this.timeout(120_000);
  const { services } = runningStack();
  let people: People;

  before(async () => {
    people = await peopleOf();
  });
  after(() => people.close());

  async function ask(app: string, method: string, path: string, principal: PrincipalName, body?: object): Promise<Seen> {
    const response = await fetch((services[app]?.url ?? '') + path, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headersOf(principal, people) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
      return { status: response.status, text: await response.text() };
    }
    await response.body?.cancel(); // it would go on until the order is of no interest any more
    return { status: response.status, text: '' };
  }

  for (const principal of principals) {
    it(`${principal}: refused wherever the declared rule says so, before anything of the request is looked at`, async () => {
      const wrong: string[] = [];
      let refusals = 0;
      for (const { app, name, route } of declared) {
        const refusal = doorOf(route.access, principal);
        if (refusal === 'in') continue;
        refusals++;
        const path = route.path.replaceAll(/:\w+/g, () => v7());
        const { status } = await ask(app, route.method, path, principal, route.method === 'GET' ? undefined : {});
        if (status !== refusal) wrong.push(`${name} of ${app}: ${String(status)} instead of ${String(refusal)}`);
      }
      expect(wrong, `${String(refusals)} requests`).to.deep.equal([]);
      expect(refusals).to.be.above(10);
    });
  }

  /** What is asked of the thing itself: whether it was reached, or there was said to be none. */
  async function reaches({ app, route }: Declared, asking: Asking, principal: PrincipalName): Promise<boolean | Seen> {
    const ids = await people.idsFor(asking.owned, principal);
    const params: Readonly<Record<string, string>> = asking.params?.(ids) ?? {
      id: ids[asking.owned === 'payment' ? 'order' : asking.owned],
    };
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? v7());
    const seen = await ask(app, route.method, path, principal, asking.body?.(ids));
    if (doorOf(route.access, principal) !== 'in') return seen.status === doorOf(route.access, principal) ? false : seen;
    if (seen.status === 404)
      return /"detail":"There is no (?:such )?(?:order|payment of order|cart|session|address|passkey|review of yours)/.test(seen.text)
        ? false
        : seen;
    // A thing that was reached may be in no state for what is asked of it.
    return seen.status < 300 || seen.status === 409 ? true : seen;
  }

  for (const owned of Object.keys(reach) as (keyof typeof reach)[]) {
    it(`a customer's ${owned} is for ${reach[owned].join(', ')}; for all others there is none`, async () => {
      const told: Record<string, unknown> = {};
      const expected: Record<string, unknown> = {};
      for (const one of declared) {
        const rows = ownership[one.name];
        if (rows === undefined || typeof rows === 'string') continue;
        for (const [index, asking] of rows.entries()) {
          if (asking.owned !== owned) continue;
          // Those who may not come first: what those who may do with it would else be the reason of a refusal.
          for (const principal of principals.toSorted((a, b) => Number(reach[owned].includes(a)) - Number(reach[owned].includes(b)))) {
            const cell = `${one.name} (${String(index)}) ${principal}`;
            told[cell] = await reaches(one, asking, principal);
            expected[cell] = reach[owned].includes(principal) && doorOf(one.route.access, principal) === 'in';
          }
        }
      }
      expect(told).to.deep.equal(expected);
      expect(Object.keys(told)).to.have.length.above(0);
    });
  }

  it('what is one’s own shows nothing of a customer to anybody else', async () => {
    const ids: Ids = await people.idsFor('order', 'customer');
    const planted = [people.customer.id, people.customer.email, ids.order, ids.cart, ids.session, ids.address, ids.passkey];
    const own = declared.filter(({ name, route }) => ownership[name] === 'own' && route.method === 'GET' && !route.path.includes(':'));
    const shown: Record<string, string[]> = {};
    for (const { app, route } of own) {
      const { status, text } = await ask(app, 'GET', route.path, 'other customer');
      expect([200, 404], route.path).to.include(status); // 404: nobody has asked for that export yet
      shown[route.path] = planted.filter((value) => text.includes(value));
    }
    expect(Object.values(shown).flat(), JSON.stringify(shown)).to.deep.equal([]);
    const mine = await Promise.all(own.map(async ({ app, route }) => (await ask(app, 'GET', route.path, 'customer')).text));
    const seen = planted.filter((value) => mine.some((text) => text.includes(value)));
    expect(seen, 'shown to the customer, so that there was something to hide').to.include.members([people.customer.email, ids.order]);
  });
});
