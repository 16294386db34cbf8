import type { Movement } from './state.ts';

/** The movements of all SKUs: the truth about stock. What the actor remembers is a copy. */
export interface StockJournal {
  /**
   * Appends movements and publishes them, in one statement: the commit point of a turn. Answers false, with nothing done, when a version or a
   * command is there already: another activation was first.
   */
  append(sku: string, movements: readonly Movement[]): Promise<boolean>;
  /** Movements after `version`, in order. */
  since(sku: string, version: number): Promise<Movement[]>;
  /** Movements that these commands have made. */
  ofCommands(sku: string, commandIds: readonly string[]): Promise<Movement[]>;
}
