interface Node {
  readonly slug: string;
  readonly parent: string | null;
}

/** A category and those above it, itself first. Empty where there is none. */
export function pathOf<N extends Node>(slug: string, tree: readonly N[]): N[] {
  const bySlug = new Map(tree.map((category) => [category.slug, category]));
  const path: N[] = [];
  for (let category = bySlug.get(slug); category !== undefined && !path.includes(category); category = bySlug.get(category.parent ?? ''))
    path.push(category);
  return path;
}

/** How many a category has with all below it, from how many each has by itself. `tree` has parents before their children. */
export function withThoseBelow(tree: readonly Node[], own: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map(tree.map(({ slug }) => [slug, own.get(slug) ?? 0]));
  for (const { slug, parent } of tree.toReversed()) if (parent !== null) sums.set(parent, (sums.get(parent) ?? 0) + (sums.get(slug) ?? 0));
  return sums;
}
