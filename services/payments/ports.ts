import type { NextAction } from '@cartwright/kernel/schemas';

/** What a provider is asked to do. The same key is the same request: it is done once, however often it is sent. */
export interface ProviderRequest {
  readonly orderId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly key: string;
}

export type Authorisation =
  | { readonly type: 'authorised'; readonly reference: string }
  | { readonly type: 'declined'; readonly reason: string }
  | { readonly type: 'action_required'; readonly reference: string; readonly nextAction: NextAction }
  /** The word comes by webhook. */
  | { readonly type: 'pending'; readonly reference: string };

export type Capture = { readonly type: 'captured' } | { readonly type: 'capture_declined'; readonly reason: string };

/** A payment provider. A call that brings no answer throws ProviderUnavailable: what it did is not known, and the same key asks again. */
export interface PaymentProvider {
  readonly name: string;
  authorise(request: ProviderRequest & { readonly token: string }): Promise<Authorisation>;
  capture(request: ProviderRequest & { readonly reference: string }): Promise<Capture>;
  void(request: ProviderRequest & { readonly reference: string }): Promise<void>;
  refund(request: ProviderRequest & { readonly reference: string }): Promise<void>;
}

export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  readonly code = 'provider_unavailable';
}
