import type { StockJournal } from '../journal.ts';
import type { Movement } from '../state.ts';

/** Movements in memory, with the two unique keys that the table has. */
export class JournalForTests implements StockJournal {
  readonly movements: Movement[] = [];
  reads = 0;
  /** Runs before an append, to let another activation be first. */
  beforeAppend: (() => Promise<void>) | undefined;

  /** Runs after commands were looked up, before the answer is given. */
  afterOfCommands: (() => Promise<void>) | undefined;

  async append(_sku: string, movements: readonly Movement[]): Promise<boolean> {
    const hook = this.beforeAppend;
    this.beforeAppend = undefined;
    await hook?.();
    const taken = movements.some((one) =>
      this.movements.some(({ version, commandId }) => version === one.version || commandId === one.commandId),
    );
    if (!taken) this.movements.push(...movements);
    return !taken;
  }

  since(_sku: string, version: number): Promise<Movement[]> {
    this.reads++;
    return Promise.resolve(this.movements.filter((movement) => movement.version > version));
  }

  async ofCommands(_sku: string, ids: readonly string[]): Promise<Movement[]> {
    const found = this.movements.filter(({ commandId }) => ids.includes(commandId));
    const hook = this.afterOfCommands;
    this.afterOfCommands = undefined;
    await hook?.();
    return found;
  }
}
