import { setTimeout as delay } from 'node:timers/promises';
import { ShopError } from '../shop/client.ts';
import type { Customer } from '../shop/client.ts';
import type { Stack } from '../stack.ts';
import { places } from './choices.ts';
import { PatientCustomer } from './patient-client.ts';

export interface Product {
  readonly id: string;
  readonly sku: string;
}

/** Goods of one run, which nobody else buys, so that every unit of them can be accounted for. */
export interface Goods {
  /** All that were ever for sale in the run, those that are gone included. */
  readonly skus: readonly string[];
  /** Of which there is little. */
  readonly scarce: readonly string[];
  /** What stands at a place of the shelf now. */
  at(place: number): Product;
  /** Makes another product and puts it at a place; answers the one that stood there, which is still for sale. */
  replace(staff: Customer, place: number): Promise<Product>;
  /** Takes all of them off the shop. */
  remove(): Promise<void>;
}

const onShelf = { plenty: 5000, scarce: 25, fleeting: 30 };

/** Puts goods into the catalogue and on the shelf, and waits until they can be bought. */
export async function stockGoods(stack: Pick<Stack, 'gatewayUrl'>, run: string): Promise<Goods> {
  const credentials = { email: 'staff@cartwright.test', password: 'staff-Passw0rd!' };
  // Patient, because what is left has to be removed also while the shop comes back from a fault.
  const staff = new PatientCustomer(stack.gatewayUrl, { stopped: new AbortController().signal, count: () => undefined, credentials });
  await staff.logIn(credentials.email, credentials.password);
  const { items } = await staff.ask<{ items: { slug: string }[] }>('GET', '/api/catalog/categories');
  const category = items[0]?.slug;
  const skus: string[] = [];
  const made = new Map<string, string | undefined>();

  async function make(seller: Customer, place: number): Promise<Product> {
    const number = String(made.size);
    const [sku, title] = [`CHAOS-${run}-${number}`, `Chaos ${run} ${number}`];
    made.set(title, undefined);
    const product = { id: await create(seller, { sku, title, category, price: 1000 + place * 100 }), sku };
    made.set(title, product.id);
    skus.push(sku);
    await seller.ask('PUT', '/api/inventory', { items: [{ sku, onHand: unitsAt(place) }] });
    return product;
  }

  async function remove(): Promise<void> {
    for (const [title, id] of made) {
      const known = id ?? (await idOf(staff, title));
      if (known !== undefined) await deleteProduct(staff, known);
    }
  }

  const shelf: Product[] = [];
  try {
    for (let place = 0; place < places.plenty + places.scarce + places.fleeting; place += 1) shelf.push(await make(staff, place));
    await untilForSale(staff, skus);
  } catch (error) {
    await remove();
    throw error;
  }
  const at = (place: number): Product => {
    const product = shelf[place];
    if (product === undefined) throw new RangeError(`The shelf has no place ${String(place)}`);
    return product;
  };
  return {
    skus,
    scarce: shelf.slice(places.plenty, places.plenty + places.scarce).map(({ sku }) => sku),
    at,
    async replace(seller, place) {
      const old = at(place);
      shelf[place] = await make(seller, place);
      return old;
    },
    remove,
  };
}

function unitsAt(place: number): number {
  if (place < places.plenty) return onShelf.plenty;
  return place < places.plenty + places.scarce ? onShelf.scarce : onShelf.fleeting;
}

/** Answers the product's id, also where an earlier try has made it and its answer was lost. */
async function create(
  seller: Customer,
  { sku, title, category, price }: { sku: string; title: string; category: string | undefined; price: number },
): Promise<string> {
  const product = { title, description: 'Made by npm run chaos, and removed by it', brand: 'Chaos', category, variants: [{ sku, price }] };
  try {
    return (await seller.ask<{ id: string }>('POST', '/api/catalog/products', product)).id;
  } catch (error) {
    const id = error instanceof ShopError && error.status === 409 ? await idOf(seller, title) : undefined;
    if (id === undefined) throw error;
    return id;
  }
}

/** Of a product whose making nobody has confirmed: its slug follows from its title. */
async function idOf(seller: Customer, title: string): Promise<string | undefined> {
  try {
    return (await seller.ask<{ id: string }>('GET', `/api/catalog/products/${title.toLowerCase().replaceAll(' ', '-')}`)).id;
  } catch (error) {
    if (error instanceof ShopError && error.status === 404) return undefined;
    throw error;
  }
}

/** Resolves when the shop has said that the product is gone, or knows none. */
export async function deleteProduct(seller: Customer, id: string): Promise<void> {
  try {
    await seller.ask('DELETE', `/api/catalog/products/${id}`);
  } catch (error) {
    if (!(error instanceof ShopError) || error.status !== 404) throw error;
  }
}

async function untilForSale(customer: Customer, skus: readonly string[]): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      await customer.fillCart(skus.map((sku) => ({ sku, quantity: 1 })));
      return;
    } catch (error) {
      if (!(error instanceof ShopError) || Date.now() > until) throw error;
      await delay(100);
    }
  }
}
