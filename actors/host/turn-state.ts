import type { ActorsApi, StateOperation } from '@cartwright/kernel/dapr/actors';

/** An actor's state within a turn. Writes are staged: they reach the store when the turn ends well, together, or never. */
export interface TurnState {
  /** Undefined when the key is not there; a stored null, 0, false or '' comes back as it is. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

/** Keys as the store has them: texts of JSON, so that whoever changes a value that was read changes a copy. null: not there. */
export type CommittedState = Map<string, string | null>;

/** A turn's view: what is staged, then what is known, then the store. */
export class StagedState implements TurnState {
  readonly #actors: Pick<ActorsApi, 'getState' | 'saveState'>;
  readonly #type: string;
  readonly #id: string;
  readonly #committed: CommittedState;
  readonly #staged = new Map<string, string | null>();
  #closed = false;
  #discarded = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(actors: Pick<ActorsApi, 'getState' | 'saveState'>, type: string, id: string, committed: CommittedState) {
    this.#actors = actors;
    this.#type = type;
    this.#id = id;
    this.#committed = committed;
  }

  async get(key: string): Promise<unknown> {
    let text = this.#staged.get(key) ?? (this.#staged.has(key) ? null : this.#committed.get(key));
    if (text === undefined) {
      const value = await this.#actors.getState(this.#type, this.#id, key);
      this.#refuseWhenClosed(); // a later turn may have written the key meanwhile: what was read is not to be remembered
      text = value === undefined ? null : JSON.stringify(value);
      this.#committed.set(key, text);
    }
    return text === null ? undefined : (JSON.parse(text) as unknown);
  }

  set(key: string, value: unknown): void {
    this.#refuseWhenClosed();
    this.#staged.set(key, JSON.stringify(value));
  }

  remove(key: string): void {
    this.#refuseWhenClosed();
    this.#staged.set(key, null);
  }

  /** Writes what is staged in one transaction, then remembers it. */
  async flush(): Promise<void> {
    this.#refuseWhenClosed();
    this.#closed = true;
    if (this.#staged.size === 0) return;
    const operations = [...this.#staged].map(([key, text]): StateOperation =>
      text === null
        ? { operation: 'delete', request: { key } }
        : { operation: 'upsert', request: { key, value: JSON.parse(text) as unknown } },
    );
    const saving = this.#actors.saveState(this.#type, this.#id, operations);
    this.#flushing = saving.catch(() => undefined); // its caller gets the error
    await saving;
    if (this.#discarded) return;
    for (const [key, text] of this.#staged) this.#committed.set(key, text);
  }

  /**
   * Ends the turn without a trace; what is still running in it can write no more. Resolves when a write that was under way has ended, one way or
   * the other: before that, the next turn would not know what it reads.
   */
  async discard(): Promise<void> {
    this.#closed = true;
    this.#discarded = true;
    await this.#flushing;
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('The turn has ended: its state can be changed no more');
  }
}
