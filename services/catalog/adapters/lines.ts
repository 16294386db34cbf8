import type { Readable } from 'node:stream';

/** A line may be this long: a product with its thousand reviews and room to spare. */
export const longestLineBytes = 8 * 1024 * 1024;

/**
 * Lines of a stream, without their ends; undefined for one that is too long or not UTF-8. Holds one line at a time, however long the stream.
 * Throws where the stream breaks off (readline would take that for its end, and an import that replaces would delete the rest).
 */
export async function* linesOf(stream: Readable, longest = longestLineBytes): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= longest) parts.push(part);
    else parts = [];
  };
  const end = (): string | undefined => {
    const whole = Buffer.concat(parts);
    const tooLong = bytes > longest;
    parts = [];
    bytes = 0;
    if (tooLong) return undefined;
    try {
      return decoder.decode(whole).replace(/\r$/, '');
    } catch {
      return undefined;
    }
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, at));
      start = at + 1;
      yield end();
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (bytes > 0) yield end();
}
