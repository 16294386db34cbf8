/** The dearest language of an `Accept-Language`: browsers and phones name it first. Null where it names none. */
export function firstLanguage(header: string | undefined): string | null {
  const [, tag] = /^\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4})\s*(?:[,;]|$)/.exec(header ?? '') ?? [];
  return tag === undefined || tag.length > 35 ? null : tag;
}
