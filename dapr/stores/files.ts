import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The path of the first file of that name below a folder. */
export function findFile(folder: string, name: string): string {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).find((entry) => entry.isFile() && entry.name === name);
  if (found === undefined) throw new Error(`${folder} holds no ${name}: remove that folder and start again`);
  return join(found.parentPath, found.name);
}
