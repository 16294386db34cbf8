/** How the sandbox settles by a token. */
export interface SandboxPlan {
  readonly authorise: 'authorised' | 'declined' | 'action_required' | 'pending' | 'no_answer' | 'answer_lost';
  /** With `declined`. */
  readonly reason?: string;
  /** The answer takes this share of the sandbox's slow time. */
  readonly slow?: true;
  readonly captureFails?: true;
  readonly refundFails?: true;
}

const plans: Readonly<Record<string, SandboxPlan>> = {
  tok_ok: { authorise: 'authorised' },
  tok_declined: { authorise: 'declined', reason: 'card_declined' },
  tok_insufficient_funds: { authorise: 'declined', reason: 'insufficient_funds' },
  /** No answer, and nothing was done. */
  tok_timeout: { authorise: 'no_answer' },
  /** No answer either, but the money is held: only a look-up finds out. */
  tok_answer_lost: { authorise: 'answer_lost' },
  tok_slow: { authorise: 'authorised', slow: true },
  tok_3ds: { authorise: 'action_required' },
  /** The word comes by webhook, twice and out of order. */
  tok_twice: { authorise: 'pending' },
  tok_refund_fails: { authorise: 'authorised', refundFails: true },
  tok_capture_fails: { authorise: 'authorised', captureFails: true },
};

/** The plan of a token; one that the sandbox does not know is declined. */
export function planOf(token: string): SandboxPlan {
  return Object.hasOwn(plans, token) ? (plans[token] ?? unknownToken) : unknownToken;
}

const unknownToken: SandboxPlan = { authorise: 'declined', reason: 'unknown_token' };
