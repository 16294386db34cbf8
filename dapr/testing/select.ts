/** What a test needs to run, told by the end of its file's name. */
export const kinds = ['unit', 'integration', 'e2e', 'chaos', 'swap'] as const;
export type Kind = (typeof kinds)[number];

export function kindOf(file: string): Kind {
  if (file.endsWith('.e2e.test.ts')) return 'e2e';
  if (file.endsWith('.chaos.test.ts')) return 'chaos';
  if (file.endsWith('.swap.test.ts')) return 'swap';
  return file.endsWith('.integration.test.ts') ? 'integration' : 'unit';
}

/** Integration tests that are run once more on the platform with other infrastructure (components/swap), after those of the kind `swap`. */
export const alsoSwapped: readonly string[] = ['services/orders/test/purchase.integration.test.ts'];

export interface Selection {
  readonly kinds: readonly Kind[];
  /** Parts of paths; a file is taken that contains one of them. All when empty. */
  readonly paths: readonly string[];
}

/** The tests to run, quick ones first, so that a plain mistake is told before a browser starts. */
export function selectTests(files: readonly string[], { kinds: wanted, paths }: Selection): string[] {
  return wanted.flatMap((kind) =>
    files
      .filter((file) => kindOf(file) === kind && (paths.length === 0 || paths.some((path) => file.includes(path.replace(/^\.\//, '')))))
      .sort(),
  );
}
