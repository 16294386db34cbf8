/** Written below in its own step. */
export function test(words: readonly string[]): Promise<number> {
  return Promise.resolve(words.length);
}
