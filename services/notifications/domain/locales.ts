/** In which language a message is written, and how it writes dates and money. */
export interface LocaleChoice {
  /** One of those that there are words in. */
  readonly words: string;
  /** A BCP 47 tag that `Intl` knows. */
  readonly format: string;
}

/** What everybody gets for whom nothing better is known. */
export const fallbackLocale = 'en';

/**
 * The first wish that there are words for: those of the very tag, else of its language, so that `de-AT` reads German with Austrian dates.
 * @param available tags of the languages that there are
 * @param wishes BCP 47 tags, the dearest first
 */
export function chooseLocale(available: readonly string[], wishes: readonly (string | null | undefined)[]): LocaleChoice {
  for (const wish of wishes) {
    const format = canonical(wish);
    if (format === undefined) continue;
    const words = [format, new Intl.Locale(format).language].find((tag) => available.includes(tag));
    if (words !== undefined) return { words, format };
  }
  return { words: fallbackLocale, format: fallbackLocale };
}

function canonical(tag: string | null | undefined): string | undefined {
  if (tag === null || tag === undefined) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no tag
    throw error;
  }
}

/** A day as people read it, such as `25 November 2026`; in UTC. */
export function dateText(time: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(time));
}

/** A moment as people read it; in UTC, and says so. */
export function momentText(time: string, locale: string): string {
  return `${new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(time))} UTC`;
}
