import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { UsageError } from '../instance/arguments.ts';
import type { Instance } from '../instance/instance.ts';

/** Folders of components/ that replace nothing. */
const noOverlays = ['subscriptions', 'local', 'compose'];

type Where = Pick<Instance, 'root' | 'folder' | 'components'>;

/**
 * The files of the components that every sidecar of the instance loads, by name: those of components/, where the overlay has a file of the
 * same name that one instead. (Dapr itself refuses two components of one name, in whichever folders they are.) Throws UsageError where
 * there is no such overlay.
 */
export function componentFiles({ root, components: overlay }: Pick<Instance, 'root' | 'components'>): Map<string, string> {
  const base = join(root, 'components');
  const files = new Map(yamlIn(base).map((name) => [name, join(base, name)]));
  if (overlay === undefined) return files;
  const overlays = readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !noOverlays.includes(entry.name));
  if (!overlays.some(({ name }) => name === overlay)) {
    throw new UsageError(`There is no overlay components/${overlay}; there is ${overlays.map(({ name }) => name).join(', ')}`);
  }
  for (const name of yamlIn(join(base, overlay))) files.set(name, join(base, overlay, name));
  return files;
}

/** The folder with these files: components/ itself, or, with an overlay, one of the instance, which is written anew. */
export function componentsFolder(instance: Where): string {
  if (instance.components === undefined) return join(instance.root, 'components');
  const folder = join(instance.folder, 'components');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of componentFiles(instance)) cpSync(file, join(folder, name));
  return folder;
}

/** Whether a component of the instance is on this product, as in `kafka`. */
export function hasComponentOn(instance: Pick<Instance, 'root' | 'components'>, product: string): boolean {
  return [...componentFiles(instance).values()].some((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).some((document) => {
      const { spec } = document.toJS() as { spec?: { type?: string } };
      return spec?.type?.split('.')[1] === product;
    }),
  );
}

function yamlIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
}
