import type { NewsKind, Outcome } from './provider-news.ts';

/** Waiting: to be sent; sending: handed to the provider, no answer yet; the others are final. */
export const messageStates = ['waiting', 'sending', 'sent', 'failed', 'skipped'] as const;
export type MessageState = (typeof messageStates)[number];

/** What can happen to a message: what we do with it, then what its provider tells of it. */
export const stepNames = [
  ...['queued', 'handed_over', 'sent', 'failed', 'skipped'],
  ...['accepted', 'undelivered', 'delivered', 'bounced', 'complained'],
] as ['queued', 'handed_over', 'sent', 'failed', 'skipped', ...NewsKind[]];
export type StepName = (typeof stepNames)[number];

/** A time is in RFC 3339. */
export interface MessageStep {
  readonly step: StepName;
  readonly at: string;
}

/** What is kept of a message. */
export interface KeptOfMessage {
  readonly state: MessageState;
  readonly createdAt: string;
  /** The last time. */
  readonly handedOverAt: string | null;
  readonly settledAt: string | null;
  readonly outcome: Outcome | null;
  readonly outcomeAt: string | null;
  /** Kept for a while only: then the outcome alone is left. */
  readonly told: readonly MessageStep[];
}

/** What happened to a message, the oldest first. */
export function lifeOf({ state, createdAt, handedOverAt, settledAt, outcome, outcomeAt, told }: KeptOfMessage): MessageStep[] {
  const step = (name: StepName, at: string | null): MessageStep[] => (at === null ? [] : [{ step: name, at }]);
  const steps = [
    ...step('queued', createdAt),
    ...step('handed_over', handedOverAt),
    ...(state === 'waiting' || state === 'sending' ? [] : step(state, settledAt)),
    ...told,
    ...(outcome === null || told.some((one) => one.step === outcome) ? [] : step(outcome, outcomeAt)),
  ];
  return steps.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
