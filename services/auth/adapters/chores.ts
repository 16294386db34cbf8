import { every } from '@cartwright/kernel/every';
import type { Kernel } from '@cartwright/kernel/kernel';

/** Work that goes on in the background, by its name in the log. */
export type Chores = Readonly<Record<string, { readonly everyMs: number; readonly work: () => Promise<unknown> }>>;

/** Does the chores until the service ends. Each replica does them; they have to bear that. */
export function startChores({ log, onClose }: Pick<Kernel, 'log' | 'onClose'>, chores: Chores): void {
  for (const [name, { everyMs, work }] of Object.entries(chores)) {
    const chore = every(everyMs, name, log, work);
    onClose(name, () => chore.stop());
  }
}
