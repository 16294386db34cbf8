import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { linesOf } from '../../adapters/lines.ts';

async function read(chunks: readonly (string | Buffer)[], longest?: number): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), longest)) lines.push(line);
  return lines;
}

describe('Lines of a stream', () => {
  it('are the same however the stream is cut, also within a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, ''))),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
          expect(await read(chunks)).to.deep.equal(lines);
        },
      ),
    );
  });

  it('may end with CRLF, and the last without an end', async () => {
    expect(await read(['a\r\nb\n\nc'])).to.deep.equal(['a', 'b', '', 'c']);
  });

  it('that are too long or not UTF-8 are told, and the next is read', async () => {
    expect(await read(['1234', '5678', '\nshort\n'], 5)).to.deep.equal([undefined, 'short']);
    expect(await read([Buffer.from([0xff, 0x0a]), 'b'])).to.deep.equal([undefined, 'b']);
  });

  it('end with an error when the stream breaks off', async () => {
    const broken = new Readable({ read: () => undefined });
    broken.push('a\nb');
    const lines = linesOf(broken);
    expect((await lines.next()).value).to.equal('a');
    broken.destroy(new Error('cut'));
    const failure: unknown = await lines.next().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(String(failure)).to.include('cut');
  });
});
