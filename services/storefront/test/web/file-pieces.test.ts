import { expect } from 'chai';
import fc from 'fast-check';

interface Piece {
  readonly from: number;
  readonly body: Uint8Array;
  readonly more: boolean;
  readonly until: number;
}

// The shop's modules are JavaScript, as browsers load them.
const { piecesOf } = (await import(new URL('../../web/pages/staff/file-pieces.js', import.meta.url).href)) as {
  piecesOf: (file: Blob, isCsv: boolean, size: number) => AsyncGenerator<Piece>;
};

async function cut(text: string, isCsv: boolean, size: number): Promise<(Omit<Piece, 'body'> & { text: string })[]> {
  const found = [];
  for await (const piece of piecesOf(new Blob([text]), isCsv, size)) {
    const { body, ...rest } = piece;
    found.push({ ...rest, text: new TextDecoder().decode(body) });
  }
  return found;
}

describe('A file for an import', () => {
  it('is cut at the ends of records, each piece with the line that it begins with', async () => {
    expect(await cut('aa\nbb\ncc\ndd', false, 7)).to.deep.equal([
      { from: 1, text: 'aa\nbb\n', more: true, until: 6 },
      { from: 3, text: 'cc\ndd', more: false, until: 11 },
    ]);
  });

  it('is not cut within quotes where it is CSV, however many lines they hold', async () => {
    const pieces = await cut('a,"1\n2\n3"\nb,"say ""hi""\n"\nc', true, 6);
    expect(pieces.map(({ from, text }) => [from, text])).to.deep.equal([
      [1, 'a,"1\n2\n3"\n'],
      [4, 'b,"say ""hi""\n"\nc'], // the last piece is what is left
    ]);
  });

  it('is the whole again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a"\n,ü]{0,60}$/), fc.boolean(), fc.integer({ min: 1, max: 20 }), async (text, isCsv, size) => {
        const pieces = await cut(text, isCsv, size);
        return (
          pieces.map((piece) => piece.text).join('') === text &&
          pieces.every(
            ({ from }, at) =>
              from ===
              1 +
                pieces
                  .slice(0, at)
                  .map((piece) => piece.text)
                  .join('')
                  .split('\n').length -
                1,
          )
        );
      }),
    );
  });
});
