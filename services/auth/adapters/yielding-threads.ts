import { readFileSync, readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const tasks = '/proc/self/task';
/** As libuv has named the threads of its pool since 1.50. */
const poolThread = 'libuv-worker';

/**
 * Lets the threads of this process on which passwords are hashed give way to whatever else runs on the machine. They are started by the first work that needs
 * them: call it after that. Answers how many there were: none on systems that keep no such list, where hashing competes as before.
 */
export function yieldPoolThreads(): number {
  let count = 0;
  for (const id of listed()) {
    if (nameOf(id) !== poolThread) continue;
    // On Linux a thread has a priority of its own, and giving some up needs no permission (setpriority(2), "C library/kernel differences").
    setPriority(Number(id), constants.priority.PRIORITY_LOW);
    count++;
  }
  return count;
}

function listed(): string[] {
  try {
    return readdirSync(tasks);
  } catch {
    return [];
  }
}

/** Undefined of a thread that has ended. */
function nameOf(id: string): string | undefined {
  try {
    return readFileSync(`${tasks}/${id}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
