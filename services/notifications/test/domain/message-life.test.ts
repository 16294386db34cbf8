import { expect } from 'chai';
import { lifeOf } from '../../domain/message-life.ts';
import type { KeptOfMessage } from '../../domain/message-life.ts';

const at = (minute: number): string => `2026-11-25T21:${String(minute).padStart(2, '0')}:00.000Z`;
const sent: KeptOfMessage = {
  state: 'sent',
  createdAt: at(0),
  handedOverAt: at(1),
  settledAt: at(2),
  outcome: null,
  outcomeAt: null,
  told: [],
};
const names = (kept: Partial<KeptOfMessage>): string[] => lifeOf({ ...sent, ...kept }).map(({ step }) => step);

describe('A message’s life', () => {
  it('is told in the order of time, what we did and what the provider said', () => {
    const told = [
      { step: 'accepted', at: at(1) },
      { step: 'complained', at: at(30) },
      { step: 'delivered', at: at(3) },
    ] as const;
    expect(names({ told, outcome: 'complained', outcomeAt: at(30) })).to.deep.equal([
      'queued',
      'handed_over',
      'accepted',
      'sent',
      'delivered',
      'complained',
    ]);
  });

  it('keeps its outcome where what the provider said is kept no longer', () => {
    expect(names({ outcome: 'bounced', outcomeAt: at(9) })).to.deep.equal(['queued', 'handed_over', 'sent', 'bounced']);
  });

  it('has no end yet while it waits, though an earlier try was noted', () => {
    expect(names({ state: 'waiting', settledAt: null })).to.deep.equal(['queued', 'handed_over']);
  });

  it('is short for what nobody was given', () => {
    expect(names({ state: 'skipped', handedOverAt: null })).to.deep.equal(['queued', 'skipped']);
  });
});
