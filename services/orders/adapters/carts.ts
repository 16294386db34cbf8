import { ActorError } from '@cartwright/actor-host/actor-error';
import { actorClient } from '@cartwright/actor-host/client';
import { CartActor } from '@cartwright/cart/cart-actor';
import type { CartState } from '@cartwright/cart/state';
import type { ActorsApi } from '@cartwright/kernel/dapr/actors';
import type { Carts, NewCart } from '../ports.ts';

const mostOwners = 50_000;

/** Cart actors, called through the sidecar. Owners are remembered: a cart keeps the one that it was made with. */
export function daprCarts(dapr: { readonly actors: Pick<ActorsApi, 'invoke'> }): Carts {
  const owners = new Map<string, string | null>();

  function remember(cartId: string, ownerId: string | null): string | null {
    if (owners.size >= mostOwners) owners.clear();
    owners.set(cartId, ownerId);
    return ownerId;
  }

  async function createOrView(id: string, input: NewCart): Promise<CartState> {
    const actor = actorClient(dapr, CartActor, id);
    try {
      return await actor.create(input);
    } catch (error) {
      if (!(error instanceof ActorError) || error.code !== 'cart_exists') throw error;
      const cart = await actor.view(null);
      if (cart === null) throw error;
      return cart;
    }
  }

  return {
    cart: (id) => actorClient(dapr, CartActor, id),
    async ownerOf(id) {
      const known = owners.get(id);
      if (known !== undefined) return known;
      const cart = await actorClient(dapr, CartActor, id).view(null);
      return cart === null ? undefined : remember(id, cart.ownerId);
    },
    async createOnce(id, input) {
      const cart = await createOrView(id, input);
      remember(id, cart.ownerId);
      return cart;
    },
  };
}
