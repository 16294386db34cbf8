import type { Reply } from '@cartwright/kernel/http/route';
import type { Categories } from '../ports.ts';

interface Asked {
  readonly category?: string | undefined;
  readonly path: string;
  readonly querystring: string;
}

/** The way to the same question about the category that had this slug last; undefined where it has not moved. Asked where nothing was found. */
export async function movedCategory(
  categories: Pick<Categories, 'successorOf'>,
  { category, path, querystring }: Asked,
): Promise<Reply | undefined> {
  const successor = category === undefined ? undefined : await categories.successorOf(category);
  if (successor === undefined) return undefined;
  const query = new URLSearchParams(querystring);
  query.set('category', successor);
  return { status: 308, headers: { location: `${path}?${query.toString()}`, 'cache-control': 'no-cache' } };
}
